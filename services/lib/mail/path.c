/* path.c - one address, read in one pass over its octets */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "mail/path.h"
#include "mail/utf8.h"

/*
 * RFC 5322 3.2.3 atext, as RFC 5321 takes it over and RFC 6531 3.3 extends
 * it: the octets of one character, or 0.
 */
static size_t
atext(const char *p)
{
	if ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
	    (*p >= '0' && *p <= '9'))
		return 1;
	if (*p != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", *p) != NULL)
		return 1;
	return utf8_length(p);
}

/* What a name of labels is made of: its octets, or 0. */
static size_t
domain_character(const char *p)
{
	if ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
	    (*p >= '0' && *p <= '9') || *p == '-' || *p == '_' || *p == '.')
		return 1;
	return utf8_length(p);
}

/* dot-string: atoms with a dot between each two. */
static const char *
read_dots(const char **at, struct path *path)
{
	const char *p = *at;
	size_t n = 0, len;

	for (; (len = *p == '.' ? 1 : atext(p)) > 0; p += len) {
		if (*p == '.' && (n == 0 || p[-1] == '.' || atext(p + 1) == 0))
			return "a dot that stands wrong";
		if (n + len > PATH_LOCAL_MAX)
			return "local part of over 64 octets";
		memcpy(path->local + n, p, len);
		n += len;
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
	size_t n = 0, len;

	for (; *p != '"'; p += len) {
		if (*p == '\\')
			p++;
		len = *p >= ' ' && *p <= '~' ? 1 : utf8_length(p);
		if (len == 0)
			return "a quoted string that does not end";
		if (n + len > PATH_LOCAL_MAX)
			return "local part of over 64 octets";
		memcpy(path->local + n, p, len);
		n += len;
	}
	path->local[n] = '\0';
	*at = p + 1;
	return n == 0 ? "an empty local part" : NULL;
}

/* "[" dcontent "]": its length, or 0 if it is none. */
static size_t
literal_length(const char *p)
{
	size_t n = 1;

	while (p[n] > ' ' && p[n] <= '~' && strchr("[\\]<>", p[n]) == NULL)
		n++;
	return p[n] == ']' && n > 1 ? n + 1 : 0;
}

/* Labels with a dot between each two. */
static const char *
name_length(const char *p, size_t *length)
{
	size_t n, len, label = 0;

	for (n = 0; (len = domain_character(p + n)) > 0; n += len) {
		if (p[n] == '.' ? label == 0 : (label += len) > 63)
			return "a label of 0 or over 63 octets";
		if (p[n] == '.')
			label = 0;
	}
	*length = n;
	return label == 0 ? "no domain" : NULL;
}

/* Name or address literal: *at stands behind the at sign. */
static const char *
read_domain(const char **at, struct path *path)
{
	const char *wrong = NULL;
	size_t n;

	if (**at != '[')
		wrong = name_length(*at, &n);
	else if ((n = literal_length(*at)) == 0)
		wrong = "an address literal that does not end";
	if (wrong != NULL)
		return wrong;
	if (n > PATH_DOMAIN_MAX)
		return "domain of over 255 octets";
	memcpy(path->domain, *at, n);
	path->domain[n] = '\0';
	*at += n;
	return NULL;
}

/* "@one,@two:" - a source route says nothing any more: appendix C. */
static const char *
skip_route(const char **at)
{
	struct path hop;
	const char *wrong;

	if (**at != '@')
		return NULL;
	do {
		if (*(*at)++ != '@')
			return "a source route that does not end";
		wrong = read_domain(at, &hop);
		if (wrong != NULL)
			return wrong;
	} while (*(*at)++ == ',');
	return (*at)[-1] == ':' ? NULL : "a source route that does not end";
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
	for (to = path->text; *to != '\0'; to++)
		path->utf8 = path->utf8 || (*to & 0x80) != 0;
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
	const char *p = *at, *wrong = NULL;
	bool angle;

	memset(path, 0, sizeof *path);
	p += strspn(p, " ");
	angle = *p == '<';
	p += angle;
	if (!angle || *p != '>') {
		wrong = skip_route(&p);
		if (wrong == NULL)
			wrong = read_mailbox(&p, path);
	}
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

bool
path_is_address(const char *domain, const char *ip)
{
	static const char six[] = "[IPv6:";
	size_t head = strncasecmp(domain, six, sizeof six - 1) == 0 ?
	    sizeof six - 1 : 1, n = strlen(domain);
	int family = head == 1 ? AF_INET : AF_INET6;
	struct in6_addr one, other;
	char text[INET6_ADDRSTRLEN];

	if (domain[0] != '[' || domain[n - 1] != ']' ||
	    n - head > sizeof text)
		return false;
	snprintf(text, sizeof text, "%.*s", (int)(n - head - 1),
	    domain + head);
	return inet_pton(family, text, &one) == 1 &&
	    inet_pton(family, ip, &other) == 1 && memcmp(&one, &other,
	    family == AF_INET ? sizeof(struct in_addr) : sizeof one) == 0;
}
