/* queued.c - what of a recipient goes into the queue */

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "expansion.h"

const char
	expansion_ok[] = "250 2.1.5 Recipient ok",
	expansion_later[] = "451 4.3.0 Try again later",
	expansion_many[] = "452 4.5.3 Too many recipients";

static bool
is_in(const struct buf *list, const char *text)
{
	size_t at = 0;

	for (; at < list->len; at += strlen(list->s + at) + 1)
		if (strcmp(list->s + at, text) == 0)
			return true;
	return false;
}

/* A recipient in the queue's envelope: to be sent to, or to be reported. */
static const char *
add_queued(struct expansion *x, const char *to, char state,
    const char *reason)
{
	struct remote *r = &x->m->remote;
	size_t i;

	message_use(x->m, x->m->recipients, MAILBOXES_MAX);
	for (i = 0; i < r->n; i++)
		if (strcmp(r->to[i].path, to) == 0 && r->to[i].state == state)
			return expansion_ok;
	if (r->n == QUEUE_RECIPIENTS_MAX)
		return expansion_many;
	memset(&r->to[i], 0, sizeof r->to[i]);
	strcpy(r->to[i].path, to);
	r->to[i].state = state;
	queue_reason(r->to[i].reason, reason);
	r->to[i].with = x->with;
	r->to[i].next = (int64_t)time(NULL);
	r->n++;
	return expansion_ok;
}

const char *
queued_remote(struct expansion *x, const char *to, bool alias)
{
	struct buf *aliases = &x->m->remote.aliases;

	x->found++;
	if (alias && !is_in(aliases, x->to) &&
	    buf_add(aliases, x->to, strlen(x->to) + 1) == -1)
		return expansion_later;
	return add_queued(x, to, QUEUE_WAITING, "");
}

const char *
queued_missed(struct expansion *x, const char *user, const char *why)
{
	char to[PATH_TEXT_SIZE], reason[QUEUE_REASON_MAX];

	x->missed = why;
	snprintf(to, sizeof to, "%s@%s", user, mail_own_domain(x->s));
	/* Nobody will try again. */
	snprintf(reason, sizeof reason, "554 5%s", why + sizeof "452 4" - 1);
	return add_queued(x, to, QUEUE_FAILED, reason);
}

const char *
queued_report(struct expansion *x, size_t remotes)
{
	struct remote *r = &x->m->remote;
	const struct rcpt_parameters with = x->with;

	if ((with.notify & NOTIFY_SUCCESS) == 0)
		return expansion_ok;
	if (x->found == 1 && r->n > remotes)
		return expansion_ok;
	for (size_t i = remotes; i < r->n; i++) {
		r->to[i].with.notify &= ~(unsigned)NOTIFY_SUCCESS;
		if (r->to[i].with.notify == 0)
			r->to[i].with.notify = NOTIFY_NEVER;
	}
	return add_queued(x, x->to, x->found == 1 ? QUEUE_DELIVERED :
	    QUEUE_EXPANDED, "");
}
