/* subject.c - RFC 5256 2.1, step by step */

#include <string.h>

#include "subject.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static void
trim(struct text *t)
{
	while (t->n > 0 && is_blank(t->s[0])) {
		t->s++;
		t->n--;
	}
	while (t->n > 0 && is_blank(t->s[t->n - 1]))
		t->n--;
}

static bool
starts(const struct text *t, const char *word)
{
	size_t n = strlen(word);

	return t->n >= n && memcmp(t->s, word, n) == 0;
}

static bool
ends(const struct text *t, const char *word)
{
	size_t n = strlen(word);

	return t->n >= n && memcmp(t->s + t->n - n, word, n) == 0;
}

static void
drop(struct text *t, size_t n)
{
	t->s += n;
	t->n -= n;
	trim(t);
}

/* subj-blob: `[...]` and blanks, if something else follows or may be left. */
static bool
drop_blob(struct text *t)
{
	const char *close;

	if (t->n == 0 || t->s[0] != '[')
		return false;
	close = memchr(t->s, ']', t->n);
	if (close == NULL ||
	    memchr(t->s + 1, '[', (size_t)(close - t->s - 1)) != NULL)
		return false;
	drop(t, (size_t)(close + 1 - t->s));
	return true;
}

/* subj-refwd: `re`, `fw` or `fwd`, perhaps a blob, and a colon. */
static bool
drop_reply(struct text *t)
{
	struct text rest = *t;

	if (starts(&rest, "fwd"))
		drop(&rest, 3);
	else if (starts(&rest, "re") || starts(&rest, "fw"))
		drop(&rest, 2);
	else
		return false;
	drop_blob(&rest);
	if (rest.n == 0 || rest.s[0] != ':')
		return false;
	drop(&rest, 1);
	*t = rest;
	return true;
}

/* subj-leader: a reply mark, behind blobs perhaps. */
static bool
drop_leader(struct text *t)
{
	struct text rest = *t;

	while (drop_blob(&rest))
		;
	if (!drop_reply(&rest))
		return false;
	*t = rest;
	return true;
}

bool
subject_base(struct text *t)
{
	struct text rest;
	bool reply = false, again;

	trim(t);
	do {
		again = false;
		while (ends(t, "(fwd)")) {
			t->n -= 5;
			trim(t);
			reply = true;
		}
		while (drop_leader(t))
			reply = true;
		rest = *t;
		while (drop_blob(&rest) && rest.n > 0) {
			*t = rest;
			again = true;
		}
		if (starts(t, "[fwd:") && ends(t, "]")) {
			t->n--;
			drop(t, 5);
			reply = again = true;
		}
	} while (again);
	return reply;
}
