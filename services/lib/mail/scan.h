/*
 * scan.h - the message files of a directory, in one pass
 *
 * No file is opened, and none is looked at if the kernel tells its kind
 * with its name.  Whatever cannot be a message is passed over: names with a
 * leading dot or a control character, and anything but regular files, which
 * is logged.
 */
#ifndef LABNET_MAIL_SCAN_H
#define LABNET_MAIL_SCAN_H

#include <stddef.h>
#include <stdint.h>

#include "mail/maildir.h"

enum { SCAN_SIZE = 32768 };

struct scan {
	int	 fd;
	int	 error;		/* errno of a failed read, or 0 */
	size_t	 at, end;
	uint64_t buf[SCAN_SIZE / sizeof(uint64_t)];	/* aligned */
};

/* Begin at the first entry of the open directory fd, which is not owned. */
int	scan_start(struct scan *, int fd);

/*
 * The next message: 1, with *name (good until the next call) and its parts;
 * 0 at the end; -1 with errno set.
 */
int	scan_next(struct scan *, const char **name, struct maildir_name *);

/*
 * Remove what has lain in tmp/ unchanged for more than 36 hours: its writer
 * is dead.  Never fails: what cannot be removed stays.
 */
void	scan_clean_tmp(int tmp);

#endif
