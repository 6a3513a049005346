/*
 * wire.h - stored text as it goes over the net: every line ends in CR LF
 *
 * A message may be stored with LF or CR LF ends or both.  On the wire a bare
 * LF becomes CR LF, anything else stays; only NUL, which IMAP cannot carry,
 * becomes 0x80, so that counts agree.
 */
#ifndef LABNET_MAIL_WIRE_H
#define LABNET_MAIL_WIRE_H

#include <stddef.h>

#include "io/output.h"

/* How many LFs of the text have no CR in front. */
size_t	wire_bare(const char *text, size_t len);

/* Octets on the wire. */
size_t	wire_size(const char *text, size_t len);

/*
 * Send count octets of the wire form, the first skip of it left out.  What
 * is behind the end of the text is not sent.
 */
void	wire_write(struct output *, const char *text, size_t len, size_t skip,
	    size_t count);

#endif
