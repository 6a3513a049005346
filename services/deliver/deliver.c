/*
 * deliver - put messages into maildirs, each as its owner, and into the queue
 *
 * One process a client (smtpd), started by inetd with the right to become an
 * account and nothing else.  It never sees a message: it lends open files to
 * the client, and makes durable what was written into them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "deliver.h"
#include "io/fdpass.h"
#include "io/log.h"
#include "io/sandbox.h"
#include "mail/queue.h"

enum { CLIENT = 0, IDLE_SECONDS = 3600 };

static struct mail_settings	settings;
static struct message		message = {
	.remote = { .file = -1, .tmp = -1, .new = -1 } };

static void
drop(struct message *m)
{
	for (size_t i = 0; m->lent && i < m->n; i++)
		place_drop(&m->places[i]);
	remote_drop(&m->remote);
	buf_clear(&m->remote.paths);
	buf_clear(&m->remote.aliases);
	m->n = m->remote.n = 0;
	m->begun = m->lent = false;
}

static const char *
begin(const char *from, bool may_relay)
{
	drop(&message);
	if (strlen(from) >= sizeof message.from)
		return "501 5.1.7 Sender address too long";
	strcpy(message.from, from);
	message.begun = true;
	message.may_relay = may_relay;
	return "250 2.1.0 Sender ok";
}

static const char *
do_from(const char *from)
{
	return begin(from, false);
}

static const char *
do_submit(const char *from)
{
	return begin(from, true);
}

static const char *
do_rcpt(const char *to)
{
	if (!message.begun || message.lent)
		return "503 5.5.1 Out of order";
	return recipient_add(&message, &settings, to);
}

/* What a failed system call means for the sender. */
static const char *
failure(const char *user)
{
	log_errno("%s", user);
	return errno == ENOSPC || errno == EDQUOT ?
	    "452 4.3.1 The disk is full" : "451 4.3.0 Try again later";
}

/* Open all places.  NULL, or the name of the one that could not be. */
static const char *
open_places(struct message *m)
{
	size_t i;

	for (i = 0; i < m->n; i++)
		if (place_open(&m->places[i], m->from) == -1)
			break;
	if (i == m->n && (m->remote.n == 0 ||
	    remote_open(&m->remote, m->from) == 0))
		return NULL;
	return i < m->n ? m->places[i].user : QUEUE_DIR;
}

static const char *
do_data(const char *nothing)
{
	const char *failed, *reply;

	(void)nothing;
	if (!message.begun || message.lent ||
	    message.n + message.remote.n == 0)
		return "503 5.5.1 Out of order";
	failed = open_places(&message);
	if (failed == NULL) {
		message.lent = true;
		return "354 Write";
	}
	reply = failure(failed);
	/* Those that were not opened have no file, and are left alone. */
	for (size_t i = 0; i < message.n; i++)
		place_drop(&message.places[i]);
	remote_drop(&message.remote);
	return reply;
}

static const char *
do_commit(const char *lines)
{
	const char *reply = "250 2.6.0 Message accepted for delivery";
	size_t n = (size_t)strtoul(lines, NULL, 10);

	if (!message.lent)
		return "503 5.5.1 Out of order";
	for (size_t i = 0; i < message.n; i++)
		if (place_commit(&message.places[i], n) == -1) {
			/* Others may have theirs: the sender tries again. */
			reply = failure(message.places[i].user);
			break;
		}
	if (message.remote.n > 0 && reply[0] == '2') {
		if (remote_commit(&message.remote) == -1)
			reply = failure(QUEUE_DIR);
		else
			queue_wake(message.remote.name);
	}
	drop(&message);
	return reply;
}

static const char *
do_rset(const char *nothing)
{
	(void)nothing;
	drop(&message);
	return "250 2.0.0 Forgotten";
}

static const struct request {
	const char	*verb;
	const char	*(*run)(const char *argument);
} requests[] = {
	{ "FROM", do_from },
	{ "SUBMIT", do_submit },
	{ "RCPT", do_rcpt },
	{ "DATA", do_data },
	{ "COMMIT", do_commit },
	{ "RSET", do_rset },
};

static const char *
run(char *record)
{
	char *argument = record + strcspn(record, " ");

	if (*argument != '\0')
		*argument++ = '\0';
	for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++)
		if (strcmp(requests[i].verb, record) == 0)
			return requests[i].run(argument);
	return "500 5.5.1 No such request";
}

/* DATA's good reply takes the files along. */
static int
send_reply(const char *reply)
{
	int fds[DELIVERY_PLACES_MAX];
	size_t n = 0;

	if (strncmp(reply, "354", 3) == 0) {
		for (; n < message.n; n++)
			fds[n] = message.places[n].file;
		if (message.remote.n > 0)
			fds[n++] = message.remote.file;
	}
	return fd_send(CLIENT, reply, strlen(reply), fds, n);
}

/* One request after the other until the client goes. */
static int
serve(void)
{
	char record[DELIVERY_RECORD_MAX];
	ssize_t n;

	for (;;) {
		alarm(IDLE_SECONDS);
		n = recv(CLIENT, record, sizeof record - 1, 0);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		record[n] = '\0';
		if (send_reply(run(record)) == -1)
			break;
	}
	drop(&message);
	return n == -1 && errno != ECONNRESET ? EXIT_LATER : 0;
}

/* Our own daemons may ask; in a private site that is its one user. */
static bool
may_ask(void)
{
	uid_t uid = unix_peer_uid(CLIENT);

	return uid == 0 || uid == getuid() ||
	    (uid >= SERVICE_UID_FIRST && uid <= SERVICE_UID_LAST);
}

int
main(int argc, char *argv[])
{
	(void)argv;
	log_open("deliver");
	if (argc != 1) {
		log_line("usage: deliver, with a client of a Unix socket as 0");
		return EXIT_NEVER;
	}
	if (!may_ask()) {
		log_line("uid %lu may not ask",
		    (unsigned long)unix_peer_uid(CLIENT));
		return EXIT_NEVER;
	}
	if (mail_settings_read(&settings) == -1 ||
	    sandbox_enter("deliver", NULL) == -1)
		return EXIT_LATER;
	return serve();
}
