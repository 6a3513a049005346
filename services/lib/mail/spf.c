/* spf.c - check_host() of RFC 7208 4 */

#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "io/input.h"
#include "mail/network.h"
#include "mail/spf.h"

enum {
	LOOKUPS_MAX = 10, VOIDS_MAX = 2, MX_MAX = 10,	/* 4.6.4 */
	MILLISECONDS = 20000,
	NAME_MAX_HERE = 16		/* octets of a mechanism's name */
};

/* One term of a record. */
struct term {
	char		 qualifier;	/* + - ? ~; = for a modifier */
	char		 name[NAME_MAX_HERE];
	const char	*value;		/* behind : or =, or NULL */
	size_t		 len;
	unsigned	 four, six;	/* prefix lengths */
};

static enum spf_result check_host(struct spf *, const char *domain);

const char *
spf_word(enum spf_result r)
{
	static const char *const words[] = { "none", "neutral", "pass",
	    "fail", "softfail", "temperror", "permerror" };

	return words[r];
}

/* "/24", "//64" or "/24//64" from at to end. */
static bool
read_prefixes(struct term *t, const char *at, const char *end)
{
	char text[8], *stop;
	unsigned long n;

	for (bool six = false; at < end;) {
		if (*at++ != '/')
			return false;
		if (at < end && *at == '/' && !six) {
			six = true;
			at++;
		}
		snprintf(text, sizeof text, "%.*s", (int)(end - at), at);
		n = strtoul(text, &stop, 10);
		if (stop == text || *text == '+' || *text == '-' ||
		    n > (six ? 128 : 32) || (stop - text > 1 && *text == '0'))
			return false;
		*(six ? &t->six : &t->four) = (unsigned)n;
		at += stop - text;
		if (six)
			return at == end;
	}
	return true;
}

/* Which terms take a name: 0 never, 1 perhaps, 2 always; 4 prefixes too. */
static int
rule_of(const struct term *t)
{
	static const struct { const char *name; int rule; } rules[] = {
		{ "all", 0 }, { "include", 2 }, { "a", 1 | 4 },
		{ "mx", 1 | 4 }, { "ptr", 1 }, { "ip4", 2 }, { "ip6", 2 },
		{ "exists", 2 } };

	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
		if (strcasecmp(rules[i].name, t->name) == 0)
			return rules[i].rule;
	return -1;
}

/* One word of a record.  False if it is wrong: then all of it is. */
static bool
read_term(struct term *t, const char *word, size_t len)
{
	const char *end = word + len, *p, *slash;
	int rule;

	memset(t, 0, sizeof *t);
	t->four = 32;
	t->six = 128;
	t->qualifier = strchr("+-?~", *word) != NULL ? *word++ : '+';
	for (p = word; p < end && strchr(":=/", *p) == NULL; p++)
		;
	if (p == word || p - word >= NAME_MAX_HERE)
		return p < end && *p == '=';	/* an unknown modifier */
	memcpy(t->name, word, (size_t)(p - word));
	if (p < end && *p == '=') {
		t->qualifier = '=';
		t->value = p + 1;
		t->len = (size_t)(end - t->value);
		return true;
	}
	rule = rule_of(t);
	if (p < end && *p == ':') {
		t->value = p + 1;
		slash = (rule & 4) != 0 ? memchr(p, '/', (size_t)(end - p)) :
		    NULL;
		/* A slash within a macro's braces is a delimiter. */
		while (slash != NULL && memchr(slash, '}',
		    (size_t)(end - slash)) != NULL)
			slash = memchr(slash + 1, '/',
			    (size_t)(end - slash - 1));
		p = slash == NULL ? end : slash;
		t->len = (size_t)(p - t->value);
	}
	if (rule == -1 || (t->value == NULL ? (rule & 2) != 0 : (rule & 3) ==
	    0 || t->len == 0))
		return false;
	return p == end || ((rule & 4) != 0 && read_prefixes(t, p, end));
}

/* The network of ip4 or ip6. */
static bool
read_network(const struct term *t, struct network *n)
{
	char text[64];

	snprintf(text, sizeof text, "%.*s", (int)t->len, t->value);
	return t->len < sizeof text && network_parse(n, text) &&
	    n->family == (t->name[2] == '4' ? AF_INET : AF_INET6);
}

