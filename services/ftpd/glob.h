/*
 * glob.h - the patterns of LIST and NLST: one path component, bounded work
 *
 * `*` any octets, `?` one character (a whole one in UTF-8), `[abc]`, `[a-z]`,
 * `[!a]` one octet.  A leading dot is matched by a dot alone.  No braces, no
 * `~`.  Matching takes at most as many steps as the product of both lengths.
 */
#ifndef FTPD_GLOB_H
#define FTPD_GLOB_H

#include <stdbool.h>

bool	glob_is_pattern(const char *);
bool	glob_match(const char *pattern, const char *name);

#endif
