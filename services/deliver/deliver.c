/*
 * deliver - put messages into maildirs, each as its owner, and into the queue
 *
 * One process a client (smtpd), with the right to become an account and
 * nothing else.  It never sees a message: it lends open files to the client,
 * and makes durable what was written into them.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "deliver.h"
#include "io/fdpass.h"
#include "io/log.h"
#include "io/sandbox.h"
#include "mail/alias.h"

enum { CLIENT = 0, IDLE_SECONDS = 3600 };

static struct mail_settings	settings;
/* What is under way, what was last, and what is only asked about. */
static struct message		message, question;

/* Forget what was; the results of the last message go, too. */
static void
clear(struct message *m)
{
	message_drop(m);
	buf_clear(&m->remote.aliases);
	m->n = m->remote.n = m->recipients = 0;
	m->remote.result = NULL;
}

/* A path, and behind a TAB the parameters that came with it. */
static char *
cut_parameters(char *path)
{
	char *tab = path + strcspn(path, "\t");

	if (*tab != '\0')
		*tab++ = '\0';
	return tab;
}

static const char *
begin(char *from, bool may_relay)
{
	char *with = cut_parameters(from);

	clear(&message);
	memset(&message.with, 0, sizeof message.with);
	message.wrong = NULL;
	if (strlen(from) >= sizeof message.from)
		message.wrong = "501 5.1.7 Sender address too long";
	else if (!parameter_mail_read(&message.with, with, strlen(with)))
		message.wrong = "501 5.5.4 Bad parameters";
	else
		strcpy(message.from, from);
	message.begun = true;
	message.may_relay = may_relay;
	message.size = 1;
	return NULL;
}

static const char *
do_from(char *from)
{
	return begin(from, false);
}

static const char *
do_submit(char *from)
{
	return begin(from, true);
}

static const char *
do_size(char *octets)
{
	message.size = strtoll(octets, NULL, 10);
	return NULL;
}

static const char *
do_rcpt(char *to)
{
	struct rcpt_parameters with = { 0 };
	const char *words = cut_parameters(to);

	if (!message.begun || message.lent)
		return "503 5.5.1 Out of order";
	if (message.wrong != NULL)
		return message.wrong;
	if (!parameter_rcpt_read(&with, words, strlen(words)))
		return "501 5.5.4 Bad parameters";
	return recipient_add(&message, &settings, to, &with);
}

static const char *
do_data(char *nothing)
{
	const char *reply;

	(void)nothing;
	if (!message.begun || message.lent || message.recipients == 0)
		return "503 5.5.1 Out of order";
	reply = message_open(&message);
	return reply == NULL ? "354 Write" : reply;
}

static const char	accepted[] = "250 2.6.0 Message accepted for delivery";

static const char *
do_commit(char *lines)
{
	const char *reply;
	char *end;
	size_t n = (size_t)strtoul(lines, &end, 10);

	if (!message.lent)
		return "503 5.5.1 Out of order";
	reply = message_commit(&message, n, strcmp(end, " each") == 0);
	message.begun = false;
	return reply == NULL ? accepted : reply;
}

/* What became of one recipient: as bad as the worst of its places. */
static const char *
do_result(char *number)
{
	size_t n = (size_t)strtoul(number, NULL, 10);

	if (message.begun || n >= message.recipients)
		return "503 5.5.1 Out of order";
	for (size_t i = 0; i < message.n; i++)
		if (message_uses(&message, n, i) &&
		    message.places[i].result != NULL)
			return message.places[i].result;
	if (message_uses(&message, n, MAILBOXES_MAX) &&
	    message.remote.result != NULL)
		return message.remote.result;
	return accepted;
}

static const char *
do_rset(char *nothing)
{
	(void)nothing;
	clear(&message);
	return NULL;
}

