/*
 * pattern.h - mailbox names and the patterns of LIST (RFC 3501 6.3.8)
 */
#ifndef LABNET_IMAPD_PATTERN_H
#define LABNET_IMAPD_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#define DELIMITER '.'		/* between levels, as Maildir++ has it */

enum { PATTERN_MAX = 1024 };	/* octets; longer ones match nothing */

/*
 * `*` stands for anything, `%` for anything without the delimiter; INBOX in
 * front may be in any case.  Takes time in proportion to the product of both
 * lengths at worst, whatever the pattern.
 */
bool	pattern_match(const char *pattern, const char *name);

#endif
