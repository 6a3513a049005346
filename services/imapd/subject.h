/*
 * subject.h - the base subject of a message (RFC 5256 2.1)
 */
#ifndef LABNET_IMAPD_SUBJECT_H
#define LABNET_IMAPD_SUBJECT_H

#include <stdbool.h>

#include "mail/text.h"

/*
 * Shorten a subject that is decoded and without case (words.h) to its base:
 * no Re:, Fwd:, [list] or (fwd).  True if it was a reply or forward.  The
 * result points into the same text; runs of blanks in it are not touched.
 */
bool	subject_base(struct text *);

#endif