/* Where would mail to this address go? */
static const char *
do_verify(char *address)
{
	static char reply[DELIVERY_RECORD_MAX];
	const struct rcpt_parameters with = { 0 };
	const char *answer;
	struct path path;

	clear(&question);
	question.may_relay = true;
	question.size = 1;
	answer = recipient_add(&question, &settings, address, &with);
	if (answer[0] != '2' || path_parse(address, &path) != NULL)
		return answer;
	if (path.domain[0] != '\0' &&
	    !mail_domain_is_local(&settings, path.domain))
		return "252 2.1.5 Not ours to know, but will try";
	/* RFC 5321 3.5.1: with the address in full. */
	snprintf(reply, sizeof reply, "250 2.1.5 <%s%s%s>", path.text,
	    path.domain[0] == '\0' ? "@" : "",
	    path.domain[0] == '\0' ? mail_own_domain(&settings) : "");
	return reply;
}

static const char *
do_owns(char *user)
{
	char *address = user + strcspn(user, " ");

	if (*address == '\0')
		return "501 5.5.4 Whose?";
	*address++ = '\0';
	return recipient_owned(&settings, address, user);
}

/* Each returns its reply; those that are told and not asked, NULL. */
static const struct request {
	const char	*verb;
	const char	*(*run)(char *argument);
} requests[] = {
	{ "FROM", do_from },
	{ "SUBMIT", do_submit },
	{ "SIZE", do_size },
	{ "RCPT", do_rcpt },
	{ "DATA", do_data },
	{ "COMMIT", do_commit },
	{ "RESULT", do_result },
	{ "RSET", do_rset },
	{ "VERIFY", do_verify },
	{ "OWNS", do_owns },
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

	if (reply == NULL)
		return 0;
	if (strncmp(reply, "354", 3) == 0) {
		for (; n < message.n; n++)
			fds[n] = message.places[n].file;
		if (message.remote.n > 0)
			fds[n++] = message.remote.file;
	}
	return fd_send(CLIENT, reply, strlen(reply), fds, n);
}

/* What the client need not wait for comes behind its reply. */
static void
look_ahead(void)
{
	if (!message.begun)
		message_drop(&message);
	else if (!message.lent)
		message_prepare(&message);
}

/* One request after the other until the client goes. */
static int
serve(void)
{
	char record[DELIVERY_RECORD_MAX];
	ssize_t n;

	for (;;) {
		/* How long a message may take is its client's to know. */
		alarm(message.lent ? 0 : IDLE_SECONDS);
		n = recv(CLIENT, record, sizeof record - 1, 0);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		record[n] = '\0';
		if (send_reply(run(record)) == -1)
			break;
		look_ahead();
	}
	message_drop(&message);
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

/* Serve the client at descriptor 0; born tells where the sandbox is from. */
static int
serve_one(bool born)
{
	const char *profile;

	if (!may_ask()) {
		log_line("uid %lu may not ask",
		    (unsigned long)unix_peer_uid(CLIENT));
		return EXIT_NEVER;
	}
	message_init(&message);
	message_init(&question);
	if (mail_settings_read(&settings) == -1 || alias_open() == -1)
		return EXIT_LATER;
	if (settings.system_accounts)
		account_use_system();
	profile = settings.system_accounts ? "deliver-system" : "deliver";
	if ((born ? sandbox_close(profile) :
	    sandbox_enter(profile, NULL)) == -1)
		return EXIT_LATER;
	if (born)
		let_others_in();
	return serve();
}

int
main(int argc, char *argv[])
{
	(void)argv;
	log_open("deliver");
	if (argc != 1) {
		log_line("usage: deliver, with a Unix socket as 0");
		return EXIT_NEVER;
	}
	if (remote_share() == -1) {
		log_errno("memory");
		return EXIT_LATER;
	}
	if (!is_listening(CLIENT))
		return serve_one(false);
	if (sandbox_enter(mail_system_accounts() ? "deliver-system-parent" :
	    "deliver-parent", NULL) == -1)
		return EXIT_LATER;
	wait_for_client(CLIENT);
	return serve_one(true);
}
