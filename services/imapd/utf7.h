/*
 * utf7.h - modified UTF-7, the spelling of mailbox names (RFC 3501 5.1.3)
 *
 * Names on the disk and on the wire of IMAP4rev1 are in it; IMAP4rev2 and
 * UTF8=ACCEPT use UTF-8.
 */
#ifndef LABNET_IMAPD_UTF7_H
#define LABNET_IMAPD_UTF7_H

#include <stdbool.h>
#include <stddef.h>

#include "mail/text.h"

/*
 * Is it the one right spelling: no control or 8-bit octet, no broken or
 * needless base64, no unpaired surrogate?
 */
bool	utf7_ok(const struct text *);

/* Is it UTF-8 (RFC 3629)? */
bool	utf8_valid(const struct text *);

/*
 * Turn one into the other, NUL-closed.  False if from is not right, holds
 * what no name may (RFC 6855 3), or the result does not fit into size.
 */
bool	utf7_from_utf8(const struct text *from, char *to, size_t size);
bool	utf7_to_utf8(const struct text *from, char *to, size_t size);

#endif
