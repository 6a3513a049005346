/* glob.c - matching that only ever goes back to the last star */

#include <stddef.h>
#include <string.h>

#include "glob.h"

bool
glob_is_pattern(const char *text)
{
	return strpbrk(text, "*?[") != NULL;
}

/*
 * Does the set that starts behind a '[' hold c?  *end is moved behind its
 * ']'; a set that is never closed is a plain '[' (NULL).
 */
static bool
in_set(const char *set, unsigned char c, const char **end)
{
	bool not = *set == '!' || *set == '^', found = false;
	const char *p = set + not, *first = p;
	unsigned char from, to;

	for (; *p != '\0' && (*p != ']' || p == first); p++) {
		from = to = (unsigned char)*p;
		if (p[1] == '-' && p[2] != ']' && p[2] != '\0') {
			to = (unsigned char)p[2];
			p += 2;
		}
		if (from <= c && c <= to)
			found = true;
	}
	*end = *p == ']' ? p + 1 : NULL;
	return found != not;
}

/* One octet of a UTF-8 character that is not its first. */
static bool
continues(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/*
 * Match what stands at *p, which is no star, with the start of *name.  Both
 * move behind what matched.
 */
static bool
match_one(const char **p, const char **name)
{
	const char *end = NULL;
	bool is;

	if (**name == '\0' || **p == '\0')
		return false;
	if (**p == '?') {
		(*p)++;
		do
			(*name)++;
		while (continues(**name));
		return true;
	}
	is = **p == *(*name);
	if (**p == '[') {
		bool in = in_set(*p + 1, (unsigned char)**name, &end);

		if (end != NULL)
			is = in;
	}
	*p = end != NULL ? end : *p + 1;
	(*name)++;
	return is;
}

bool
glob_match(const char *pattern, const char *name)
{
	const char *star = NULL, *retry = NULL;

	if (*name == '.' && *pattern != '.')
		return false;
	while (*name != '\0' || *pattern != '\0') {
		if (*pattern == '*') {
			star = ++pattern;
			retry = name;
			continue;
		}
		if (match_one(&pattern, &name))
			continue;
		/* Let the last star take one octet more. */
		if (star == NULL || *retry == '\0')
			return false;
		pattern = star;
		name = ++retry;
	}
	return true;
}
