/*
 * saved.h - the cache in a file, so that a restart is warm
 *
 * The file is written whole under another name, synced, and renamed: after a
 * crash there is the old one or the new one.  It begins with a line that
 * names its form and ends with a sum over all of it; one that is cut short,
 * altered, of another version or from the future is ignored, and the log
 * says so.  Times to live go on counting while nobody runs: what has expired
 * meanwhile is left out.
 */
#ifndef RESOLVER_SAVED_H
#define RESOLVER_SAVED_H

#include <stdio.h>

#include "resolver.h"

enum { SAVED_PATH = 300 };

/*
 * Read what saved_write() wrote, at most as much as the cache holds.  False,
 * after the log has been told, if there is a file and it is no good: nothing
 * of it is kept.
 */
bool	 saved_read(struct resolver *, const char *file);

/* False after the log has been told. */
bool	 saved_write(struct resolver *, const char *file);

/* --- what they do with an open file; wall is the date in seconds ---------- */

/* NULL, or what is wrong; the cache may then hold anything well formed. */
const char *saved_load(struct resolver *, FILE *, int64_t wall);
bool	 saved_store(const struct resolver *, FILE *, int64_t wall);

#endif