static bool
is_network(const struct term *t)
{
	return t->qualifier != '=' && strncasecmp(t->name, "ip", 2) == 0;
}

/* One more look-up that the record causes; false beyond the limit. */
static bool
count_lookup(struct spf *s)
{
	return ++s->lookups <= LOOKUPS_MAX;
}

/* What DNS did not say; SPF_NONE: go on. */
static enum spf_result
judge(struct spf *s, enum stub_end end)
{
	if (end == STUB_LATER || clock_ms() > s->until)
		return SPF_TEMPERROR;
	if (end != STUB_OK && ++s->voids > VOIDS_MAX)
		return SPF_PERMERROR;
	return SPF_NONE;
}

/* Is the client's address within that network? */
static bool
is_within(const struct spf *s, const struct sockaddr_storage *a,
    unsigned four, unsigned six)
{
	struct network n = { .family = a->ss_family,
	    .bits = a->ss_family == AF_INET ? four : six };

	memcpy(n.address, a->ss_family == AF_INET ?
	    (const void *)&((const struct sockaddr_in *)a)->sin_addr :
	    (const void *)&((const struct sockaddr_in6 *)a)->sin6_addr,
	    a->ss_family == AF_INET ? 4 : 16);
	return network_has(&n, 1, s->ip);
}

/* Has the host this client's address?  PASS, NONE, or an error. */
static enum spf_result
has_address(struct spf *s, const char *host, const struct term *t)
{
	struct sockaddr_storage list[STUB_ADDRESSES_MAX];
	enum stub_end end;
	size_t n;

	end = stub_addresses(s->dns, host, strchr(s->ip, ':') != NULL ?
	    AF_INET6 : AF_INET, list, &n);
	if (end != STUB_OK)
		return judge(s, end);
	for (size_t i = 0; i < n; i++)
		if (is_within(s, &list[i], t->four, t->six))
			return SPF_PASS;
	return SPF_NONE;
}

static enum spf_result
match_mx(struct spf *s, const char *domain, const struct term *t)
{
	struct stub_mx list[STUB_MX_MAX];
	enum spf_result r = SPF_NONE;
	enum stub_end end;
	size_t n;

	end = stub_mx(s->dns, domain, list, &n);
	if (end != STUB_OK)
		return judge(s, end);
	if (n > MX_MAX)
		return SPF_PERMERROR;
	for (size_t i = 0; i < n && r == SPF_NONE; i++)
		if (list[i].host[0] != '\0')
			r = has_address(s, list[i].host, t);
	return r;
}

/* 5.7: any A record at all, also for a client of IPv6. */
static enum spf_result
match_exists(struct spf *s, const char *name)
{
	struct sockaddr_storage list[STUB_ADDRESSES_MAX];
	enum stub_end end;
	size_t n;

	end = stub_addresses(s->dns, name, AF_INET, list, &n);
	return end == STUB_OK ? SPF_PASS : judge(s, end);
}

/* 5.2: only a pass counts as one, and what is not there is an error. */
static enum spf_result
match_include(struct spf *s, const char *domain)
{
	enum spf_result r = check_host(s, domain);

	switch (r) {
	case SPF_PASS:
	case SPF_TEMPERROR:
		return r;
	case SPF_NONE:
	case SPF_PERMERROR:
		return SPF_PERMERROR;
	default:
		return SPF_NONE;
	}
}

/* Does the mechanism fit?  PASS, NONE, or an error. */
static enum spf_result
match(struct spf *s, const char *domain, const struct term *t)
{
	char name[SPF_NAME_SIZE];
	struct network n;

	if (strcasecmp(t->name, "all") == 0)
		return SPF_PASS;
	if (is_network(t))
		return read_network(t, &n) && network_has(&n, 1, s->ip) ?
		    SPF_PASS : SPF_NONE;
	if (!count_lookup(s))
		return SPF_PERMERROR;
	snprintf(name, sizeof name, "%s", domain);
	if (t->value != NULL &&
	    spf_expand(s, domain, t->value, t->len, name) == -1)
		return SPF_PERMERROR;
	if (strcasecmp(t->name, "a") == 0)
		return has_address(s, name, t);
	if (strcasecmp(t->name, "mx") == 0)
		return match_mx(s, name, t);
	if (strcasecmp(t->name, "exists") == 0)
		return match_exists(s, name);
	return strcasecmp(t->name, "include") == 0 ? match_include(s, name) :
	    SPF_NONE;
}

