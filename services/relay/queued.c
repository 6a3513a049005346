/* queued.c - the files of the queue, as relay opens them */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "io/log.h"
#include "relay.h"

/* Out of the way with a file that says nothing we understand. */
static void
set_aside(const struct site *site, const char *name)
{
	log_line("%s/%s: damaged, moved to %s", QUEUE_NEW, name, QUEUE_BAD);
	if (renameat(site->new, name, site->bad, name) == -1)
		log_errno("%s/%s", QUEUE_NEW, name);
}

bool
queued_read(const struct site *site, const char *name,
    struct queue_message *m)
{
	int fd = openat(site->new, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC |
	    O_NONBLOCK);
	bool ok;

	if (fd == -1) {
		if (errno != ENOENT)
			log_errno("%s/%s", QUEUE_NEW, name);
		if (errno == ELOOP)
			set_aside(site, name);
		return false;
	}
	ok = queue_read(m, fd) == 0;
	if (!ok && (errno == EBADMSG || errno == EISDIR || errno == ESPIPE))
		set_aside(site, name);
	close(fd);
	return ok;
}

int
queued_open(const struct site *site, const char *name, struct queue_message *m)
{
	int fd = openat(site->new, name, O_RDWR | O_NOFOLLOW | O_CLOEXEC);

	if (fd == -1) {
		if (errno != ENOENT)
			log_errno("%s/%s", QUEUE_NEW, name);
		return -1;
	}
	if (flock(fd, LOCK_SH | LOCK_NB) == 0 && queue_read(m, fd) == 0)
		return fd;
	if (errno != EWOULDBLOCK)
		log_errno("%s/%s", QUEUE_NEW, name);
	close(fd);
	return -1;
}
