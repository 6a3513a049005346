/*
 * utf8.h - characters beyond ASCII: RFC 3629
 */
#ifndef LABNET_MAIL_UTF8_H
#define LABNET_MAIL_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The octets of the character that starts a NUL-ended text, 2 to 4; 0 if it
 * is ASCII or not well-formed: cut short, overlong, a surrogate, beyond
 * U+10FFFF, or a control of U+0080 to U+009F.
 */
size_t	utf8_length(const char *);

/* Are all of n octets ASCII? */
bool	utf8_is_ascii(const char *, size_t n);

#endif