static enum spf_result
result_of(char qualifier)
{
	return qualifier == '-' ? SPF_FAIL : qualifier == '~' ? SPF_SOFTFAIL :
	    qualifier == '?' ? SPF_NEUTRAL : SPF_PASS;
}

/* The next word of a record into t: 1; 0 at the end; -1 if it is wrong. */
static int
next_term(const char **at, struct term *t)
{
	const char *word = *at + strspn(*at, " ");
	size_t n = strcspn(word, " ");

	*at = word + n;
	if (n == 0)
		return 0;
	return read_term(t, word, n) ? 1 : -1;
}

/* 4.6: a record that is wrong anywhere is wrong; then from the left. */
static enum spf_result
evaluate(struct spf *s, const char *domain, const char *record)
{
	char name[SPF_NAME_SIZE];
	struct term t, redirect = { .value = NULL };
	enum spf_result r;
	struct network n;
	const char *at;
	int got;

	for (at = record; (got = next_term(&at, &t)) != 0;) {
		if (got == -1 || (is_network(&t) && !read_network(&t, &n)) ||
		    (t.qualifier == '=' && redirect.value != NULL &&
		    strcasecmp(t.name, "redirect") == 0))
			return SPF_PERMERROR;
		if (t.qualifier == '=' && strcasecmp(t.name, "redirect") == 0)
			redirect = t;
	}
	for (at = record; next_term(&at, &t) != 0;) {
		if (t.qualifier == '=')
			continue;
		r = match(s, domain, &t);
		if (r != SPF_NONE)
			return r == SPF_PASS ? result_of(t.qualifier) : r;
	}
	if (redirect.value == NULL)
		return SPF_NEUTRAL;
	if (!count_lookup(s) || spf_expand(s, domain, redirect.value,
	    redirect.len, name) == -1)
		return SPF_PERMERROR;
	r = check_host(s, name);
	return r == SPF_NONE ? SPF_PERMERROR : r;
}

static enum spf_result
check_host(struct spf *s, const char *domain)
{
	struct stub_text *list, *record = NULL;
	enum spf_result r = SPF_NONE;
	enum stub_end end;
	size_t n;

	if (strchr(domain, '.') == NULL || ++s->depth > LOOKUPS_MAX)
		return s->depth > LOOKUPS_MAX ? SPF_PERMERROR : SPF_NONE;
	list = calloc(STUB_TEXT_MAX, sizeof *list);
	if (list == NULL)
		return SPF_TEMPERROR;
	end = stub_text(s->dns, domain, list, &n);
	if (end == STUB_LATER || clock_ms() > s->until)
		r = SPF_TEMPERROR;
	for (size_t i = 0; i < n && r == SPF_NONE; i++)
		if (strncasecmp(list[i].text, "v=spf1", 6) == 0 &&
		    (list[i].text[6] == ' ' || list[i].text[6] == '\0')) {
			r = record == NULL ? SPF_NONE : SPF_PERMERROR;
			record = &list[i];
		}
	if (r == SPF_NONE && record != NULL)
		r = evaluate(s, domain, record->text + 6);
	free(list);
	s->depth--;
	return r;
}

enum spf_result
spf_check(struct spf *s, const struct stub *dns, const char *ip,
    const char *helo, const char *sender)
{
	struct path path;

	memset(s, 0, sizeof *s);
	s->dns = dns;
	s->ip = ip;
	s->helo = helo;
	s->until = clock_ms() + MILLISECONDS;
	if (path_parse(sender, &path) == NULL && path.domain[0] != '\0') {
		strcpy(s->local, path.local);
		strcpy(s->domain, path.domain);
	} else {
		strcpy(s->local, "postmaster");
		snprintf(s->domain, sizeof s->domain, "%s", helo);
	}
	return check_host(s, s->domain);
}
