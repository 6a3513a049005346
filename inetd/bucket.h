/*
 * bucket.h - the token buckets of sources (source-rate=)
 *
 * The table has a fixed size.  When too many sources are about at once, the
 * bucket that would be full soonest makes room: forgetting it costs least.
 */
#ifndef BUCKET_H
#define BUCKET_H

#include <stdbool.h>
#include <stdio.h>

#include "inetd.h"

/* Take a token of source for the service; false if there is none. */
bool	bucket_take(const struct service *, const struct source *,
	    int64_t now);

/* Write those that are in use, a line each; read such a line. */
void	bucket_save(FILE *);
void	bucket_load(const char *line);
#endif
