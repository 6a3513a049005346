/* submission.c - the header of a message that starts its way here */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "mail/addresses.h"
#include "mail/datetext.h"
#include "mail/delivery.h"
#include "mail/header.h"
#include "smtpd.h"
#include "submission.h"

void
submission_begin(struct submission *x)
{
	struct buf field = x->field;

	memset(x, 0, sizeof *x);
	x->field = field;
	x->field.limit = 2 * SUBMISSION_FIELD_MAX;
	buf_clear(&x->field);
}

static bool
is(const char *line, size_t n, const char *name)
{
	size_t len = strlen(name);

	if (n <= len || strncasecmp(line, name, len) != 0)
		return false;
	while (line[len] == ' ' || line[len] == '\t')
		if (++len == n)
			return false;
	return line[len] == ':';
}

enum submission_fate
submission_name(struct submission *x, const char *line, size_t n)
{
	static const char *const addresses[] = { "To", "Cc", "Sender",
	    "Reply-To", "Resent-From", "Resent-To", "Resent-Cc",
	    "Resent-Sender" };

	if (is(line, n, "Bcc") || is(line, n, "Resent-Bcc"))
		return FIELD_DROP;
	x->date = x->date || is(line, n, "Date");
	x->id = x->id || is(line, n, "Message-ID");
	x->holds = is(line, n, "From");
	x->from = x->from || x->holds;
	for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++)
		x->holds = x->holds || is(line, n, addresses[i]);
	return x->holds ? FIELD_HOLD : FIELD_PASS;
}

void
submission_hold(struct submission *x, const char *p, size_t n)
{
	if (x->field.len + n > SUBMISSION_FIELD_MAX)
		x->failed = true;
	else if (buf_add(&x->field, p, n) == -1)
		x->later = true;
}

/* Where a token ends in the text, a closing quote with it. */
static const char *
end_of(const struct token *t, const char *end)
{
	const char *p = t->s + t->n;

	return t->kind == TOKEN_QUOTED && p < end && *p == '"' ? p + 1 : p;
}

/* One address of the list, as its tokens come. */
struct box {
	unsigned	 words;
	bool		 at, angle, closed;
	const char	*last;		/* where its last word ends */
};

/* Is it one word, and the place for a domain behind it? */
static bool
lacks_domain(const struct box *b)
{
	return b->words == 1 && !b->at;
}

int
submission_complete(struct buf *to, const char *field, size_t len,
    const char *domain)
{
	const char *end = field + len, *done = field;
	const char *colon = memchr(field, ':', len);
	struct box b = { 0 };
	struct lexer lex;
	struct token t;
	bool ends, special;
	char c;

	if (colon == NULL)
		return buf_add(to, field, len);
	lexer_init(&lex, colon + 1, (size_t)(end - colon - 1),
	    TOKEN_ADDRESS);
	do {
		token_next(&lex, &t);
		special = t.kind == TOKEN_SPECIAL;
		c = special ? *t.s : '\0';
		ends = t.kind == TOKEN_END || c == ',' || c == ';' ||
		    c == '>';
		/* Within angle brackets, or where there are none. */
		if (ends && !b.closed && lacks_domain(&b) &&
		    (c == '>') == b.angle) {
			if (buf_add(to, done, (size_t)(b.last - done)) == -1 ||
			    buf_format(to, "@%s", domain) == -1)
				return -1;
			done = b.last;
		}
		b.at = b.at || c == '@';
		if (t.kind == TOKEN_ATOM || t.kind == TOKEN_QUOTED) {
			b.words++;
			b.last = end_of(&t, end);
		}
		/* A route's comma and colon part nothing. */
		if (c == '<' || c == '>' || (!b.angle && (ends || c == ':')))
			b = (struct box){ .angle = c == '<',
			    .closed = c == '>' };
	} while (t.kind != TOKEN_END);
	return buf_add(to, done, (size_t)(end - done));
}

/*
 * Is this address one of the account's?  Asked with all of it quoted; the
 * reply's code: 250, 550, or one that says later.
 */
static int
owns(struct session *s, const struct address *a)
{
	char text[PATH_TEXT_SIZE], argument[DELIVERY_RECORD_MAX], *to = text;
	char answer[DELIVERY_RECORD_MAX];
	struct path path;

	if (a->local.n > PATH_LOCAL_MAX || a->domain.n > PATH_DOMAIN_MAX)
		return 550;
	*to++ = '"';
	for (size_t i = 0; i < a->local.n; i++) {
		if (a->local.s[i] == '"' || a->local.s[i] == '\\')
			*to++ = '\\';
		*to++ = a->local.s[i];
	}
	snprintf(to, sizeof text - (size_t)(to - text), "\"@%.*s",
	    (int)a->domain.n, a->domain.s);
	if (path_parse(text, &path) != NULL)
		return 550;
	snprintf(argument, sizeof argument, "%s %s", s->account, path.text);
	return ask_deliver(s, "OWNS", argument, answer);
}

/* Every author has to be the account, or one of its aliases. */
static void
check_authors(struct submission *x, struct session *s, const struct field *f)
{
	struct addresses list;
	struct address a;
	bool any = false;
	int code;

	if (addresses_start(&list, f) == -1) {
		x->later = true;
		return;
	}
	while (!x->foreign && addresses_next(&list, &a))
		if (a.kind == ADDRESS_BOX) {
			any = true;
			code = owns(s, &a);
			x->foreign = code >= 500;
			x->later = x->later || (code != 250 && code < 500);
		}
	addresses_end(&list);
	x->foreign = x->foreign || !any;
}

void
submission_field(struct submission *x, struct session *s)
{
	struct buf whole = { .limit = x->field.limit };
	const char *at;
	struct field f;

	x->holds = false;
	if (submission_complete(&whole, x->field.s, x->field.len,
	    mail_own_domain(&s->settings)) == -1) {
		x->failed = x->failed || errno == EMSGSIZE;
		x->later = x->later || errno != EMSGSIZE;
		buf_free(&whole);
		return;
	}
	buf_free(&x->field);
	x->field = whole;
	at = whole.s;
	if (header_next(&at, whole.s + whole.len, &f) &&
	    field_is(&f, "From", 4))
		check_authors(x, s, &f);
}

void
submission_missing(struct submission *x, struct session *s)
{
	const char *domain = mail_own_domain(&s->settings);
	char date[DATE_TEXT_SIZE];
	unsigned long random[2] = { 0, 0 };
	int status = 0;

	buf_clear(&x->field);
	date_text(date, time(NULL));
	if (getrandom(random, sizeof random, 0) != sizeof random)
		random[0] = (unsigned long)getpid();
	if (!x->from)
		status = s->from[0] != '\0' ?
		    buf_format(&x->field, "From: <%s>\n", s->from) :
		    buf_format(&x->field, "From: <%s@%s>\n", s->account,
		    domain);
	if (status == 0 && !x->date)
		status = buf_format(&x->field, "Date: %s\n", date);
	if (status == 0 && !x->id)
		status = buf_format(&x->field, "Message-ID: "
		    "<%lx.%lx.%lx@%s>\n", (unsigned long)time(NULL),
		    random[0], random[1], s->settings.hostname);
	x->later = x->later || status == -1;
}
