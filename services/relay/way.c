/* way.c - MX records and static routes */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include "mail/idn.h"
#include "relay.h"

enum { PORT = 25 };

static bool
is_no_host(const struct sockaddr_storage *a)
{
	const struct sockaddr_in *four = (const void *)a;
	const struct sockaddr_in6 *six = (const void *)a;

	return a->ss_family == AF_INET ? four->sin_addr.s_addr == 0 :
	    IN6_IS_ADDR_UNSPECIFIED(&six->sin6_addr);
}

static void
add(struct way *w, const struct sockaddr_storage *a, unsigned port,
    const char *host)
{
	struct server *s = &w->server[w->n];

	if (w->n == WAY_MAX || is_no_host(a))
		return;
	s->address = *a;
	if (a->ss_family == AF_INET)
		((struct sockaddr_in *)&s->address)->sin_port =
		    htons((in_port_t)port);
	else
		((struct sockaddr_in6 *)&s->address)->sin6_port =
		    htons((in_port_t)port);
	snprintf(s->host, sizeof s->host, "%s", host);
	w->n++;
}

/* An address as text, perhaps with IPv6: in front.  False if it is none. */
static bool
add_literal(struct way *w, const char *text, unsigned port)
{
	struct sockaddr_storage a = { .ss_family = AF_INET };
	struct sockaddr_in *four = (void *)&a;
	struct sockaddr_in6 *six = (void *)&a;

	if (inet_pton(AF_INET, text, &four->sin_addr) == 1) {
		add(w, &a, port, text);
		return true;
	}
	if (strncasecmp(text, "IPv6:", 5) == 0)
		text += 5;
	a.ss_family = AF_INET6;
	if (inet_pton(AF_INET6, text, &six->sin6_addr) != 1)
		return false;
	add(w, &a, port, text);
	return true;
}

/*
 * All addresses of a host.  STUB_OK or what the worse look-up said.  An
 * address in the place of a name is none, and no server need be asked.
 */
static enum stub_end
add_host(struct way *w, const struct site *site, const char *host,
    unsigned port)
{
	static const int families[] = { AF_INET, AF_INET6 };
	struct sockaddr_storage list[STUB_ADDRESSES_MAX];
	enum stub_end end, worst = STUB_EMPTY;
	size_t n, before = w->n;
	struct in_addr four;

	if (inet_pton(AF_INET, host, &four) == 1)
		return STUB_NO_NAME;
	for (int i = 0; i < 2; i++) {
		end = stub_addresses(&site->stub, host, families[i], list,
		    &n);
		if (end == STUB_LATER)
			worst = end;
		for (size_t k = 0; end == STUB_OK && k < n; k++)
			add(w, &list[k], port, host);
	}
	return w->n > before ? STUB_OK : worst;
}

/* [address], [address]:port, host, host:port; smtp: may stand in front. */
static enum stub_end
add_route(struct way *w, const struct site *site, const char *target)
{
	char host[MAIL_HOST_SIZE];
	unsigned long port = PORT;
	size_t n;
	char *end;

	if (strncasecmp(target, "smtp:", 5) == 0)
		target += 5;
	n = *target == '[' ? strcspn(target, "]") : strcspn(target, ":");
	snprintf(host, sizeof host, "%.*s", (int)(n - (*target == '[')),
	    target + (*target == '['));
	end = (char *)(size_t)target + n + (target[n] == ']');
	if (*end == ':')
		port = strtoul(end + 1, &end, 10);
	if (*end != '\0' || port == 0 || port > 65535)
		return STUB_WRONG;
	if (*target == '[')
		return add_literal(w, host, (unsigned)port) ? STUB_OK :
		    STUB_WRONG;
	return add_host(w, site, host, (unsigned)port);
}

static int
by_preference(const void *a, const void *b)
{
	const struct stub_mx *x = a, *y = b;

	return x->preference < y->preference ? -1 :
	    x->preference > y->preference;
}

static void
shuffle(struct stub_mx *list, size_t n)
{
	struct stub_mx swap;
	unsigned random;

	for (; n > 1; n--) {
		if (getrandom(&random, sizeof random, 0) != sizeof random)
			return;
		swap = list[n - 1];
		list[n - 1] = list[random % n];
		list[random % n] = swap;
	}
}

