/*
 * fdpass.h - a short message and descriptors over a Unix socket
 *
 * SCM_RIGHTS with every check that a receiver of strangers' messages needs.
 */
#ifndef LABNET_IO_FDPASS_H
#define LABNET_IO_FDPASS_H

#include <stddef.h>
#include <sys/types.h>

enum { FDPASS_MAX = 250 };	/* descriptors in one message; Linux has 253 */

/*
 * Send len octets (at least one) and n descriptors, which stay open here.
 * 0, or -1 with errno set.
 */
int	fd_send(int sock, const void *, size_t len, const int *fds, size_t n);

/*
 * Receive at most size octets and max descriptors, close-on-exec; *n is how
 * many came.  Returns the octets, 0 at the end (or for an empty record), or
 * -1 with errno set: EMSGSIZE if octets or descriptors were cut off.  But for
 * octets nothing stays open.
 */
ssize_t	fd_receive(int sock, void *, size_t size, int *fds, size_t max,
	    size_t *n);

/*
 * Connect to the Unix socket at path, type SOCK_STREAM or SOCK_SEQPACKET.
 * The descriptor, close-on-exec, or -1 with errno set.
 */
int	unix_connect(const char *path, int type);

/* The effective user at the other end, or (uid_t)-1. */
uid_t	unix_peer_uid(int sock);

#endif
