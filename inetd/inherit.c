/* inherit.c - sockets that we were started with */

#define _GNU_SOURCE	/* close_range's number */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <linux/close_range.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "descriptor.h"
#include "inherit.h"
#include "listen.h"
#include "log.h"
#include "number.h"

enum { FIRST = 3, POOL_MAX = 16384 };

static struct inherited {
	int		 fd;		/* -1 once it is taken */
	char		 name[64];
	dev_t		 device;	/* as a listener has them */
	ino_t		 inode;
} pool[POOL_MAX];
static size_t	 count;

bool
inherit_add(int fd, const char *name)
{
	struct stat st;

	if (count == POOL_MAX || fstat(fd, &st) == -1 || !S_ISSOCK(st.st_mode))
		return false;
	pool[count].fd = fd;
	snprintf(pool[count].name, sizeof pool[count].name, "%s", name);
	count++;
	return true;
}

void
inherit_file(dev_t device, ino_t inode)
{
	pool[count - 1].device = device;
	pool[count - 1].inode = inode;
}

void
inherit_begin(void)
{
	const char *n = getenv("LISTEN_FDS"), *pid = getenv("LISTEN_PID");
	const char *names = getenv("LISTEN_FDNAMES");
	char name[64];
	unsigned fds;

	if (n != NULL && pid != NULL && atol(pid) == (long)getpid() &&
	    number_parse(&fds, n, 1, POOL_MAX))
		for (unsigned i = 0; i < fds; i++) {
			size_t len = names == NULL ? 0 : strcspn(names, ":");

			snprintf(name, sizeof name, "%.*s", (int)len,
			    names == NULL ? "" : names);
			if (names != NULL)
				names += len + (names[len] == ':');
			inherit_add(FIRST + (int)i, name);
		}
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDNAMES");
}

void
inherit_close_others(int keep)
{
	unsigned low = FIRST, next;

	syscall(SYS_close_range, FIRST, ~0U, CLOSE_RANGE_CLOEXEC);
	do {
		next = ~0U;
		if (keep != -1 && (unsigned)keep >= low)
			next = (unsigned)keep;
		for (size_t i = 0; i < count; i++)
			if ((unsigned)pool[i].fd >= low &&
			    (unsigned)pool[i].fd < next)
				next = (unsigned)pool[i].fd;
		if (next > low)
			syscall(SYS_close_range, low,
			    next == ~0U ? next : next - 1, 0);
		low = next + 1;
	} while (next != ~0U);
}

/* Is fd, called name, what l wants?  l->bound becomes its address then. */
static bool
fits(struct listener *l, int fd, const char *name)
{
	const struct service *s = l->service;
	struct address at = { .len = sizeof at.u }, wanted = l->address;
	socklen_t len = sizeof(int);
	int type;

	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == -1 ||
	    getsockname(fd, &at.u.any, &at.len) == -1 || type != s->type ||
	    at.u.any.sa_family != wanted.u.any.sa_family)
		return false;
	memcpy(at.device, wanted.device, sizeof at.device);
	if (s->family != AF_UNIX && address_port(&wanted) == 0) {
		if (strcmp(s->name, name) != 0)
			return false;
		address_set_port(&wanted, address_port(&at));
	}
	if (!address_equal(&at, &wanted))
		return false;
	l->bound = at;
	return true;
}

bool
inherit_find(struct listener *l)
{
	for (size_t i = 0; i < count; i++) {
		if (pool[i].fd == -1 || !fits(l, pool[i].fd, pool[i].name))
			continue;
		l->fd = descriptor_move(pool[i].fd, PARKED);
		pool[i].fd = -1;
		l->device = pool[i].device;
		l->inode = pool[i].inode;
		listener_adjust(l);
		return true;
	}
	return false;
}

void
inherit_end(void)
{
	for (size_t i = 0; i < count; i++)
		if (pool[i].fd != -1) {
			log_line("no service wants the inherited socket %d "
			    "(%s): closed", pool[i].fd, pool[i].name);
			close(pool[i].fd);
		}
	count = 0;
}