/*
 * Sort; servers that are no better than this one itself are left out (RFC
 * 5321 5.1), or mail would go round in circles.
 */
static size_t
order(struct stub_mx *list, size_t n, const char *own)
{
	size_t same, from;

	shuffle(list, n);
	/* An unstable sort does no harm to what has been shuffled. */
	qsort(list, n, sizeof *list, by_preference);
	for (from = 0; from < n; from = same) {
		for (same = from; same < n && list[same].preference ==
		    list[from].preference; same++)
			if (strcasecmp(list[same].host, own) == 0)
				return from;
	}
	return n;
}

static enum way_end
way_of_mx(struct way *w, const struct site *site, struct stub_mx *list,
    size_t n, const char **reason)
{
	enum stub_end end;
	const char *route;
	bool later = false;
	size_t before;

	n = order(list, n, site->settings.hostname);
	*reason = "554 5.4.6 The domain's mail servers lead back here";
	if (n == 0)
		return WAY_NEVER;
	for (size_t i = 0; i < n && w->n < WAY_MAX; i++) {
		before = w->n;
		route = mail_route(&site->settings, list[i].host);
		end = route != NULL ? add_route(w, site, route) :
		    add_host(w, site, list[i].host, PORT);
		later = later || end == STUB_LATER;
		for (; before < w->n; before++)
			strcpy(w->server[before].host, list[i].host);
	}
	*reason = later ? "451 4.4.3 No address for the mail servers yet" :
	    "550 5.4.4 The domain's mail servers have no address";
	return w->n > 0 ? WAY_OK : later ? WAY_LATER : WAY_NEVER;
}

static enum way_end
way_of_route(struct way *w, const struct site *site, const char *route,
    const char **reason)
{
	*reason = "451 4.3.5 The route of the domain leads nowhere";
	return add_route(w, site, route) == STUB_OK && w->n > 0 ? WAY_OK :
	    WAY_LATER;
}

static enum way_end
way_of_literal(struct way *w, const char *domain, const char **reason)
{
	char text[STUB_HOST_SIZE];

	snprintf(text, sizeof text, "%.*s", (int)strcspn(domain + 1, "]"),
	    domain + 1);
	*reason = "550 5.1.2 Not an address";
	return add_literal(w, text, PORT) && w->n > 0 ? WAY_OK : WAY_NEVER;
}

void
way_key(const struct mail_settings *settings, const char *path,
    char key[WAY_KEY_SIZE])
{
	const char *at = strrchr(path, '@');
	const char *domain = at == NULL ? path : at + 1;
	const char *route = mail_route(settings, domain);

	if (route == NULL)
		route = mail_route(settings, "*");
	snprintf(key, WAY_KEY_SIZE, "%s%s", route == NULL ? "" : "=",
	    route == NULL ? domain : route);
}

enum way_end
way_find(struct way *w, const struct site *site, const char *domain,
    const char **reason)
{
	static struct stub_mx list[STUB_MX_MAX];
	enum stub_end end;
	size_t n;
	char ascii[STUB_HOST_SIZE];

	w->n = 0;
	if (domain[0] == '=')
		return way_of_route(w, site, domain + 1, reason);
	if (domain[0] == '[')
		return way_of_literal(w, domain, reason);
	end = STUB_WRONG;
	if (idn_to_ascii(domain, ascii, sizeof ascii)) {
		domain = ascii;
		end = stub_mx(&site->stub, domain, list, &n);
	}
	if (end == STUB_LATER) {
		*reason = "451 4.4.3 The domain's mail servers cannot be "
		    "found out now";
		return WAY_LATER;
	}
	if (end == STUB_NO_NAME || end == STUB_WRONG) {
		*reason = "550 5.1.2 No such domain";
		return WAY_NEVER;
	}
	if (n == 1 && list[0].host[0] == '\0') {	/* RFC 7505 */
		*reason = "556 5.1.10 The domain takes no mail";
		return WAY_NEVER;
	}
	if (end == STUB_EMPTY) {	/* the domain is its own server */
		list[0].preference = 0;
		snprintf(list[0].host, sizeof list[0].host, "%s", domain);
		n = 1;
	}
	return way_of_mx(w, site, list, n, reason);
}
