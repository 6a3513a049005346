/* decode.c - base64 and quoted-printable, a piece at a time */

#include <string.h>
#include <strings.h>

#include "decode.h"
#include "io/digit.h"
#include "mail/header.h"
#include "mail/token.h"

static enum encoding
encoding_named(const struct token *t)
{
	static const struct {
		const char	*name;
		enum encoding	 encoding;
	} known[] = {
		{ "7bit", ENCODING_NONE }, { "8bit", ENCODING_NONE },
		{ "binary", ENCODING_NONE }, { "base64", ENCODING_BASE64 },
		{ "quoted-printable", ENCODING_QP },
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strlen(known[i].name) == t->n &&
		    strncasecmp(known[i].name, t->s, t->n) == 0)
			return known[i].encoding;
	return ENCODING_UNKNOWN;
}

enum encoding
encoding_of(const char *at, const char *end)
{
	struct field f;
	struct token t;
	struct lexer l;

	if (!header_find(at, end, "Content-Transfer-Encoding", &f))
		return ENCODING_NONE;
	lexer_init(&l, f.value, f.value_len, TOKEN_MIME);
	token_next(&l, &t);
	return encoding_named(&t);
}

void
decoder_init(struct decoder *d, enum encoding encoding, const char *text,
    size_t len)
{
	*d = (struct decoder){ encoding, text, text + len, 0, 0, text,
	    '\0' };
}

/* Six bits more one than a digit stands for; 0: it is none. */
static const unsigned char digits[256] = {
	['A'] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17,
	18, 19, 20, 21, 22, 23, 24, 25, 26,
	['a'] = 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41,
	42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52,
	['0'] = 53, 54, 55, 56, 57, 58, 59, 60, 61, 62,
	['+'] = 63, ['/'] = 64,
};

static size_t
next_base64(struct decoder *d, char *to, size_t size)
{
	unsigned char digit;
	size_t n = 0;

	for (; d->at < d->end && n < size; d->at++) {
		digit = digits[(unsigned char)*d->at];
		if (digit == 0) {
			if (*d->at == '=')
				d->at = d->end - 1;
			continue;
		}
		d->bits = d->bits << 6 | (digit - 1U);
		d->held += 6;
		if (d->held >= 8) {
			d->held -= 8;
			to[n++] = (char)(unsigned char)(d->bits >> d->held);
		}
	}
	return n;
}

static const char *
behind_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r'))
		p++;
	return p;
}

/* RFC 2045 6.7: an octet, or a soft end of the line, behind `=` at at. */
static size_t
unquote(struct decoder *d, char *to)
{
	const char *p = d->at, *q = behind_blanks(p + 1, d->end);

	if (d->end - p > 2 && digit_hex(p[1]) >= 0 && digit_hex(p[2]) >= 0) {
		*to = (char)(digit_hex(p[1]) << 4 | digit_hex(p[2]));
		d->at += 3;
		return 1;
	}
	if (q == d->end || *q == '\n') {
		d->at = q < d->end ? q + 1 : q;
		return 0;
	}
	*to = '=';
	d->at++;
	return 1;
}

/* Blanks at the end of a line came on the way and go; others stay. */
static void
pass_blanks(struct decoder *d)
{
	const char *q = behind_blanks(d->at, d->end);

	d->blanks = q;
	if (q == d->end || *q == '\n')
		d->at = q > d->at && q[-1] == '\r' ? q - 1 : q;
}

static size_t
next_qp(struct decoder *d, char *to, size_t size)
{
	size_t n = 0;

	while (d->at < d->end && n + 1 < size) {
		if ((*d->at == ' ' || *d->at == '\t') && d->at >= d->blanks)
			pass_blanks(d);
		else if (*d->at == '=')
			n += unquote(d, to + n);
		else {
			if (*d->at == '\n' && d->before != '\r')
				to[n++] = '\r';
			to[n++] = d->before = *d->at++;
		}
	}
	return n;
}

size_t
decoder_next(struct decoder *d, char *to, size_t size)
{
	size_t n;

	/* A soft end of a line may give nothing, and yet not be the end. */
	if (d->encoding == ENCODING_QP) {
		do
			n = next_qp(d, to, size);
		while (n == 0 && d->at < d->end);
		return n;
	}
	if (d->encoding == ENCODING_BASE64)
		return next_base64(d, to, size);
	n = (size_t)(d->end - d->at);
	if (n > size)
		n = size;
	memcpy(to, d->at, n);
	d->at += n;
	return n;
}
