/* path.c - one address, read in one pass over its octets */

#include <string.h>

#include "mail/path.h"

/* RFC 5322 3.2.3 atext, as RFC 5321 takes it over. */
static bool
is_atext(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') ||
	    (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

static bool
is_letter_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9');
}

/* "@one,@two:" - a source route says nothing any more: appendix C. */
static const char *
skip_route(const char *p)
{
	const char *colon = strchr(p, ':');

	return *p == '@' && colon != NULL ? colon + 1 : p;
}

/* dot-string: atoms with a dot between each two. */
static const char *
read_dots(const char **at, struct path *path)
{
	const char *p = *at;
	size_t n = 0;

	for (; is_atext(*p) || *p == '.'; p++) {
		if (*p == '.' && (n == 0 || p[-1] == '.' || !is_atext(p[1])))
			return "a dot that stands wrong";
		if (n == PATH_LOCAL_MAX)
			return "local part of over 64 octets";
		path->local[n++] = *p;
	}
	if (n == 0)
		return "no local part";
	path->local[n] = '\0';
	*at = p;
	return NULL;
}

/* quoted-string: *at stands on the first quote. */
static const char *
read_quoted(const char **at, struct path *path)
{
	const char *p = *at + 1;
	size_t n = 0;

	for (; *p != '"'; p++) {
		if (*p == '\\')
			p++;
		if (*p < ' ' || *p > '~')
			return "a quoted string that does not end";
		if (n == PATH_LOCAL_MAX)
			return "local part of over 64 octets";
		path->local[n++] = *p;
	}
	path->local[n] = '\0';
	*at = p + 1;
	return n == 0 ? "an empty local part" : NULL;
}

/* Name or address literal: *at stands behind the at sign. */
static const char *
read_domain(const char **at, struct path *path)
{
	const char *p = *at;
	size_t n, label = 0;

	if (*p == '[') {
		n = strcspn(p, "]> ");
		if (p[n] != ']' || n < 2)
			return "an address literal that does not end";
		n++;
	} else {
		for (n = 0; is_letter_or_digit(p[n]) || (p[n] != '\0' &&
		    strchr("-_.", p[n]) != NULL); n++) {
			if (p[n] == '.' ? label == 0 : ++label > 63)
				return "a label of 0 or over 63 octets";
			if (p[n] == '.')
				label = 0;
		}
		if (n == 0 || label == 0)
			return "no domain";
	}
	if (n > PATH_DOMAIN_MAX)
		return "domain of over 255 octets";
	memcpy(path->domain, p, n);
	path->domain[n] = '\0';
	*at = p + n;
	return NULL;
}

/* Write local part and domain as they are said to others. */
static void
write_text(struct path *path, bool quoted)
{
	char *to = path->text;

	if (quoted)
		*to++ = '"';
	for (const char *p = path->local; *p != '\0'; p++) {
		if (quoted && (*p == '"' || *p == '\\'))
			*to++ = '\\';
		*to++ = *p;
	}
	if (quoted)
		*to++ = '"';
	if (path->domain[0] != '\0')
		*to++ = '@';
	strcpy(to, path->domain);
}

/* Could the local part stand without quotes? */
static bool
is_dot_string(const char *local)
{
	struct path scratch;
	const char *p = local;

	return read_dots(&p, &scratch) == NULL && *p == '\0';
}

static const char *
read_mailbox(const char **at, struct path *path)
{
	const char *wrong = **at == '"' ? read_quoted(at, path) :
	    read_dots(at, path);

	if (wrong == NULL && **at == '@') {
		++*at;
		wrong = read_domain(at, path);
	}
	if (wrong == NULL)
		write_text(path, !is_dot_string(path->local));
	return wrong;
}

const char *
path_read(const char **at, struct path *path)
{
	const char *p = *at, *wrong;
	bool angle;

	memset(path, 0, sizeof *path);
	p += strspn(p, " ");
	angle = *p == '<';
	if (angle && p[1] == '>') {
		*at = p + 2;
		return NULL;
	}
	p = skip_route(p + angle);
	wrong = read_mailbox(&p, path);
	if (wrong != NULL)
		return wrong;
	if (angle && *p++ != '>')
		return "no closing angle bracket";
	if (*p != '\0' && *p != ' ')
		return "something behind the address";
	*at = p;
	return NULL;
}

const char *
path_parse(const char *text, struct path *path)
{
	const char *p = text, *wrong;

	memset(path, 0, sizeof *path);
	wrong = read_mailbox(&p, path);
	if (wrong == NULL && *p != '\0')
		wrong = "something behind the address";
	return wrong;
}
