/* listen.c - open and close listeners */

#define _GNU_SOURCE	/* O_PATH, POLLRDHUP; accept4's flags of socket(2) */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "descriptor.h"
#include "inherit.h"
#include "listen.h"
#include "log.h"

enum { PORT_TRIES = 32 };

static bool
set(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof value) == 0;
}

enum { GONE = 600 };	/* s */

/*
 * What the client's socket inherits from the listener costs nothing a
 * connection: a client that is gone is noticed within ten minutes, whether
 * something is on the way to it or not, and small replies leave at once.
 */
static bool
set_tcp(int fd)
{
	return set(fd, SOL_SOCKET, SO_REUSEADDR, 1) &&
	    set(fd, SOL_SOCKET, SO_KEEPALIVE, 1) &&
	    set(fd, IPPROTO_TCP, TCP_KEEPIDLE, GONE / 2) &&
	    set(fd, IPPROTO_TCP, TCP_KEEPINTVL, GONE / 10) &&
	    set(fd, IPPROTO_TCP, TCP_KEEPCNT, 5) &&
	    set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, GONE * 1000) &&
	    set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
}

/*
 * Make way for a Unix socket: remove the one that a killed inetd has left.
 * A file of another kind, or a socket that somebody serves, stays, and
 * bind(2) says EADDRINUSE.
 */
static void
remove_stale(const struct service *s, const struct address *a)
{
	struct stat st;
	int fd;

	if (lstat(a->u.un.sun_path, &st) == -1 || !S_ISSOCK(st.st_mode))
		return;
	fd = socket(AF_UNIX, s->type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return;
	if (connect(fd, &a->u.any, a->len) == -1 && errno == ECONNREFUSED)
		unlink(a->u.un.sun_path);
	close(fd);
}

static bool
is_ours(const struct listener *l, const struct stat *st)
{
	return st->st_ino == l->inode && st->st_dev == l->device;
}

/*
 * The file of l's Unix socket, as a path only; which one that is, is known
 * from the first time on.  ENOTSOCK: something else has taken its place.
 */
static int
open_file(struct listener *l)
{
	int fd = open(l->address.u.un.sun_path,
	    O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode) &&
	    (l->inode == 0 || is_ours(l, &st))) {
		l->device = st.st_dev;
		l->inode = st.st_ino;
		return fd;
	}
	close(fd);
	errno = ENOTSOCK;
	return -1;
}

/*
 * fchmod(2) takes no descriptor that is a path only; before Linux 6.6 nothing
 * does, and /proc has to help.
 */
static bool
change_mode(int fd, mode_t mode)
{
	enum { FCHMODAT2 = 452 };	/* the libcs do not know it yet */
	char name[32];

	if (syscall(FCHMODAT2, fd, "", mode, AT_EMPTY_PATH) == 0)
		return true;
	snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
	return chmod(name, mode) == 0;
}

/*
 * Let those in whom the line says; the umask has kept everybody out until
 * here.  The directory may be another user's, who can put a link to any file
 * there at any time: hence its names are looked up only once.
 */
static bool
admit(struct listener *l)
{
	const struct service *s = l->service;
	int saved, fd = open_file(l);
	bool done;

	if (fd == -1)
		return false;
	done = ((s->owner == (uid_t)-1 && s->group == (gid_t)-1) ||
	    fchownat(fd, "", s->owner, s->group, AT_EMPTY_PATH) == 0) &&
	    change_mode(fd, s->mode);
	saved = errno;
	close(fd);
	errno = saved;
	return done;
}

/* Listen by one device only; a link-local address makes no sense without. */
static bool
use_device(int fd, struct address *a)
{
	unsigned index = if_nametoindex(a->device);

	if (index == 0) {
		errno = ENODEV;
		return false;
	}
	if (a->u.any.sa_family == AF_INET6 &&
	    IN6_IS_ADDR_LINKLOCAL(&a->u.in6.sin6_addr))
		a->u.in6.sin6_scope_id = index;
	return setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, a->device,
	    (socklen_t)strlen(a->device)) == 0;
}

/* Make fd what l wants; address is l's with a port in place of 0. */
static bool
prepare(struct listener *l, int fd, struct address *address)
{
	const struct service *s = l->service;
	int family = address->u.any.sa_family;

	if (family == AF_INET6 && !set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1))
		return false;
	if (family != AF_UNIX && s->type == SOCK_STREAM && !set_tcp(fd))
		return false;
	if (address->device[0] != '\0' && !use_device(fd, address))
		return false;
	if (s->instances > 1 && !set(fd, SOL_SOCKET, SO_REUSEPORT, 1))
		return false;
	if (family == AF_UNIX)
		remove_stale(s, address);
	l->bound = *address;
	l->inode = 0;
	if (bind(fd, &address->u.any, address->len) == -1)
		return false;
	if (family == AF_UNIX ? !admit(l) :
	    getsockname(fd, &l->bound.u.any, &l->bound.len) == -1)
		return false;
	return s->type == SOCK_DGRAM || listen(fd, (int)s->backlog) == 0;
}

/* Open l at port; false with errno set. */
static bool
open_at(struct listener *l, unsigned port)
{
	const struct service *s = l->service;
	struct address address = l->address;
	int fd, saved;

	address_set_port(&address, port);
	fd = descriptor_move(socket(address.u.any.sa_family, s->type |
	    SOCK_CLOEXEC | (s->kind == NOWAIT ? SOCK_NONBLOCK : 0), 0), PARKED);
	if (fd == -1)
		return false;
	if (!prepare(l, fd, &address)) {
		saved = errno;
		close(fd);
		errno = saved;
		return false;
	}
	l->fd = fd;
	return true;
}

