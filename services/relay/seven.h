/*
 * seven.h - a message in seven bits, for servers that take no more
 *
 * RFC 6152 3, RFC 2045 6: the parts that hold octets beyond ASCII get a
 * Content-Transfer-Encoding of quoted-printable (text) or base64 (all else);
 * the rest stays as it is.  A message without MIME becomes one.
 */
#ifndef LABNET_RELAY_SEVEN_H
#define LABNET_RELAY_SEVEN_H

#include <stdbool.h>

#include "mail/message.h"

/*
 * Can it be done?  Else there are such octets in a header, in what must not
 * be touched (multipart/signed: RFC 1847 2.1) or cannot be encoded (message/
 * and multipart/ that we do not see into: RFC 2045 6.4).
 */
bool	seven_can(const struct message *);

/* Write all of it, piece by piece; line ends are LF. */
void	seven_write(const struct message *,
	    void (*put)(void *to, const char *, size_t), void *to);

#endif
