/* spf_macro.c - %{ir}.%{v}._spf.%{d2}: RFC 7208 7 */

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>


#include "mail/spf.h"

enum { LONG = 1024 };		/* before it is cut to a name */

struct out {
	char	text[LONG];
	size_t	len;
};

static int
put(struct out *o, const char *p, size_t n)
{
	if (o->len + n >= sizeof o->text)
		return -1;
	memcpy(o->text + o->len, p, n);
	o->len += n;
	return 0;
}

/* 7.3: four numbers, or 32 hexadecimal digits, with dots between them. */
static void
dotted(const char *ip, char to[64])
{
	unsigned char a[16];
	size_t n = 0;

	if (inet_pton(AF_INET6, ip, a) != 1) {
		snprintf(to, 64, "%s", ip);
		return;
	}
	for (size_t i = 0; i < 16; i++)
		n += (size_t)snprintf(to + n, 64 - n, "%s%x.%x",
		    i == 0 ? "" : ".", a[i] >> 4, a[i] & 15);
}

/* The text that a letter stands for; NULL if there is no such letter. */
static const char *
value_of(const struct spf *s, const char *domain, char letter,
    char room[PATH_LOCAL_MAX + PATH_DOMAIN_MAX + 2])
{
	switch (letter | 0x20) {
	case 's':
		snprintf(room, PATH_LOCAL_MAX + PATH_DOMAIN_MAX + 2, "%s@%s",
		    s->local, s->domain);
		return room;
	case 'l':
		return s->local;
	case 'o':
		return s->domain;
	case 'd':
		return domain;
	case 'i':
		dotted(s->ip, room);
		return room;
	case 'p':
		return "unknown";
	case 'v':
		return strchr(s->ip, ':') != NULL ? "ip6" : "in-addr";
	case 'h':
		return s->helo;
	default:
		return NULL;
	}
}

/* An upper case letter: what is not unreserved is %XX. */
static int
put_escaped(struct out *o, const char *p, size_t n, bool escape)
{
	char hex[4];

	for (size_t i = 0; i < n; i++) {
		if (!escape || strchr("abcdefghijklmnopqrstuvwxyz0123456789"
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZ-._~", p[i]) != NULL) {
			if (put(o, p + i, 1) == -1)
				return -1;
			continue;
		}
		snprintf(hex, sizeof hex, "%%%02X", (unsigned char)p[i]);
		if (put(o, hex, 3) == -1)
			return -1;
	}
	return 0;
}

/* Cut at the delimiters; keep the last so many parts, perhaps reversed. */
static int
put_parts(struct out *o, const char *value, unsigned keep, bool reversed,
    const char *delimiters, bool escape)
{
	const char *part[130];
	size_t len[130], n = 0, first;
	int status = 0;

	for (;; value += len[n - 1] + 1) {
		if (n == 130)
			return -1;
		part[n] = value;
		len[n] = strcspn(value, delimiters);
		n++;
		if (value[len[n - 1]] == '\0')
			break;
	}
	first = keep == 0 || keep > n ? 0 : n - keep;
	if (reversed)
		first = keep == 0 || keep > n ? n : keep;
	for (size_t i = reversed ? first : n - first; i > 0 && status == 0;
	    i--) {
		size_t at = reversed ? i - 1 : n - i;

		status = put_escaped(o, part[at], len[at], escape);
		if (status == 0 && i > 1)
			status = put(o, ".", 1);
	}
	return status;
}

/* "{letter digits r delimiters}"; *at stands behind the percent sign. */
static int
put_macro(struct out *o, const struct spf *s, const char *domain,
    const char **at, const char *end)
{
	char room[PATH_LOCAL_MAX + PATH_DOMAIN_MAX + 2], delimiters[8] = "";
	const char *p = *at + 1, *value;
	unsigned keep = 0;
	bool reversed, digits = false;
	char letter;
	size_t n = 0;

	if (p >= end || (value = value_of(s, domain, *p, room)) == NULL)
		return -1;
	letter = *p++;
	for (; p < end && *p >= '0' && *p <= '9' && keep < 1000; p++) {
		keep = keep * 10 + (unsigned)(*p - '0');
		digits = true;
	}
	if (digits && keep == 0)
		return -1;
	reversed = p < end && (*p | 0x20) == 'r';
	p += reversed;
	for (; p < end && strchr(".-+,/_=", *p) != NULL && *p != '\0' &&
	    n < sizeof delimiters - 1; p++)
		delimiters[n++] = *p;
	if (p >= end || *p != '}')
		return -1;
	*at = p + 1;
	return put_parts(o, value, keep, reversed, n == 0 ? "." :
	    delimiters, letter >= 'A' && letter <= 'Z');
}

int
spf_expand(const struct spf *s, const char *domain, const char *text,
    size_t len, char to[SPF_NAME_SIZE])
{
	static const char marks[] = "%_-";
	static const char *const meanings[] = { "%", " ", "%20" };
	const char *end = text + len, *mark, *cut;
	struct out o = { .len = 0 };
	int status = 0;

	while (text < end && status == 0) {
		if (*text != '%') {
			status = *text < '!' || *text > '~' ? -1 :
			    put(&o, text++, 1);
			continue;
		}
		if (++text == end)
			return -1;
		mark = strchr(marks, *text);
		if (*text == '{') {
			status = put_macro(&o, s, domain, &text, end);
		} else if (*text != '\0' && mark != NULL) {
			status = put(&o, meanings[mark - marks],
			    strlen(meanings[mark - marks]));
			text++;
		} else {
			status = -1;
		}
	}
	o.text[o.len] = '\0';
	for (cut = o.text; strlen(cut) >= SPF_NAME_SIZE && status == 0;) {
		cut += strcspn(cut, ".");
		if (*cut++ == '\0')
			return -1;
	}
	if (status == 0)
		strcpy(to, cut);
	return status;
}
