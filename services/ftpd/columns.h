/*
 * columns.h - the line of ls -l, but for the name
 */
#ifndef FTPD_COLUMNS_H
#define FTPD_COLUMNS_H

#include <sys/stat.h>
#include <time.h>

struct session;

enum { COLUMNS_SIZE = 192 };	/* room for any line */

/* "-rw-------    1 bob      bob              8 Nov 22 03:33 "; its end. */
char	*columns_text(const struct session *, const struct stat *, time_t now,
	    char *);

/* A number in decimal, with spaces before it up to the width; its end. */
char	*number_text(char *, unsigned long long, int width);

#endif
