/*
 * message.c - all places of a message together
 *
 * A step is taken for all places before the next: when the first of many
 * syncs has made the disk write, the others find little left to do.
 */
#include <errno.h>
#include <string.h>

#include "deliver.h"
#include "io/log.h"

void
message_init(struct message *m)
{
	m->remote.file = m->remote.tmp = m->remote.new = -1;
}

void
message_use(struct message *m, size_t recipient, size_t place)
{
	m->uses[recipient][place / 8] |= (uint8_t)(1U << place % 8);
}

bool
message_uses(const struct message *m, size_t recipient, size_t place)
{
	return (m->uses[recipient][place / 8] & 1U << place % 8) != 0;
}

const char *
failure(const char *what)
{
	log_errno("%s", what);
	switch (errno) {
	case ENOSPC:
		return "452 4.3.1 The disk is full";
	case EDQUOT:
		return "452 4.2.2 The mailbox is full";
	case EFBIG:
		return "552 5.2.2 The message is larger than the mailbox";
	default:
		return "451 4.3.0 Try again later";
	}
}

void
message_prepare(struct message *m)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->places[i].file == -1)
			place_open(&m->places[i], m->from);
}

const char *
message_open(struct message *m)
{
	const char *reply = NULL;

	for (size_t i = 0; i < m->n && reply == NULL; i++)
		if (m->places[i].file == -1 &&
		    place_open(&m->places[i], m->from) == -1)
			reply = failure(m->places[i].user);
	if (reply == NULL && m->remote.n > 0 &&
	    remote_open(&m->remote, m->from, &m->with) == -1)
		reply = failure(QUEUE_DIR);
	if (reply == NULL) {
		m->lent = true;
		return NULL;
	}
	/* Those that were not opened have no file, and are left alone. */
	for (size_t i = 0; i < m->n; i++)
		place_drop(&m->places[i]);
	remote_drop(&m->remote);
	return reply;
}

/*
 * Could the mailbox refuse the message, and nobody but it go without?  Where
 * there are others to suffer for its quota, of which its client learns only
 * now, it takes this one.
 */
static bool
is_alone(const struct message *m, size_t place, bool each)
{
	size_t others = 0;

	if (!each)
		return m->n == 1 && m->remote.n == 0;
	for (size_t n = 0; n < m->recipients; n++) {
		if (!message_uses(m, n, place))
			continue;
		for (size_t i = 0; i < m->n; i++)
			others += i != place && message_uses(m, n, i);
		others += message_uses(m, n, MAILBOXES_MAX);
	}
	return others == 0;
}

enum step { SYNC, LINK, SETTLE };

/* One step for one place; what failed once is left alone. */
static void
step(struct place *p, enum step which, size_t lines)
{
	int status;

	if (p->result != NULL)
		return;
	status = which == SYNC ? place_sync(p) : which == LINK ?
	    place_link(p, lines) : place_settle(p);
	if (status == -1)
		p->result = failure(p->user);
}

static void
step_remote(struct remote *r, enum step which)
{
	int status;

	if (r->n == 0 || r->result != NULL)
		return;
	status = which == SYNC ? remote_sync(r) : which == LINK ?
	    remote_link(r) : remote_settle(r);
	if (status == -1)
		r->result = failure(QUEUE_DIR);
}

/* The reply of the first place that failed, or NULL. */
static const char *
first_failure(const struct message *m)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->places[i].result != NULL)
			return m->places[i].result;
	return m->remote.result;
}

/* What could not be had everywhere shall be nowhere. */
static void
undo(struct message *m)
{
	for (size_t i = 0; i < m->n; i++)
		place_undo(&m->places[i]);
	if (m->remote.n > 0)
		remote_undo(&m->remote);
}

const char *
message_commit(struct message *m, size_t lines, bool each)
{
	for (size_t at = 0; at < m->n; at++)
		if (m->places[at].counted)
			m->places[at].bound = is_alone(m, at, each);
	for (enum step i = SYNC; i <= SETTLE; i++) {
		for (size_t at = 0; at < m->n; at++)
			step(&m->places[at], i, lines);
		if (i == SYNC)
			step_remote(&m->remote, SYNC);
		if (!each && first_failure(m) != NULL)
			break;
	}
	/* Last, as relay may take it from the moment that it is linked. */
	for (enum step i = LINK; i <= SETTLE; i++)
		if (each || first_failure(m) == NULL)
			step_remote(&m->remote, i);
	if (!each && first_failure(m) != NULL)
		undo(m);
	else if (m->remote.n > 0 && m->remote.result == NULL)
		queue_wake(m->remote.name);
	return first_failure(m);
}

void
message_drop(struct message *m)
{
	for (size_t i = 0; i < m->n; i++)
		place_drop(&m->places[i]);
	remote_drop(&m->remote);
	m->lent = m->begun = false;
}
