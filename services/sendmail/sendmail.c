/*
 * sendmail - hand a message from standard input to the mail server
 *
 * For programs that expect one of that name: cron, mutt, git.  The message
 * goes over SMTP, like anybody's.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/log.h"
#include "mail/path.h"
#include "sendmail.h"

/* What is to be done: -b and this letter. */
enum mode { MESSAGE = 'm', SESSION = 's', VERIFY = 'v', ALIASES = 'i' };

struct order {
	enum mode	 mode;
	const char	*sender, *server;
	bool		 from_header;	/* recipients, too */
	bool		 dot_ends;	/* a dot alone is not text */
};

static const char	usage_text[] =
    "usage: sendmail [-itv] [-b m|s|v|i] [-f sender] [-F name] [-N when]\n"
    "\t[-R what] [-S address[:port]] [-V id] [recipient ...]";

/* A line, or what fits of it, with its LF; how many octets, 0 at the end. */
static size_t
read_line(char *line, size_t size)
{
	size_t n = 0;
	int c = 0;

	/* Not fgets(3): behind a NUL nobody would see what it has read. */
	while (n < size && c != '\n' && (c = getc_unlocked(stdin)) != EOF)
		line[n++] = (char)c;
	return n;
}

static bool
is_dot(const char *line, size_t n)
{
	return (n == 2 && memcmp(line, ".\n", n) == 0) ||
	    (n == 3 && memcmp(line, ".\r\n", n) == 0);
}

/* All of standard input, up to a dot alone on its line if that counts. */
static void
read_message(struct buf *b, bool dot_ends)
{
	static char line[65536];
	size_t n;
	bool start = true;

	while ((n = read_line(line, sizeof line)) > 0) {
		if (dot_ends && start && is_dot(line, n))
			return;
		start = line[n - 1] == '\n';
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
		l->utf8_address = path.utf8;
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

static void
set_mode(struct order *o, const char *mode)
{
	const char *instead = "unknown";

	if (strlen(mode) == 1 && strchr("msvi", *mode) != NULL) {
		o->mode = (enum mode)*mode;
		return;
	}
	if (strcmp(mode, "p") == 0)
		instead = "the queue is shown by mailq";
	else if (*mode == 'd' || *mode == 'D')
		instead = "smtpd is started by inetd";
	errx(EXIT_NEVER, "-b%s: %s", mode, instead);
}

/* An option, and its value if it has one. */
static void
take_option(struct letter *l, struct order *o, int option, const char *value)
{
	switch (option) {
	case 'b':
		set_mode(o, value);
		break;
	case 'F':
		l->name = value;
		break;
	case 'f':
	case 'r':
		o->sender = value;
		break;
	case 'I':
		o->mode = ALIASES;
		break;
	case 'i':
		o->dot_ends = false;
		break;
	case 'N':
	case 'R':
	case 'V':
		set_asked(l, option, value);
		break;
	case 'o':
		o->dot_ends = o->dot_ends && strcmp(value, "i") != 0;
		break;
	case 'q':
		errx(EXIT_NEVER, "-q: the queue is run by relay; mailq -f has "
		    "all tried at once");
	case 'S':
		o->server = value;
		break;
	case 't':
		o->from_header = true;
		break;
	case '?':
		errx(EXIT_NEVER, "%s", usage_text);
	default:	/* how others keep a queue means nothing here */
		break;
	}
}

static void
read_options(struct letter *l, struct order *o, int argc, char *argv[])
{
	const char *slash = strrchr(argv[0], '/');
	const char *name = slash == NULL ? argv[0] : slash + 1;
	int option;

	if (strcmp(name, "newaliases") == 0)
		o->mode = ALIASES;
	if (strcmp(name, "mailq") == 0)
		set_mode(o, "p");
	/* What stands behind a recipient is one, whatever it looks like. */
	while ((option = getopt(argc, argv, "+A:B:b:F:f:Gh:IiL:mN:nO:o:p:q::R:"
	    "r:S:tUV:v")) != -1)
		take_option(l, o, option, optarg);
}

int
main(int argc, char *argv[])
{
	static struct letter l;
	static struct buf text = { .limit = MESSAGE_MAX };
	struct order o = { .mode = MESSAGE, .dot_ends = true,
	    .server = getenv("LABNET_SMTP") };

	log_open("sendmail");
	read_options(&l, &o, argc, argv);
	if (o.server == NULL || *o.server == '\0')
		o.server = "127.0.0.1";
	if (o.mode == ALIASES)		/* deliver reads them as they stand */
		return 0;
	if (o.mode == SESSION)
		return submit_session(o.server);
	if (gethostname(l.host, sizeof l.host - 1) == -1)
		snprintf(l.host, sizeof l.host, "localhost");
	set_sender(&l, o.sender);
	for (; optind < argc; optind++)
		letter_add(&l, argv[optind]);
	l.with.utf8 = l.utf8_address;
	if (o.mode == MESSAGE) {
		read_message(&text, o.dot_ends);
		letter_make(&l, text.s == NULL ? "" : text.s, text.len,
		    o.from_header);
	}
	if (l.to.len == 0)
		errx(EXIT_NEVER, "no recipients");
	if (o.mode == VERIFY)
		return submit_verify(&l, o.server);
	submit_message(&l, o.server);
	return 0;
}
