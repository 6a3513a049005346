/*
 * decode.h - the octets of a body, its transfer encoding taken off
 *
 * RFC 2045 6.  The body is read piece by piece, whatever its size; what is
 * broken in it is passed over.  Ends of lines in quoted-printable become CR LF
 * (RFC 3516 6); all else is as it is stored.
 */
#ifndef LABNET_IMAPD_DECODE_H
#define LABNET_IMAPD_DECODE_H

#include <stddef.h>
#include <stdint.h>

enum encoding { ENCODING_NONE, ENCODING_BASE64, ENCODING_QP,
    ENCODING_UNKNOWN };

/* What the header [at, end) says; 7bit, 8bit and binary are none. */
enum encoding	encoding_of(const char *at, const char *end);

struct decoder {
	enum encoding	 encoding;
	const char	*at, *end;
	uint32_t	 bits;		/* of base64 */
	unsigned	 held;
	const char	*blanks;	/* that stay, up to here */
	char		 before;	/* the last octet of a line */
};

void	decoder_init(struct decoder *, enum encoding, const char *text,
	    size_t len);
/* The next octets, at most size of them; 0 at the end. */
size_t	decoder_next(struct decoder *, char *to, size_t size);

#endif
