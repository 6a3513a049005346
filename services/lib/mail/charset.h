/*
 * charset.h - text of any charset as UTF-8, without case to be searched
 *
 * Known are UTF-8, US-ASCII, ISO-8859-1, -15 and Windows-1252; of others the
 * ASCII octets are right and the rest stands for itself.  Letters of the
 * Latin, Greek and Cyrillic blocks lose their case.
 */
#ifndef LABNET_MAIL_CHARSET_H
#define LABNET_MAIL_CHARSET_H

#include <stddef.h>

#include "mail/text.h"

enum charset { CHARSET_UTF8, CHARSET_LATIN1, CHARSET_WINDOWS, CHARSET_OTHER };

enum charset charset_named(const char *name, size_t len);

/*
 * Convert and fold n octets.  to has room for CHARSET_GROWTH * n octets.
 * The length is returned; *used is how many octets were taken, which may
 * leave a character cut in two, of at most 3 octets, for the next call.
 */
enum { CHARSET_GROWTH = 3 };
size_t	charset_fold(enum charset, const char *from, size_t n, char *to,
	    size_t *used);
/* The same, letters left as they are. */
size_t	charset_utf8(enum charset, const char *from, size_t n, char *to,
	    size_t *used);

#endif
