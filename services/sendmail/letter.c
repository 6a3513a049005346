/* letter.c - the header: recipients taken out, missing fields put in */

#include <err.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "io/log.h"
#include "mail/addresses.h"
#include "mail/datetext.h"
#include "mail/header.h"
#include "sendmail.h"

static void
put(struct buf *b, const char *p, size_t n)
{
	if (buf_add(b, p, n) == -1)
		err(EXIT_LATER, "message");
}

void
letter_add(struct letter *l, const char *address)
{
	struct path path;
	size_t at, n;

	if (path_parse(address, &path) != NULL)
		errx(EXIT_NEVER, "%s: not an address", address);
	n = strlen(path.text) + 1;
	for (at = 0; at < l->to.len; at += strlen(l->to.s + at) + 1)
		if (strcmp(l->to.s + at, path.text) == 0)
			return;
	put(&l->to, path.text, n);
}

/* An address of the header, quoted to be safe; path_parse() undoes that. */
static void
add_box(struct letter *l, const struct address *a)
{
	char text[PATH_TEXT_SIZE], *to = text;

	if (a->local.n > PATH_LOCAL_MAX || a->domain.n > PATH_DOMAIN_MAX)
		errx(EXIT_NEVER, "an address of the header is too long");
	*to++ = '"';
	for (size_t i = 0; i < a->local.n; i++) {
		if (a->local.s[i] == '"' || a->local.s[i] == '\\')
			*to++ = '\\';
		*to++ = a->local.s[i];
	}
	*to++ = '"';
	if (a->domain.n > 0) {
		*to++ = '@';
		memcpy(to, a->domain.s, a->domain.n);
		to += a->domain.n;
	}
	*to = '\0';
	letter_add(l, text);
}

static void
add_field(struct letter *l, const struct field *f)
{
	struct addresses list;
	struct address a;

	if (addresses_start(&list, f) == -1)
		err(EXIT_LATER, "message");
	while (addresses_next(&list, &a))
		if (a.kind == ADDRESS_BOX)
			add_box(l, &a);
	addresses_end(&list);
}

static void
put_date(struct buf *b)
{
	char text[DATE_TEXT_SIZE];

	date_text(text, time(NULL));
	if (buf_format(b, "Date: %s\n", text) == -1)
		err(EXIT_LATER, "message");
}

static void
put_message_id(struct buf *b, const char *host)
{
	unsigned long random[2] = { 0, 0 };

	if (getrandom(random, sizeof random, 0) != sizeof random)
		random[0] = (unsigned long)getpid();
	if (buf_format(b, "Message-ID: <%lx.%lx.%lx@%s>\n",
	    (unsigned long)time(NULL), random[0], random[1], host) == -1)
		err(EXIT_LATER, "message");
}

/* The sender, with the name in quotes that it cannot break out of. */
static void
put_from(struct buf *b, const struct letter *l)
{
	put(b, "From: ", 6);
	if (l->name != NULL) {
		put(b, "\"", 1);
		for (const char *p = l->name; *p != '\0'; p++)
			if (*p != '"' && *p != '\\' && (unsigned char)*p >=
			    ' ')
				put(b, p, 1);
		put(b, "\" ", 2);
	}
	if (buf_format(b, "<%s>\n", l->sender) == -1)
		err(EXIT_LATER, "message");
}

static bool
is_ascii(const char *p, size_t n)
{
	for (; n > 0; p++, n--)
		if ((*p & 0x80) != 0)
			return false;
	return true;
}

/* Octets beyond ASCII have to be announced: RFC 6152, RFC 6531 3.4. */
static void
set_needs(struct letter *l)
{
	l->with.utf8 = !is_ascii(l->header.s, l->header.len) ||
	    !is_ascii(l->sender, strlen(l->sender)) ||
	    !is_ascii(l->to.s, l->to.len);
	if (l->with.utf8 || !is_ascii(l->body, l->body_len))
		l->with.body = '8';
}

void
letter_make(struct letter *l, const char *text, size_t len, bool from_header)
{
	const char *at = text, *end = text + len, *behind = text;
	bool date = false, from = false, id = false;
	struct field f;

	while (header_next(&at, end, &f) && f.name_len > 0) {
		behind = at;
		date = date || field_is(&f, "Date", 4);
		from = from || field_is(&f, "From", 4);
		id = id || field_is(&f, "Message-ID", 10);
		if (from_header && (field_is(&f, "To", 2) ||
		    field_is(&f, "Cc", 2) || field_is(&f, "Bcc", 3)))
			add_field(l, &f);
		if (!field_is(&f, "Bcc", 3))
			put(&l->header, f.start, f.len);
	}
	if (!date)
		put_date(&l->header);
	if (!from && l->sender[0] != '\0')
		put_from(&l->header, l);
	if (!id)
		put_message_id(&l->header, l->host);
	/* A text without header gets the empty line that ends ours. */
	if (behind == end || (behind[0] != '\n' && (behind[0] != '\r' ||
	    behind[1] != '\n')))
		put(&l->header, "\n", 1);
	l->body = behind;
	l->body_len = (size_t)(end - behind);
	set_needs(l);
}
