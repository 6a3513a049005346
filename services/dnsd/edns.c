/* edns.c - the OPT record of answers: size, NSID, cookie, errors, padding */

#include <netinet/in.h>
#include <string.h>
#include <sys/random.h>

#include "edns.h"
#include "io/digit.h"

enum {
	OPT_FIXED = 11,
	COOKIE = 24,			/* ours, with the client's half */
	COOKIE_AGE = 3600, COOKIE_FUTURE = 300, COOKIE_RENEW = 1800,
	PADDING_BLOCK = 468		/* RFC 8467 4.1 */
};

static void
set16(uint8_t *p, unsigned n)
{
	p[0] = (uint8_t)(n >> 8);
	p[1] = (uint8_t)n;
}

/* Hexadecimal settings.secret, else chance. */
bool
edns_secret(struct server *s)
{
	const char *hex = s->settings.secret;

	if (*hex == '\0')
		return getrandom(s->secret, sizeof s->secret, 0) ==
		    (ssize_t)sizeof s->secret;
	for (size_t i = 0; i < sizeof s->secret; i++)
		s->secret[i] = (uint8_t)((digit_hex(hex[2 * i]) & 15) << 4 |
		    (digit_hex(hex[2 * i + 1]) & 15));
	return true;
}

/* The client's address as RFC 9018 4.3 wants it hashed. */
static size_t
put_address(uint8_t *out, const struct sockaddr *address)
{
	if (address->sa_family == AF_INET) {
		memcpy(out, &((const struct sockaddr_in *)(const void *)
		    address)->sin_addr, 4);
		return 4;
	}
	if (address->sa_family == AF_INET6) {
		memcpy(out, &((const struct sockaddr_in6 *)(const void *)
		    address)->sin6_addr, 16);
		return 16;
	}
	return 0;
}

/* RFC 9018 4: the cookie of a moment, the client's half in front. */
static void
make_cookie(const struct server *s, uint8_t cookie[COOKIE],
    const uint8_t *half, uint32_t moment, const struct client *client)
{
	uint8_t data[16 + 16];
	size_t len = 16;

	memcpy(data, half, 8);
	set16(data + 8, 1 << 8);	/* version 1, reserved */
	set16(data + 10, 0);
	set16(data + 12, moment >> 16);
	set16(data + 14, moment & 0xffff);
	len += put_address(data + len, client->address);
	memcpy(cookie, data, 16);
	digest_siphash(cookie + 16, s->secret, data, len);
}

/* Seconds since the cookie was made, or -1 if it is none of ours. */
static int64_t
cookie_age(const struct server *s, const struct edns *e,
    const struct client *client)
{
	const uint8_t *c = e->cookie;
	uint8_t ours[COOKIE];
	uint32_t moment;
	int32_t age;

	if (c == NULL || e->cookie_len != COOKIE)
		return -1;
	moment = (uint32_t)c[12] << 24 | (uint32_t)c[13] << 16 |
	    (uint32_t)c[14] << 8 | c[15];
	age = (int32_t)((uint32_t)s->now - moment);
	if (age > COOKIE_AGE || age < -COOKIE_FUTURE)
		return -1;
	make_cookie(s, ours, c, moment, client);
	if (memcmp(ours, c, COOKIE) != 0)
		return -1;
	return age > 0 ? age : 0;
}

bool
edns_known(const struct server *s, const struct query *q,
    const struct client *client)
{
	return cookie_age(s, &q->edns, client) >= 0;
}

/* Octets of options that the answer will have for certain. */
static size_t
options_size(const struct server *s, const struct edns *e,
    const struct client *client)
{
	size_t size = 0;

	if (e->version != 0)
		return 0;
	if (e->nsid && s->settings.identity[0] != '\0')
		size += 4 + strlen(s->settings.identity);
	if (e->cookie != NULL)
		size += 4 + COOKIE;
	if (e->keepalive && client->transport == TCP)
		size += 6;
	return size;
}

size_t
edns_limit(const struct server *s, const struct query *q,
    const struct client *client)
{
	size_t limit = q->edns.size;

	if (client->transport == TCP)
		limit = MESSAGE_MAX;
	else if (limit > (size_t)s->settings.udp_size)
		limit = (size_t)s->settings.udp_size;
	if (q->edns.present)
		limit -= OPT_FIXED + options_size(s, &q->edns, client);
	return limit > q->end ? limit : q->end;
}

static uint8_t *
put_option(uint8_t *p, enum option code, size_t len)
{
	set16(p, code);
	set16(p + 2, (unsigned)len);
	return p + 4;
}

static uint8_t *
put_options(const struct server *s, const struct edns *e,
    const struct client *client, uint8_t *p)
{
	const char *id = s->settings.identity;

	if (e->nsid && *id != '\0') {
		p = put_option(p, OPTION_NSID, strlen(id));
		for (; *id != '\0'; id++)
			*p++ = (uint8_t)*id;
	}
	if (e->cookie != NULL) {
		int64_t age = cookie_age(s, e, client);

		p = put_option(p, OPTION_COOKIE, COOKIE);
		if (age >= 0 && age < COOKIE_RENEW)
			memcpy(p, e->cookie, COOKIE);
		else
			make_cookie(s, p, e->cookie, (uint32_t)s->now, client);
		p += COOKIE;
	}
	if (e->keepalive && client->transport == TCP) {
		p = put_option(p, OPTION_KEEPALIVE, 2);
		set16(p, (unsigned)s->settings.tcp_idle * 10);
		p += 2;
	}
	return p;
}

/* Zeros up to the next whole block, or as far as there is room. */
static uint8_t *
put_padding(const struct reply *r, uint8_t *p, size_t limit)
{
	size_t len = (size_t)(p - r->octets) + 4;
	size_t to = (len + PADDING_BLOCK - 1) / PADDING_BLOCK * PADDING_BLOCK;

	if (to > limit)
		to = limit;
	if (to < len)
		return p;
	p = put_option(p, OPTION_PADDING, to - len);
	memset(p, 0, to - len);
	return p + (to - len);
}

void
edns_write(const struct server *s, struct reply *r,
    const struct client *client)
{
	const struct edns *e = &r->query->edns;
	size_t limit = r->limit + OPT_FIXED + options_size(s, e, client);
	uint8_t *start = r->octets + r->len, *p = start;

	*p++ = 0;
	set16(p, TYPE_OPT);
	set16(p + 2, (unsigned)s->settings.udp_size);
	set16(p + 4, (unsigned)(r->rcode >> 4 & 255) << 8);	/* version 0 */
	set16(p + 6, e->dnssec ? EDNS_DO : 0);
	p += 10;
	if (e->version == 0) {
		p = put_options(s, e, client, p);
		if (r->ede != 0 &&
		    (size_t)(p - r->octets) + 6 <= limit) {
			p = put_option(p, OPTION_ERROR, 2);
			set16(p, r->ede);
			p += 2;
		}
		if (e->padding)
			p = put_padding(r, p, limit);
	}
	set16(start + 9, (unsigned)(p - start - OPT_FIXED));
	r->len = (size_t)(p - r->octets);
}
