/*
 * inherit.h - sockets that we were started with
 *
 * From systemd or another parent that sets LISTEN_FDS (sd_listen_fds(3)), or
 * from ourselves before an upgrade.  A listener takes the one that is bound
 * to its address; with port 0, the one of its name on that IP address.
 */
#ifndef INHERIT_H
#define INHERIT_H

#include <stdbool.h>

#include "inetd.h"

/* Look at LISTEN_FDS, and add what it names. */
void	inherit_begin(void);

/* Keep one more, called name.  False if it is no socket or there is no room. */
bool	inherit_add(int fd, const char *name);

/* The one that was just added is a Unix socket, and this its file. */
void	inherit_file(dev_t device, ino_t inode);

/*
 * Close all descriptors from 3 on but those that were added, and keep (or
 * -1), which is marked close-on-exec like them.
 */
void	inherit_close_others(int keep);

/* Is there a socket for l?  It is l's from now on. */
bool	inherit_find(struct listener *l);

/* Close those that no listener has taken, and log it. */
void	inherit_end(void);
#endif
