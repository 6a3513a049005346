/* url.c - take a URL apart, each piece without its %HH */

#include <string.h>
#include <strings.h>

#include "io/digit.h"
#include "url.h"

struct cursor {
	const char	*p, *end;
};

static bool
starts(const struct cursor *c, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(c->end - c->p) >= n &&
	    strncasecmp(c->p, word, n) == 0;
}

static bool
try(struct cursor *c, const char *word)
{
	if (!starts(c, word))
		return false;
	c->p += strlen(word);
	return true;
}

/* Up to a stop, which is none inside of a piece. */
static bool
piece(struct cursor *c, const char *const stop[], char to[URL_PIECE_MAX])
{
	size_t n = 0;
	int high, low;

	for (; c->p < c->end; c->p++) {
		for (size_t i = 0; stop[i] != NULL; i++)
			if (starts(c, stop[i])) {
				to[n] = '\0';
				return true;
			}
		if (n + 1 == URL_PIECE_MAX)
			return false;
		if (*c->p != '%') {
			to[n++] = *c->p;
			continue;
		}
		if (c->end - c->p < 3 || (high = digit_hex(c->p[1])) < 0 ||
		    (low = digit_hex(c->p[2])) < 0 || (high | low) == 0)
			return false;
		to[n++] = (char)(high << 4 | low);
		c->p += 2;
	}
	to[n] = '\0';
	return true;
}

static bool
number(struct cursor *c, uint64_t *n)
{
	const char *start = c->p;

	for (*n = 0; c->p < c->end && *c->p >= '0' && *c->p <= '9'; c->p++) {
		if (*n > UINT32_MAX)
			return false;
		*n = *n * 10 + (uint64_t)(*c->p - '0');
	}
	return c->p > start;
}

/* A number that is not 0. */
static bool
number32(struct cursor *c, uint32_t *n)
{
	uint64_t wide;

	if (!number(c, &wide) || wide == 0 || wide > UINT32_MAX)
		return false;
	*n = (uint32_t)wide;
	return true;
}

/* Offset, and perhaps how many (RFC 5092 11, partial-range). */
static bool
partial(struct cursor *c, struct url *u)
{
	u->partial = true;
	u->count = UINT64_MAX;
	return number(c, &u->skip) &&
	    (!try(c, ".") || (number(c, &u->count) && u->count > 0));
}

bool
url_parse(struct url *u, const struct text *t)
{
	static const char *const behind_name[] = { ";UIDVALIDITY=", "/;UID=",
	    ";UID=", NULL };
	static const char *const behind_section[] = { "/;PARTIAL=", NULL };
	struct cursor c = { t->s, t->s + t->n };

	memset(u, 0, sizeof *u);
	try(&c, "/");
	if (!piece(&c, behind_name, u->mailbox) ||
	    (try(&c, ";UIDVALIDITY=") && !number32(&c, &u->uidvalidity)))
		return false;
	if (u->mailbox[0] != '\0' && !try(&c, "/"))
		return false;
	try(&c, "/");
	if (!try(&c, ";UID=") || !number32(&c, &u->uid))
		return false;
	if (try(&c, "/;SECTION=") &&
	    (!piece(&c, behind_section, u->section) || u->section[0] == '\0'))
		return false;
	if (try(&c, "/;PARTIAL=") && !partial(&c, u))
		return false;
	return c.p == c.end;
}
