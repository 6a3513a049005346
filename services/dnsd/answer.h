/* answer.h - what a zone says to a question (RFC 1034 4.3.2) */
#ifndef DNSD_ANSWER_H
#define DNSD_ANSWER_H

#include "reply.h"

enum { ANSWER_CHAIN = 16 };	/* CNAMEs and DNAMEs followed */

/*
 * Write answer, authority and additional section; sets rcode and flags.
 * reply->zone is the zone of the name asked for, whose suffix is given.
 */
void	 answer(struct reply *, unsigned suffix);

#endif
