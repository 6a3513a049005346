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
#include "mail/utf8.h"
#include "sendmail.h"

static void
put(struct buf *b, const char *p, size_t n)
{
	if (buf_add(b, p, n) == -1)
		err(EXIT_LATER, "message");
}

/* Each only once.  False if it is no address. */
static bool
add_path(struct letter *l, const char *text)
{
	struct path path;

	if (path_parse(text, &path) != NULL)
		return false;
	for (size_t at = 0; at < l->to.len; at += strlen(l->to.s + at) + 1)
		if (strcmp(l->to.s + at, path.text) == 0)
			return true;
	put(&l->to, path.text, strlen(path.text) + 1);
	l->utf8_address = l->utf8_address || path.utf8;
	return true;
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
	if (!add_path(l, text))
		errx(EXIT_NEVER, "%s: not an address", text);
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

void
letter_add(struct letter *l, const char *address)
{
	if (add_path(l, address))
		return;
	if (strpbrk(address, ",<") == NULL)
		errx(EXIT_NEVER, "%s: not an address", address);
	add_field(l, &(struct field){ .value = address, .value_len =
	    strlen(address) });
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
is_utf8(const char *p)
{
	size_t n;

	for (; *p != '\0'; p += n) {
		n = (*p & 0x80) == 0 ? 1 : utf8_length(p);
		if (n == 0)
			return false;
	}
	return true;
}

/*
 * Octets beyond ASCII have to be announced: RFC 6152, RFC 6531 3.4.  A header
 * in another charset is against all rules, and goes as it is.
 */
static void
set_needs(struct letter *l)
{
	bool ascii = utf8_is_ascii(l->header.s, l->header.len);

	l->with.utf8 = l->utf8_address || (!ascii && is_utf8(l->header.s));
	if (l->with.utf8 || !ascii || !utf8_is_ascii(l->body, l->body_len))
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
