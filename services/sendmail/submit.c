/* submit.c - what is said to the mail server */

#define _GNU_SOURCE	/* SOCK_CLOEXEC */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "io/log.h"
#include "io/write.h"
#include "mail/reply.h"
#include "mail/stuff.h"
#include "sendmail.h"

enum { SECONDS = 600, PORT = 25 };

struct dialogue {
	struct output	out;
	struct input	in;
	struct reply	reply;
};

/* Connect to "address:port", "[address]:port" or an address alone. */
static int
connect_to(const char *server)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
	struct sockaddr_in four = { .sin_family = AF_INET };
	char address[INET6_ADDRSTRLEN];
	bool literal = *server == '[';
	size_t n = strcspn(server += literal, literal ? "]" : ":");
	const char *rest = server + n + (literal && server[n] == ']');
	unsigned long port = *rest == ':' ? strtoul(rest + 1, NULL, 10) : PORT;
	bool is_four;
	int fd;

	if (n >= sizeof address || port == 0 || port > 65535)
		errx(EXIT_NEVER, "%s: not an address and port", server);
	memcpy(address, server, n);
	address[n] = '\0';
	four.sin_port = six.sin6_port = htons((in_port_t)port);
	is_four = inet_pton(AF_INET, address, &four.sin_addr) == 1;
	if (!is_four && inet_pton(AF_INET6, address, &six.sin6_addr) != 1)
		errx(EXIT_NEVER, "%s: not an address and port", server);
	fd = socket(is_four ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC,
	    0);
	if (fd == -1 || connect(fd, is_four ? (struct sockaddr *)&four :
	    (struct sockaddr *)&six, is_four ? sizeof four : sizeof six) ==
	    -1)
		err(EXIT_LATER, "%s", server);
	return fd;
}

/* The reply must start with this digit; else say it and end. */
static void
expect(struct dialogue *d, int wanted, const char *what)
{
	const struct reply *r = &d->reply;

	if (!reply_read(&d->reply, &d->in, SECONDS))
		errx(EXIT_LATER, "%s: %s", what, r->text);
	if (r->code / 100 != wanted)
		errx(r->code / 100 == 5 ? EXIT_NEVER : EXIT_LATER,
		    "%s: %d %s", what, r->code, r->text);
}

/* Does EHLO's reply have a line that begins with that word? */
static bool
offers(const struct reply *r, const char *word)
{
	const char *line = r->text;
	size_t n = strlen(word);

	while ((line = strchr(line, '\n')) != NULL)
		if (strncasecmp(++line, word, n) == 0 &&
		    strchr(" \n", line[n]) != NULL)
			return true;
	return false;
}

/* What is asked for counts only where the server knows it. */
static void
set_parameters(struct letter *l, const struct reply *r)
{
	if (!offers(r, "DSN")) {
		l->with.ret = '\0';
		l->with.envid[0] = '\0';
		l->each.notify = 0;
	}
	if (!offers(r, "8BITMIME"))
		l->with.body = '\0';
	if (offers(r, "SMTPUTF8"))
		return;
	l->with.utf8 = false;
	if (l->utf8_address)
		errx(EXIT_NEVER, "the server takes no addresses in UTF-8");
}

/* Connect and say hello and from whom. */
static void
begin(struct dialogue *d, struct letter *l, const char *server)
{
	char mail[MAIL_PARAMETERS_SIZE];

	output_init(&d->out, connect_to(server), SECONDS);
	input_init(&d->in, d->out.fd, 0, &d->out);
	expect(d, 2, "greeting");
	output_format(&d->out, "EHLO %s\r\n", l->host);
	expect(d, 2, "EHLO");
	set_parameters(l, &d->reply);
	parameter_mail_text(&l->with, mail);
	output_format(&d->out, "MAIL FROM:<%s>%s\r\n", l->sender, mail);
	expect(d, 2, "sender");
}

static void
say_recipient(struct dialogue *d, const struct letter *l, const char *to)
{
	char rcpt[RCPT_PARAMETERS_SIZE];

	parameter_rcpt_text(&l->each, rcpt);
	output_format(&d->out, "RCPT TO:<%s>%s\r\n", to, rcpt);
}

static void
end(struct dialogue *d)
{
	output_text(&d->out, "QUIT\r\n");
	output_flush(&d->out);
}

void
submit_message(struct letter *l, const char *server)
{
	static struct dialogue d;
	bool line_start = true;

	begin(&d, l, server);
	for (const char *to = l->to.s; to < l->to.s + l->to.len;
	    to += strlen(to) + 1) {
		say_recipient(&d, l, to);
		expect(&d, 2, to);
	}
	output_text(&d.out, "DATA\r\n");
	expect(&d, 3, "DATA");
	stuff_write(&d.out, l->header.s, l->header.len, &line_start);
	stuff_write(&d.out, l->body, l->body_len, &line_start);
	stuff_end(&d.out, line_start);
	expect(&d, 2, "message");
	end(&d);
}

int
submit_verify(struct letter *l, const char *server)
{
	static struct dialogue d;
	int status = 0, code;

	begin(&d, l, server);
	for (const char *to = l->to.s; to < l->to.s + l->to.len;
	    to += strlen(to) + 1) {
		say_recipient(&d, l, to);
		if (!reply_read(&d.reply, &d.in, SECONDS))
			errx(EXIT_LATER, "%s: %s", to, d.reply.text);
		code = d.reply.code / 100;
		printf("%s: %d %s\n", to, d.reply.code, d.reply.text);
		if (code != 2 && status != EXIT_NEVER)
			status = code == 5 ? EXIT_NEVER : EXIT_LATER;
	}
	end(&d);
	return status;
}

/* Pass on what has come.  False when there is no more, or nobody to get it. */
static bool
pass(int from, int to)
{
	char block[16384];
	ssize_t n = read(from, block, sizeof block);

	if (n == -1 && errno == EINTR)
		return true;
	return n > 0 && write_all(to, block, (size_t)n) == 0;
}

int
submit_session(const char *server)
{
	int fd = connect_to(server);
	struct pollfd p[] = { { fd, POLLIN, 0 }, { STDIN_FILENO, POLLIN, 0 } };

	signal(SIGPIPE, SIG_IGN);
	/* It ends when the server hangs up; a client may end its side first. */
	while (poll(p, 2, -1) != -1 || errno == EINTR) {
		if (p[0].revents != 0 && !pass(fd, STDOUT_FILENO))
			return 0;
		if (p[1].revents != 0 && !pass(STDIN_FILENO, fd)) {
			shutdown(fd, SHUT_WR);
			p[1].fd = -1;
		}
	}
	err(EXIT_LATER, "poll");
}
