/* env.c - the environment of a service */

#define _GNU_SOURCE	/* struct ucred */
#include <sys/socket.h>

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "env.h"

/* All that can be said fits: sizes are bounded where the values come from. */
__attribute__((format(printf, 2, 3))) static void
add(struct env *e, const char *format, ...)
{
	size_t room = sizeof e->text - e->used;
	va_list ap;
	int len;

	va_start(ap, format);
	len = vsnprintf(e->text + e->used, room, format, ap);
	va_end(ap);
	assert(len >= 0 && (size_t)len < room && e->n + 1 < ENV_MAX);
	e->list[e->n++] = e->text + e->used;
	e->list[e->n] = NULL;
	e->used += (size_t)len + 1;
}

void
env_service(struct env *e, const struct service *s)
{
	e->n = e->used = 0;
	e->pid = NULL;
	add(e, "PATH=/usr/local/bin:/usr/bin:/bin");
	if (s->kind != TIMER)
		add(e, "PROTO=%s", s->family == AF_UNIX ? "UNIX" :
		    s->type == SOCK_STREAM ? "TCP" : "UDP");
	if (!s->activation)
		return;
	add(e, "LISTEN_FDS=1");
	add(e, "LISTEN_FDNAMES=%.64s", s->name);
	add(e, "LISTEN_PID=%0*d", PID_DIGITS, 0);
	e->pid = e->text + e->used - 1 - PID_DIGITS;
}

static void
add_unix(struct env *e, const struct listener *l, int fd)
{
	struct ucred peer;
	socklen_t len = sizeof peer;

	add(e, "UNIXLOCALPATH=%s", l->address.u.un.sun_path);
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == -1)
		return;
	add(e, "UNIXREMOTEPID=%ld", (long)peer.pid);
	add(e, "UNIXREMOTEEUID=%lu", (unsigned long)peer.uid);
	add(e, "UNIXREMOTEEGID=%lu", (unsigned long)peer.gid);
}

/* The address that the client at fd has called. */
static struct source
called(const struct listener *l, int fd)
{
	struct address local = l->bound;

	local.len = sizeof local.u;
	if (address_is_wildcard(&local))
		getsockname(fd, &local.u.any, &local.len);
	return source_of(&local);
}

void
env_session(struct env *e, const struct listener *l,
    const struct source *client, const struct source *here, int fd)
{
	struct source local;
	char text[ADDRESS_TEXT];

	env_service(e, l->service);
	if (l->service->family == AF_UNIX) {
		add_unix(e, l, fd);
		return;
	}
	local = here != NULL ? *here : called(l, fd);
	add(e, "TCPREMOTEIP=%s", source_text(client, text));
	add(e, "TCPREMOTEPORT=%u", client->port);
	add(e, "TCPLOCALIP=%s", source_text(&local, text));
	add(e, "TCPLOCALPORT=%u", local.port);
}
