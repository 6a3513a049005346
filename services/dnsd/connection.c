/* connection.c - one TCP client: messages in, answers out, never waiting */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "connection.h"
#include "query.h"
#include "transfer.h"

enum {
	BATCH = 4 * (2 + MESSAGE_MAX),
	TURN = 16	/* messages of a transfer before others have a go */
};

/* Answers made in one go, for one write(2); of no connection in particular */
static uint8_t	batch[BATCH];
static unsigned	long_inputs;

static long
ticks_of(long seconds)
{
	return seconds * 1000 / TICK + 1;
}

struct connection *
connection_new(const struct server *s, int fd,
    const struct sockaddr_storage *peer)
{
	struct connection *c = malloc(sizeof *c);

	if (c == NULL)
		return NULL;
	memset(c, 0, offsetof(struct connection, own));
	c->input = c->own;
	c->room = sizeof c->own;
	c->fd = fd;
	c->peer = *peer;
	c->ticks = ticks_of(s->settings.tcp_idle);
	return c;
}

/* Give an input back that was made for a long message. */
static void
shorten(struct connection *c)
{
	if (c->input == c->own || c->len > sizeof c->own)
		return;
	memcpy(c->own, c->input, c->len);
	free(c->input);
	c->input = c->own;
	c->room = sizeof c->own;
	long_inputs--;
}

/* Make room for a message of size octets.  False: there is none. */
static bool
lengthen(struct connection *c, size_t size)
{
	uint8_t *input;

	if (2 + size <= c->room)
		return true;
	shorten(c);
	if (long_inputs == LONG_INPUTS ||
	    (input = malloc(2 + MESSAGE_MAX)) == NULL)
		return false;
	memcpy(input, c->input, c->len);
	c->input = input;
	c->room = 2 + MESSAGE_MAX;
	long_inputs++;
	return true;
}

void
connection_end(struct connection *c)
{
	close(c->fd);
	c->len = 0;
	shorten(c);
	transfer_free(c->transfer);
	free(c->pending);
	free(c);
}

bool
connection_tick(struct connection *c)
{
	return --c->ticks > 0;
}

/* Write what can be written now, keep the rest.  False: an error. */
static bool
send_batch(struct connection *c, const struct server *s, size_t len)
{
	const uint8_t *p = batch;
	ssize_t n;

	while (len > 0) {
		n = write(c->fd, p, len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			break;
		p += n;
		len -= (size_t)n;
	}
	if (len == 0)
		return true;
	if (errno != EAGAIN || (c->pending = malloc(len)) == NULL)
		return false;
	memcpy(c->pending, p, len);
	c->pending_len = len;
	c->pending_at = 0;
	c->ticks = ticks_of(s->settings.tcp_message);
	return true;
}

/* Go on with what is pending.  False: an error. */
static bool
send_pending(struct connection *c)
{
	while (c->pending != NULL) {
		ssize_t n = write(c->fd, c->pending + c->pending_at,
		    c->pending_len - c->pending_at);

		if (n == -1 && errno != EINTR)
			return errno == EAGAIN;
		if (n > 0)
			c->pending_at += (size_t)n;
		if (c->pending_at == c->pending_len) {
			free(c->pending);
			c->pending = NULL;
		}
	}
	return true;
}

/* The next messages of a transfer.  False: an error. */
static bool
go_on(struct connection *c, const struct server *s)
{
	struct client client = { TCP, (struct sockaddr *)&c->peer };

	for (int i = 0; i < TURN && c->pending == NULL; i++) {
		size_t n = transfer_next(c->transfer, s, &client, batch + 2);

		if (n == 0) {
			transfer_free(c->transfer);
			c->transfer = NULL;
			return true;
		}
		batch[0] = (uint8_t)(n >> 8);
		batch[1] = (uint8_t)n;
		if (!send_batch(c, s, n + 2))
			return false;
		c->ticks = ticks_of(s->settings.tcp_message);
	}
	return true;
}

/* Forget octets that are answered; room for what is not whole yet. */
static bool
consume(struct connection *c, size_t used)
{
	memmove(c->input, c->input + used, c->len - used);
	c->len -= used;
	if (used > 0) {
		c->partial = false;
		shorten(c);
	}
	return c->len < 2 ||
	    lengthen(c, (size_t)(c->input[0] << 8 | c->input[1]));
}

/*
 * Answer the whole messages in the input, while nothing is pending.  False:
 * the connection is broken, or what comes is no DNS; those before are
 * answered still.
 */
static bool
answer_input(struct connection *c, struct server *s)
{
	struct client client = { TCP, (struct sockaddr *)&c->peer };
	size_t at = 0, used = 0;
	bool good = true;

	while (c->len - at >= 2 && c->pending == NULL &&
	    c->transfer == NULL) {
		size_t size = (size_t)(c->input[at] << 8 | c->input[at + 1]);
		size_t n;

		good = size >= HEADER;
		if (!good || c->len - at - 2 < size)
			break;
		n = server_respond(s, c->input + at + 2, size, &client,
		    batch + used + 2, &c->transfer);
		at += size + 2;
		if (n == 0)
			continue;
		batch[used] = (uint8_t)(n >> 8);
		batch[used + 1] = (uint8_t)n;
		used += n + 2;
		if (used <= BATCH - 2 - MESSAGE_MAX)
			continue;
		if (!send_batch(c, s, used))
			return false;
		used = 0;
	}
	good = consume(c, at) && good;
	return send_batch(c, s, used) && good;
}

/* How long it may stay, now that this much has come. */
static void
set_deadline(struct connection *c, const struct server *s)
{
	if (c->pending != NULL || c->transfer != NULL)
		return;
	if (c->len == 0)
		c->ticks = ticks_of(s->settings.tcp_idle);
	else if (!c->partial)	/* more octets of it do not prolong it */
		c->ticks = ticks_of(s->settings.tcp_message);
	c->partial = c->len > 0;
}

bool
connection_serve(struct connection *c, struct server *s)
{
	ssize_t n;

	if (!send_pending(c) ||
	    (c->transfer != NULL && c->pending == NULL && !go_on(c, s)))
		return false;
	if (!answer_input(c, s))
		return false;
	while (c->pending == NULL && c->transfer == NULL && !c->ended) {
		n = read(c->fd, c->input + c->len, c->room - c->len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && errno == EAGAIN)
			break;
		if (n == -1)
			return false;
		if (n == 0)
			c->ended = true;
		c->len += (size_t)n;
		if (!answer_input(c, s))
			return false;
		if (n > 0 && c->len == 0)
			break;		/* most often all there is */
	}
	set_deadline(c, s);
	return !(c->ended && c->pending == NULL && c->transfer == NULL);
}
