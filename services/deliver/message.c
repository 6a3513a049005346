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

const char *
message_open(struct message *m)
{
	const char *reply = NULL;

	for (size_t i = 0; i < m->n && reply == NULL; i++)
		if (place_open(&m->places[i], m->from) == -1)
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

/* One step for one place; what failed once is left alone. */
static void
step(struct place *p, int which, size_t lines)
{
	int status;

	if (p->result != NULL)
		return;
	status = which == 0 ? place_sync(p) : which == 1 ?
	    place_link(p, lines) : place_settle(p);
	if (status == -1)
		p->result = failure(p->user);
}

static void
step_remote(struct remote *r, int which)
{
	int status;

	if (r->n == 0 || r->result != NULL)
		return;
	status = which == 0 ? remote_sync(r) : which == 1 ?
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

const char *
message_commit(struct message *m, size_t lines, bool each)
{
	for (int which = 0; which < 3; which++) {
		for (size_t i = 0; i < m->n; i++)
			step(&m->places[i], which, lines);
		if (each || first_failure(m) == NULL)
			step_remote(&m->remote, which);
		/* Nobody has it yet: then better nobody than a part. */
		if (which == 0 && !each && first_failure(m) != NULL)
			return first_failure(m);
	}
	if (m->remote.n > 0 && m->remote.result == NULL &&
	    (each || first_failure(m) == NULL))
		queue_wake(m->remote.name);
	return first_failure(m);
}

void
message_drop(struct message *m)
{
	for (size_t i = 0; m->lent && i < m->n; i++)
		place_drop(&m->places[i]);
	remote_drop(&m->remote);
	m->lent = m->begun = false;
}
