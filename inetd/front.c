/*
 * front.c - clients that come through a front proxy (proxy=)
 *
 * The header is looked at in the kernel's buffer and taken out only when it
 * is whole, so that not one byte of the client goes with it.
 */
#include <sys/socket.h>

#include <unistd.h>

#include "front.h"
#include "header.h"
#include "log.h"
#include "serve.h"

enum { PATIENCE = 3000 };	/* ms */

static struct kept {
	struct listener	*listener;
	int		 fd;
	int64_t		 deadline;
} kept[FRONT_MAX];
static size_t	 count;

bool
front_add(struct listener *l, int fd, int64_t now)
{
	if (count == FRONT_MAX)
		return false;
	kept[count++] = (struct kept){ l, fd, now + PATIENCE };
	return true;
}

size_t
front_count(void)
{
	return count;
}

/* While its service is full, a client has to wait, header or not. */
static bool
has_room(const struct kept *k)
{
	const struct service *s = k->listener->service;

	return s->running < s->max && k->listener->held == -1;
}

size_t
front_prepare(struct pollfd *p, int64_t *due)
{
	for (size_t i = 0; i < count; i++) {
		p[i].fd = has_room(&kept[i]) ? kept[i].fd : -1;
		p[i].events = POLLIN;
		p[i].revents = 0;
		if (p[i].fd == -1)
			kept[i].deadline = 0;
		else if (*due == 0 || kept[i].deadline < *due)
			*due = kept[i].deadline;
	}
	return count;
}

/* Do not wake us again before there is more than len. */
static void
want_more(int fd, size_t len)
{
	int low = (int)len + 1;

	setsockopt(fd, SOL_SOCKET, SO_RCVLOWAT, &low, sizeof low);
}

/* Look at the header.  False: the client stays. */
static bool
look(struct kept *k, int64_t now)
{
	uint8_t bytes[HEADER_MAX];
	struct source client, here;
	size_t used = 0;
	bool known = false;
	ssize_t len = recv(k->fd, bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);
	enum header got = HEADER_WRONG;

	if (len > 0)
		got = header_parse(bytes, (size_t)len, &used, &known, &client,
		    &here);
	if (got == HEADER_SHORT) {
		want_more(k->fd, (size_t)len);
		return false;
	}
	if (got == HEADER_WHOLE && recv(k->fd, bytes, used, MSG_DONTWAIT) ==
	    (ssize_t)used) {
		want_more(k->fd, 0);
		serve_named(k->listener, k->fd, known ? &client : NULL,
		    known ? &here : NULL, now);
		return true;
	}
	log_line("%s: no PROXY header from a front proxy",
	    k->listener->service->name);
	close(k->fd);
	return true;
}

void
front_serve(const struct pollfd *p, int64_t now)
{
	size_t left = 0;

	for (size_t i = 0; i < count; i++) {
		struct kept *k = &kept[i];
		bool done = false;

		if (k->deadline == 0)	/* it waited for room, not we for it */
			k->deadline = now + PATIENCE;
		if (p[i].revents != 0 && has_room(k))
			done = look(k, now);
		else if (k->deadline <= now) {
			log_line("%s: a front proxy sent no header in time",
			    k->listener->service->name);
			close(k->fd);
			done = true;
		}
		if (!done)
			kept[left++] = *k;
	}
	count = left;
}

void
front_move(void)
{
	size_t left = 0;

	for (size_t i = 0; i < count; i++) {
		struct listener *l = kept[i].listener->successor;

		kept[i].listener = l;
		if (l != NULL && l->service->kind == NOWAIT)
			kept[left++] = kept[i];
		else
			close(kept[i].fd);
	}
	count = left;
}
