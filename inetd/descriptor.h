/*
 * descriptor.h - where inetd's descriptors are
 *
 * A child copies those up to its client's and no others (child.c): hence what
 * lives long moves up, and a connection costs the same however many listeners
 * there are.
 */
#ifndef DESCRIPTOR_H
#define DESCRIPTOR_H

#include <stdbool.h>

enum { PARKED = 16 };		/* the first number for what lives long */

/*
 * Move fd to the first free number from least on, close-on-exec.  Returns
 * that; or fd itself if it is -1, or where the limit of open files is lower.
 */
int	descriptor_move(int fd, int least);

/*
 * Have there been so many descriptors that a child should not copy them all,
 * even if it is cheaper for inetd to share none?
 */
bool	descriptor_crowded(void);
#endif
