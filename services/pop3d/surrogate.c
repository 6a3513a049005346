/*
 * surrogate.c - the header of a message for a client that reads ASCII alone
 *
 * RFC 6856 2.1, RFC 6858: words beyond ASCII become encoded words (RFC 2047),
 * addresses that hold any become one that goes nowhere, and where neither may
 * stand the octets become question marks.
 */

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "mail/header.h"
#include "mail/utf8.h"
#include "pop3d.h"

#define NOWHERE	"invalid@internationalized-address.invalid"

enum {
	WORD_MAX = 60,		/* octets of text in one encoded word */
	LINE_LONG = 60,		/* octets; then a line ends at a blank */
	CHARACTER = 5		/* of UTF-8, and a NUL */
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool
has_high(const char *p, const char *end)
{
	const uint64_t high = UINT64_C(0x8080808080808080);
	uint64_t word, found = 0;

	for (; (size_t)(end - p) >= sizeof word; p += sizeof word) {
		memcpy(&word, p, sizeof word);
		found |= word & high;
	}
	for (; p < end; p++)
		found |= (unsigned char)*p & 0x80;
	return found != 0;
}

size_t
surrogate_wanted(const char *text, size_t n)
{
	const char *end = header_end(text, text + n);

	return has_high(text, end) ? (size_t)(end - text) : 0;
}

/* Octets of the character at p: 1 if it is none of UTF-8. */
static size_t
character(const char *p, const char *end)
{
	char c[CHARACTER] = { 0 };
	size_t n = (size_t)(end - p) < CHARACTER - 1 ? (size_t)(end - p) :
	    CHARACTER - 1;

	memcpy(c, p, n);
	n = utf8_length(c);
	return n == 0 ? 1 : n;
}

static const char *
charset(const char *p, const char *end)
{
	size_t n;

	for (; p < end; p += n) {
		n = character(p, end);
		if (n == 1 && (unsigned char)*p >= 0x80)
			return "unknown-8bit";	/* RFC 1428 3 */
	}
	return "UTF-8";
}

/* One octet as RFC 2047 5 (3) allows it everywhere. */
static size_t
quote(char to[3], char c)
{
	static const char hex[] = "0123456789ABCDEF";

	if (is_blank(c)) {
		to[0] = '_';
		return 1;
	}
	if ((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z' &&
	    (unsigned char)c < 0x80)) {
		to[0] = c;
		return 1;
	}
	to[0] = '=';
	to[1] = hex[(unsigned char)c >> 4];
	to[2] = hex[c & 15];
	return 3;
}

/* Encoded words, no character cut in two, a line each. */
static int
encode(struct buf *b, const char *p, const char *end)
{
	const char *set = charset(p, end);
	char one[3 * CHARACTER];
	size_t n, len, held = WORD_MAX;
	bool first = true;

	for (; p < end; p += n) {
		n = character(p, end);
		len = 0;
		for (size_t i = 0; i < n; i++)
			len += quote(one + len, p[i]);
		if (held + len > WORD_MAX) {
			if (buf_format(b, "%s=?%s?Q?", first ? "" : "?=\n ",
			    set) == -1)
				return -1;
			first = false;
			held = strlen(set);
		}
		if (buf_add(b, one, len) == -1)
			return -1;
		held += len;
	}
	return buf_text(b, first ? "" : "?=");
}

/* The end of a word: before a blank, or a special of an address list. */
static const char *
word_end(const char *p, const char *end, const char *specials)
{
	while (p < end && !is_blank(*p) &&
	    (*p == '\0' || strchr(specials, *p) == NULL))
		p++;
	return p;
}

/*
 * The end of a run of words that all need it: the blanks between two encoded
 * words would be lost, so these are encoded as well.
 */
static const char *
run_end(const char *p, const char *end, const char *specials)
{
	const char *stop = word_end(p, end, specials), *next;

	for (;;) {
		for (p = stop; p < end && is_blank(*p); p++)
			;
		next = word_end(p, end, specials);
		if (p == stop || !has_high(p, next) ||
		    memchr(p, '@', (size_t)(next - p)) != NULL)
			return stop;
		stop = next;
	}
}

/* Encoding makes lines longer, and 998 octets is all there may be. */
static bool
is_long(const struct buf *b)
{
	return b->len > LINE_LONG && memchr(b->s + b->len - LINE_LONG, '\n',
	    LINE_LONG) == NULL;
}

/* What stands between two words: one octet. */
static int
between(struct buf *b, const char *p, const char *end)
{
	bool folds = *p == ' ' && p + 1 < end && !is_blank(p[1]) &&
	    is_long(b);

	return folds ? buf_text(b, "\n ") : buf_add(b, p, 1);
}

/* Words and what is between them. */
static int
words(struct buf *b, const char *p, const char *end, const char *specials)
{
	const char *stop;
	int status = 0;

	for (; p < end && status == 0; p = stop) {
		stop = word_end(p, end, specials);
		if (stop == p) {
			status = between(b, p, end);
			stop++;
		} else if (!has_high(p, stop)) {
			status = buf_add(b, p, (size_t)(stop - p));
		} else if (*specials != '\0' &&
		    memchr(p, '@', (size_t)(stop - p)) != NULL) {
			status = buf_text(b, NOWHERE);
		} else {
			stop = run_end(p, end, specials);
			status = encode(b, p, stop);
		}
	}
	return status;
}

/* Behind the closing mark of what opens at p, or the end. */
static const char *
closing(const char *p, const char *end, char mark)
{
	for (p++; p < end && *p != mark; p++)
		if (*p == '\\' && p + 1 < end)
			p++;
	return p < end ? p + 1 : end;
}

/* An address list: quoted strings and <addresses> are one thing each. */
static int
addresses(struct buf *b, const char *p, const char *end)
{
	const char *stop;
	int status = 0;

	for (; p < end && status == 0; p = stop) {
		stop = p;
		while (stop < end && *stop != '"' && *stop != '<')
			stop++;
		if (stop > p) {
			status = words(b, p, stop, ",;:()");
			continue;
		}
		stop = closing(p, end, *p == '"' ? '"' : '>');
		if (!has_high(p, stop))
			status = buf_add(b, p, (size_t)(stop - p));
		else if (*p == '<')
			status = buf_text(b, "<" NOWHERE ">");
		else
			status = encode(b, p + 1, stop - (stop[-1] == '"'));
	}
	return status;
}

static int
question_marks(struct buf *b, const char *p, const char *end)
{
	int status = 0;

	for (; p < end && status == 0; p++)
		status = buf_add(b, (unsigned char)*p >= 0x80 ? "?" : p, 1);
	return status;
}

static bool
is_among(const struct field *f, const char *const *names)
{
	for (; *names != NULL; names++)
		if (strlen(*names) == f->name_len &&
		    strncasecmp(*names, f->start, f->name_len) == 0)
			return true;
	return false;
}

static int
add_field(struct buf *b, const struct field *f)
{
	static const char *const lists[] = { "From", "To", "Cc", "Bcc",
	    "Sender", "Reply-To", "Resent-From", "Resent-To", "Resent-Cc",
	    "Resent-Sender", "Return-Path", "Disposition-Notification-To",
	    "Mail-Followup-To", "Delivered-To", NULL };
	static const char *const texts[] = { "Subject", "Comments", "Keywords",
	    "Content-Description", "Organization", "Thread-Topic", NULL };
	const char *end = f->start + f->len;
	const char *value = f->value == NULL ? f->start : f->value;

	if (!has_high(f->start, end))
		return buf_add(b, f->start, f->len);
	if (f->name_len == 0 || question_marks(b, f->start, value) == -1)
		return question_marks(b, f->start, end);
	if (is_among(f, lists))
		return addresses(b, value, end);
	if (is_among(f, texts) || strncasecmp(f->start, "X-", 2) == 0)
		return words(b, value, end, "");
	return question_marks(b, value, end);
}

int
surrogate_make(struct buf *b, const char *text, size_t n)
{
	const char *p = text;
	struct field f;

	while (header_next(&p, text + n, &f))
		if (add_field(b, &f) == -1)
			return -1;
	return 0;
}
