/*
 * descriptor.h - where inetd's descriptors are
 *
 * A child copies those up to its client's and no others (child.c): hence what
 * lives long moves up, and a connection costs the same however many listeners
 * there are.
 */
#ifndef DESCRIPTOR_H
#define DESCRIPTOR_H

enum { PARKED = 64 };		/* the first number for what lives long */

/*
 * Move fd to the first free number from least on, close-on-exec.  Returns
 * that; or fd itself if it is -1, or where the limit of open files is lower.
 */
int	descriptor_move(int fd, int least);
#endif
