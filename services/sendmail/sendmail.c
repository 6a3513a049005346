/*
 * sendmail - hand a message from standard input to the mail server
 *
 * For programs that expect one of that name: cron, mutt, git.  The message
 * goes over SMTP, like anybody's.
 */
#define _GNU_SOURCE	/* SOCK_CLOEXEC */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "io/log.h"
#include "mail/path.h"
#include "mail/reply.h"
#include "mail/stuff.h"
#include "sendmail.h"

enum { SECONDS = 600, PORT = 25 };

static const char	usage_text[] =
    "usage: sendmail [-it] [-f sender] [-F name] [-N when] [-R what] "
    "[-S address[:port]]\n\t[-V id] [recipient ...]";

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
expect(struct reply *r, struct input *in, int wanted, const char *what)
{
	if (!reply_read(r, in, SECONDS))
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
	if (!offers(r, "SMTPUTF8"))
		l->with.utf8 = false;
}

static void
say_envelope(const struct letter *l, struct output *out, struct input *in,
    struct reply *r)
{
	char mail[MAIL_PARAMETERS_SIZE], rcpt[RCPT_PARAMETERS_SIZE];

	parameter_mail_text(&l->with, mail);
	parameter_rcpt_text(&l->each, rcpt);
	output_format(out, "MAIL FROM:<%s>%s\r\n", l->sender, mail);
	expect(r, in, 2, "sender");
	for (size_t at = 0; at < l->to.len; at += strlen(l->to.s + at) + 1) {
		output_format(out, "RCPT TO:<%s>%s\r\n", l->to.s + at, rcpt);
		expect(r, in, 2, l->to.s + at);
	}
}

/* The whole dialogue.  It ends the program if anything is refused. */
static void
send_message(struct letter *l, const char *server)
{
	static struct output out;
	static struct input in;
	static struct reply r;
	bool line_start = true;

	output_init(&out, connect_to(server), SECONDS);
	input_init(&in, out.fd, 0, &out);
	expect(&r, &in, 2, "greeting");
	output_format(&out, "EHLO %s\r\n", l->host);
	expect(&r, &in, 2, "EHLO");
	set_parameters(l, &r);
	say_envelope(l, &out, &in, &r);
	output_text(&out, "DATA\r\n");
	expect(&r, &in, 3, "DATA");
	stuff_write(&out, l->header.s, l->header.len, &line_start);
	stuff_write(&out, l->body, l->body_len, &line_start);
	stuff_end(&out, line_start);
	expect(&r, &in, 2, "message");
	output_text(&out, "QUIT\r\n");
	output_flush(&out);
}

/* All of standard input, up to a dot alone on its line if that counts. */
static void
read_message(struct buf *b, bool dot_ends)
{
	static char line[65536];
	size_t n;
	bool start = true;

	while (fgets(line, sizeof line, stdin) != NULL) {
		n = strlen(line);
		if (dot_ends && start && (strcmp(line, ".\n") == 0 ||
		    strcmp(line, ".\r\n") == 0))
			return;
		start = n > 0 && line[n - 1] == '\n';
		if (buf_add(b, line, n) == -1)
			err(EXIT_LATER, "message");
	}
	if (ferror(stdin))
		err(EXIT_LATER, "standard input");
	if (!start && buf_add(b, "\n", 1) == -1)
		err(EXIT_LATER, "message");
}

static void
set_sender(struct letter *l, const char *sender)
{
	struct path path;
	const char *user = getenv("LOGNAME");

	if (sender != NULL && *sender == '<' && sender[1] == '>')
		sender = "";
	if (sender == NULL) {
		user = user == NULL || *user == '\0' ? "nobody" : user;
		snprintf(l->sender, sizeof l->sender, "%.64s@%.255s", user,
		    l->host);
	} else if (*sender != '\0') {
		if (path_parse(sender, &path) != NULL)
			errx(EXIT_NEVER, "%s: not an address", sender);
		strcpy(l->sender, path.text);
		if (path.domain[0] == '\0')	/* a local part alone */
			snprintf(l->sender, sizeof l->sender, "%.130s@%.255s",
			    path.text, l->host);
	}
}

/* RFC 3461's parameters, as the options of the name's first owner say it. */
static void
set_asked(struct letter *l, int option, const char *value)
{
	char word[RCPT_PARAMETERS_SIZE], coded[ENVID_MAX + 1];
	bool ok = true;

	if (option == 'V')
		ok = parameter_xtext(value, coded, sizeof coded) != -1;
	snprintf(word, sizeof word, "%s=%.500s", option == 'V' ? "ENVID" :
	    option == 'R' ? "RET" : "NOTIFY", option == 'V' ? coded : value);
	if (!ok || (option == 'N' ? parameter_rcpt(&l->each, word) :
	    parameter_mail(&l->with, word)) != PARAMETER_OK)
		errx(EXIT_NEVER, "-%c %s: not to be asked for", option,
		    value);
}

/* The options; *dot_ends is false if a dot alone is text. */
static const char *
options(struct letter *l, int argc, char *argv[], bool *from_header,
    bool *dot_ends, const char **server)
{
	const char *sender = NULL;
	int option;

	/* Those that say how others keep a queue mean nothing here. */
	while ((option = getopt(argc, argv, "itnvmf:r:F:S:o:B:N:R:V:h:O:")) !=
	    -1) {
		if (option == '?')
			errx(EXIT_NEVER, "%s", usage_text);
		*from_header = *from_header || option == 't';
		if (option == 'i' || (option == 'o' &&
		    strcmp(optarg, "i") == 0))
			*dot_ends = false;
		if (option == 'f' || option == 'r')
			sender = optarg;
		if (option == 'F')
			l->name = optarg;
		if (option == 'S')
			*server = optarg;
		if (option == 'N' || option == 'R' || option == 'V')
			set_asked(l, option, optarg);
	}
	return sender;
}

int
main(int argc, char *argv[])
{
	static struct letter l;
	static struct buf text = { .limit = MESSAGE_MAX };
	const char *sender, *server = getenv("LABNET_SMTP");
	bool from_header = false, dot_ends = true;

	log_open("sendmail");
	sender = options(&l, argc, argv, &from_header, &dot_ends, &server);
	if (gethostname(l.host, sizeof l.host - 1) == -1)
		snprintf(l.host, sizeof l.host, "localhost");
	set_sender(&l, sender);
	for (; optind < argc; optind++)
		letter_add(&l, argv[optind]);
	read_message(&text, dot_ends);
	letter_make(&l, text.s == NULL ? "" : text.s, text.len, from_header);
	if (l.to.len == 0)
		errx(EXIT_NEVER, "no recipients");
	send_message(&l, server == NULL || *server == '\0' ? "127.0.0.1" :
	    server);
	return 0;
}
