/*
 * stuff.h - a stored message as the data of SMTP: RFC 5321 4.5.2, 2.3.8
 *
 * LF becomes CR LF, a CR goes that is not in front of one, and dots that
 * start a line are doubled.
 */
#ifndef LABNET_MAIL_STUFF_H
#define LABNET_MAIL_STUFF_H

#include <stdbool.h>
#include <stddef.h>

#include "io/output.h"

/* Send a piece of it; *line_start is true at first, and kept in between. */
void	stuff_write(struct output *, const char *, size_t, bool *line_start);

/* The end of the data; an unfinished last line is finished. */
void	stuff_end(struct output *, bool line_start);

#endif
