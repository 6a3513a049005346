/*
 * words.h - header text to be searched or sorted: RFC 2047 taken off
 */
#ifndef LABNET_MAIL_WORDS_H
#define LABNET_MAIL_WORDS_H

#include "io/buf.h"
#include "mail/text.h"

/*
 * Add the text with its encoded words decoded, as UTF-8 without case, to the
 * buf.  Blanks between two encoded words go (RFC 2047 6.2).  0, or -1.
 */
int	words_fold(struct buf *, const struct text *);

#endif
