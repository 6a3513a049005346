/*
 * preview.h - the first words of a message (RFC 8970)
 */
#ifndef LABNET_IMAPD_PREVIEW_H
#define LABNET_IMAPD_PREVIEW_H

#include "io/buf.h"
#include "mail/message.h"

enum { PREVIEW_CHARACTERS = 200 };	/* 3.3 */

/*
 * Of a whole parsed message, as a string of a response: from its first text
 * part, text/plain rather than text/html, tags and runs of blanks left out;
 * "" if it has none.  0, or -1 with errno set.
 */
int	preview_render(struct buf *, const struct message *);

#endif
