/*
 * append.h - what stands for the text of a message in APPEND and REPLACE
 *
 * Each takes its piece from the client and adds it to the message.  False
 * after a failure that the reader knows of or that has been replied.
 */
#ifndef LABNET_IMAPD_APPEND_H
#define LABNET_IMAPD_APPEND_H

#include "imapd.h"

/* A literal, {3} or ~{3}. */
bool	append_take(struct session *, struct append *);
/* Behind the word: UTF8 (~{3}...) (RFC 6855 4). */
bool	append_take_utf8(struct session *, struct append *);
/* Behind the word: CATENATE (...) (RFC 4469). */
bool	catenate_take(struct session *, struct append *);

#endif
