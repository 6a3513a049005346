/* env.c - the environment of a service */

#define _GNU_SOURCE	/* struct ucred */
#include <sys/socket.h>

#include <assert.h>
#include <string.h>

#include "env.h"
#include "number.h"

/*
 * All that can be said fits: sizes are bounded where the values come from.
 * This is on the way of each connection, so printf(3) is not.
 */
static void
add(struct env *e, const char *name, const char *value)
{
	size_t n = strlen(name), len = strlen(value) + 1;
	char *at = e->text + e->used;

	assert(e->used + n + len <= sizeof e->text && e->n + 1 < ENV_MAX);
	e->list[e->n++] = at;
	e->list[e->n] = NULL;
	memcpy(stpcpy(at, name), value, len);
	e->used += n + len;
}

static void
add_number(struct env *e, const char *name, uint64_t value)
{
	char text[32];

	number_put(text, value, 1);
	add(e, name, text);
}

void
env_service(struct env *e, const struct service *s)
{
	e->n = e->used = 0;
	e->pid = NULL;
	add(e, "PATH=", "/usr/local/bin:/usr/bin:/bin");
	if (s->kind != TIMER)
		add(e, "PROTO=", s->family == AF_UNIX ? "UNIX" :
		    s->type == SOCK_STREAM ? "TCP" : "UDP");
	if (!s->activation)
		return;
	add(e, "LISTEN_FDS=", "1");
	add(e, "LISTEN_FDNAMES=", strlen(s->name) <= 64 ? s->name : "inetd");
	add(e, "LISTEN_PID=", "0000000000");
	e->pid = e->text + e->used - 1 - PID_DIGITS;
}

static void
add_unix(struct env *e, const struct listener *l, int fd)
{
	struct ucred peer;
	socklen_t len = sizeof peer;

	add(e, "UNIXLOCALPATH=", l->address.u.un.sun_path);
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == -1)
		return;
	add_number(e, "UNIXREMOTEPID=", (uint64_t)peer.pid);
	add_number(e, "UNIXREMOTEEUID=", peer.uid);
	add_number(e, "UNIXREMOTEEGID=", peer.gid);
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
	add(e, "TCPREMOTEIP=", source_text(client, text));
	add_number(e, "TCPREMOTEPORT=", client->port);
	add(e, "TCPLOCALIP=", source_text(&local, text));
	add_number(e, "TCPLOCALPORT=", local.port);
}
