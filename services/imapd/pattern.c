/*
 * pattern.c - match patterns without backtracking
 *
 * state[i] says that the first i octets of the pattern can match what has
 * been read of the name so far.  All such i are kept at once, so no pattern
 * makes us go back.
 */

#include <string.h>
#include <strings.h>

#include "mail/folder.h"
#include "pattern.h"

/* A run of wildcards is the strongest of them. */
static size_t
simplify(const char *pattern, char *to)
{
	size_t n = 0;

	for (; *pattern != '\0'; pattern++) {
		if (n > 0 && (*pattern == '*' || *pattern == '%') &&
		    (to[n - 1] == '*' || to[n - 1] == '%')) {
			if (*pattern == '*')
				to[n - 1] = '*';
		} else {
			to[n++] = *pattern;
		}
	}
	to[n] = '\0';
	if (n >= 5 && strncasecmp(to, "INBOX", 5) == 0 && (to[5] == '\0' ||
	    to[5] == DELIMITER || to[5] == '*' || to[5] == '%'))
		memcpy(to, "INBOX", 5);
	return n;
}

/* One octet of the name; the states move on. */
static void
step(const char *p, size_t n, bool *state, char c)
{
	bool before = state[0], now;	/* of the place in front of i */

	state[0] = false;
	for (size_t i = 0; i < n; i++) {
		now = state[i + 1];
		if (p[i] == '*' || (p[i] == '%' && c != DELIMITER)) {
			/* It stays within the wildcard, or enters it. */
			state[i + 1] = now || before;
		} else {
			state[i + 1] = before && p[i] == c;
		}
		before = now;
	}
	/* A wildcard matches nothing as well. */
	for (size_t i = 0; i < n; i++)
		if ((p[i] == '*' || p[i] == '%') && state[i])
			state[i + 1] = true;
}

/* state[n] after the first len octets of name; stops at nothing. */
static void
start(const char *p, size_t n, bool *state)
{
	memset(state, 0, n + 1);
	state[0] = true;
	for (size_t i = 0; i < n; i++)
		if ((p[i] == '*' || p[i] == '%') && state[i])
			state[i + 1] = true;
}

bool
pattern_match(const char *pattern, const char *name)
{
	char p[PATTERN_MAX + 1];
	bool state[PATTERN_MAX + 1];
	size_t n;

	if (strlen(pattern) > PATTERN_MAX)
		return false;
	n = simplify(pattern, p);
	start(p, n, state);
	for (; *name != '\0'; name++)
		step(p, n, state, *name);
	return state[n];
}
