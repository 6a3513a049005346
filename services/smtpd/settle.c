/* settle.c - the two ends of a message's way: places asked for, and kept */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "intake.h"
#include "io/log.h"

void
intake_open(struct intake *x, struct session *s)
{
	char trace[SPF_FIELD_SIZE + RECEIVED_SIZE];
	size_t len;
	int code = -1;

	intake_init(x, s);
	trace_id(x->id);
	errno = ENOTCONN;
	if (s->deliver != -1)
		code = delivery_places(s->deliver, x->places, &x->n,
		    x->refusal);
	if (code == -1) {
		log_errno("deliver");
		strcpy(x->refusal, "451 4.3.0 Try again later");
	}
	if (code != 354)
		return;
	x->refusal[0] = '\0';
	len = trace_spf(s, trace);
	len += trace_received(s, x->id, trace + len, RECEIVED_SIZE);
	memcpy(x->block, trace, len);
	x->len = len;
	for (size_t i = 0; i < len; i++)
		x->lines += trace[i] == '\n';
}

void
intake_drop(struct intake *x)
{
	for (size_t i = 0; i < x->n; i++)
		close(x->places[i]);
	x->n = 0;
}

/* What is wrong with the message, as a reply; or false. */
static bool
fault(const struct intake *x, char *line, size_t size)
{
	const struct mail_settings *settings = &x->s->settings;

	if (x->refusal[0] != '\0')
		snprintf(line, size, "%s", x->refusal);
	else if (x->bare)
		snprintf(line, size, "554 5.6.0 Bare CR or LF in the message");
	else if (x->size > settings->size_limit)
		snprintf(line, size, "552 5.3.4 Message over the limit of "
		    "%ld octets", settings->size_limit);
	else if (x->hops > HOPS_MAX)
		snprintf(line, size, "554 5.4.6 Routing loop: %u Received "
		    "fields", x->hops);
	else if (x->loop)
		snprintf(line, size, "554 5.4.6 Mail loop: the message has "
		    "been delivered here before");
	else if (x->submission.foreign)
		snprintf(line, size, "550 5.7.1 From is not an address of %s",
		    x->s->account);
	else if (x->submission.failed)
		snprintf(line, size, "554 5.6.0 A field of addresses over "
		    "%d octets", SUBMISSION_FIELD_MAX);
	else if (x->error == ENOSPC || x->error == EDQUOT)
		snprintf(line, size, "452 4.3.1 The disk is full");
	else if (x->error != 0 || x->submission.later)
		snprintf(line, size, "451 4.3.0 Try again later");
	else
		return false;
	return true;
}

/* RFC 2033 4.2: behind the dot a reply for each recipient, in order. */
static void
reply_each(struct session *s, size_t n, const char *same)
{
	char number[32], answer[DELIVERY_RECORD_MAX];

	for (size_t i = 0; i < n; i++) {
		if (same == NULL) {
			snprintf(number, sizeof number, "%zu", i);
			ask_deliver(s, "RESULT", number, answer);
		}
		reply_line(s, same != NULL ? same : answer);
	}
}

void
intake_settle(struct intake *x, struct session *s)
{
	char lines[32], answer[DELIVERY_RECORD_MAX];
	size_t n = s->recipients;
	bool wrong;
	int code;

	intake_end(x);
	intake_flush(x);
	intake_drop(x);
	wrong = fault(x, answer, sizeof answer);
	if (!wrong) {
		snprintf(lines, sizeof lines, "%zu%s", x->lines,
		    s->role == LMTP ? " each" : "");
		ask_deliver(s, "COMMIT", lines, answer);
	}
	code = atoi(answer);
	if (s->role == LMTP)
		reply_each(s, n, wrong || s->deliver == -1 ? answer : NULL);
	else
		reply_line(s, answer);
	if (!input_pending(&s->in))	/* else with what is asked there */
		output_flush(&s->out);
	if (wrong)
		forget_message(s);
	log_line("message %s from <%s> peer %s recipients %zu size %lld: %d",
	    x->id, s->from, peer_name(&s->peer), n, (long long)x->size, code);
	if (code == 250)
		s->idle = 0;
	s->recipients = 0;
	s->state = READY;
}