/* Do both take the number that the kernel gives to one of them? */
static bool
is_sibling(const struct listener *a, const struct listener *b)
{
	const struct service *s = a->service, *t = b->service;

	return a != b && (s == t || (t->kind != TIMER && s->type != t->type)) &&
	    address_equal(&a->address, &b->address) &&
	    strcmp(s->program, t->program) == 0 &&
	    strcmp(s->name, t->name) == 0;
}

/*
 * Open l and its siblings, all at one number.  The kernel knows which ports
 * are free for one protocol only, so we may have to try again.
 */
static bool
open_siblings(struct listener *l, const struct conf *c)
{
	struct listener *o, *end = c->listeners + c->nlisteners;

	for (o = c->listeners; o < end; o++)
		if (is_sibling(l, o) && o->fd != -1)
			return open_at(l, address_port(&o->bound));
	for (int tries = 0; tries < PORT_TRIES; tries++) {
		if (!open_at(l, 0))
			return false;
		for (o = c->listeners; o < end; o++)
			if (is_sibling(l, o) &&
			    !open_at(o, address_port(&l->bound)))
				break;
		if (o == end || errno != EADDRINUSE)
			return true;
		for (o = c->listeners; o < end; o++)
			if (is_sibling(l, o))
				listener_close(o);
		listener_close(l);
	}
	errno = EADDRINUSE;
	return false;
}

/* Does a demo account keep l from being opened?  It is logged then. */
static bool
is_unsafe(const struct listener *l, const char *where)
{
	char name[64];
	int line;

	if (address_is_local(&l->address) ||
	    (line = users_demo(name, sizeof name)) == 0)
		return false;
	log_line("etc/passwd:%d: %s still has its demo password: not "
	    "listening on %s; change it with 'account passwd %s'", line, name,
	    where, name);
	return true;
}

bool
listener_open(struct listener *l, const struct conf *c)
{
	char text[ADDRESS_TEXT], where[ADDRESS_TEXT + 16];
	unsigned port = address_port(&l->address);
	int family = l->address.u.any.sa_family;
	bool opened;

	address_text(&l->address, text);
	snprintf(where, sizeof where, family == AF_UNIX ? "%s" :
	    family == AF_INET ? "%s:%u" : "[%s]:%u", text, port);
	if (is_unsafe(l, where))
		return false;
	if (inherit_find(l))
		return true;
	opened = family == AF_UNIX || port != 0 ? open_at(l, port) :
	    open_siblings(l, c);
	if (!opened)
		log_line("%s: cannot listen on %s: %s", l->service->name,
		    where, strerror(errno));
	return opened;
}

void
listener_close(struct listener *l)
{
	struct stat st;

	if (l->held != -1) {
		log_line("%s: a client that waited for a process is let go",
		    l->service->name);
		close(l->held);
		l->held = -1;
	}
	if (l->fd == -1)
		return;
	close(l->fd);
	l->fd = -1;
	if (l->service->family == AF_UNIX &&
	    lstat(l->address.u.un.sun_path, &st) == 0 && is_ours(l, &st))
		unlink(l->address.u.un.sun_path);
}

/* Blocking or not, and the backlog. */
static bool
adjust(const struct listener *l)
{
	const struct service *s = l->service;
	int flags = fcntl(l->fd, F_GETFL);

	flags = s->kind == NOWAIT ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
	return fcntl(l->fd, F_SETFL, flags) == 0 &&
	    (s->type == SOCK_DGRAM || listen(l->fd, (int)s->backlog) == 0);
}

void
listener_adjust(struct listener *l)
{
	const struct service *s = l->service;

	if (!adjust(l) || (s->family == AF_UNIX && !admit(l)))
		log_line("%s: the change of its line: %s", s->name,
		    errno == ENOTSOCK ? "the file is not our socket" :
		    strerror(errno));
}

/* Let a datagram socket have no peer; one that listens has none. */
static bool
disconnect(const struct listener *l)
{
	const struct sockaddr none = { .sa_family = AF_UNSPEC };
	struct address peer = { .len = sizeof peer.u };

	return getpeername(l->fd, &peer.u.any, &peer.len) == -1 ||
	    connect(l->fd, &none, sizeof none) == 0;
}

void
listener_mend(struct listener *l)
{
	struct pollfd p = { l->fd, POLLRDHUP, 0 };

	if (poll(&p, 1, 0) == 1 && (p.revents & (POLLRDHUP | POLLHUP)) != 0) {
		log_line("%s: its socket was shut down: opened anew",
		    l->service->name);
		listener_close(l);
	} else if (!disconnect(l) || !adjust(l))
		log_line("%s: what its program left: %s", l->service->name,
		    strerror(errno));
}

void
listener_print(const struct listener *l)
{
	const struct service *s = l->service;
	char text[ADDRESS_TEXT];

	address_text(&l->bound, text);
	if (s->family == AF_UNIX)
		printf("listening %s %s - unix\n", s->name, text);
	else
		printf("listening %s %s %u %s\n", s->name, text,
		    address_port(&l->bound),
		    s->type == SOCK_STREAM ? "tcp" : "udp");
}

bool
listener_same(const struct listener *a, const struct listener *b)
{
	const struct service *s = a->service, *t = b->service;

	if (s->type != t->type || a->instance != b->instance ||
	    (s->instances > 1) != (t->instances > 1))
		return false;
	if (s->kind == TIMER)
		return strcmp(s->whole, t->whole) == 0;
	return address_equal(&a->address, &b->address) &&
	    (s->family == AF_UNIX || address_port(&a->address) != 0 ||
	    (strcmp(s->column, t->column) == 0 &&
	    strcmp(s->name, t->name) == 0));
}
