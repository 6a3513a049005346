/* throttle.c - a small table of who failed, hashed by whom it is about */

#include <arpa/inet.h>
#include <stddef.h>
#include <string.h>

#include "throttle.h"

enum {
	SLOTS = 4096,
	PROBES = 8,		/* slots that one key may stand in */
	FORGET_MS = 60 * 1000,	/* a failure counts for so long */
	GOOD_MS = 24 * 3600 * 1000,
	COUNT_MAX = 30
};

enum kind { SOURCE = 1, USER, PAIR };

static struct slot {
	uint64_t	key;		/* 0: free */
	int64_t		since;		/* of the count, or of the success */
	unsigned	count;
} slots[SLOTS];

/* FNV-1a: chosen for its size; a guest of the table gains nothing by a
 * collision but another's delay. */
static uint64_t
hash(uint64_t h, const void *octets, size_t n)
{
	const unsigned char *p = octets;

	while (n-- > 0)
		h = (h ^ *p++) * 1099511628211U;
	return h;
}

/* The network that counts as one source.  False for loopback and none. */
static bool
network(const char *ip, unsigned char net[8])
{
	unsigned char address[16];

	memset(net, 0, 8);
	if (inet_pton(AF_INET, ip, address) == 1) {
		memcpy(net, address, 3);
		return address[0] != 127;
	}
	if (inet_pton(AF_INET6, ip, address) != 1)
		return false;
	memcpy(net, address, 7);
	return strcmp(ip, "::1") != 0;
}

static uint64_t
key(enum kind kind, const char *user, const char *ip)
{
	unsigned char net[8], octet = (unsigned char)kind;
	uint64_t h = hash(14695981039346656037U, &octet, 1);

	network(ip, net);
	if (kind != USER)
		h = hash(h, net, sizeof net);
	if (kind != SOURCE)
		h = hash(h, user, strlen(user));
	return h == 0 ? 1 : h;
}

/* The key's slot; if it has none, the one that it may take over. */
static struct slot *
find(uint64_t k)
{
	struct slot *oldest = NULL, *s;

	for (size_t i = 0; i < PROBES; i++) {
		s = &slots[(k + i) % SLOTS];
		if (s->key == k)
			return s;
		if (oldest == NULL || s->since < oldest->since)
			oldest = s;
	}
	return oldest;
}

/* Failures that still count. */
static unsigned
failures(uint64_t k, int64_t now)
{
	const struct slot *s = find(k);
	int64_t gone;

	if (s->key != k)
		return 0;
	gone = (now - s->since) / FORGET_MS;
	return gone >= s->count ? 0 : s->count - (unsigned)gone;
}

int
throttle_delay(const char *user, const char *ip, int64_t now)
{
	static const int delays[] = { 0, 2000, 4000, 8000, 15000 };
	unsigned char net[8];
	unsigned most = 0, n;
	uint64_t pair = key(PAIR, user, ip);
	const struct slot *s = find(pair);

	if (network(ip, net))
		most = failures(key(SOURCE, user, ip), now);
	if (s->key != pair || now - s->since > GOOD_MS) {
		n = failures(key(USER, user, ip), now);
		most = n > most ? n : most;
	}
	return delays[most < 4 ? most : 4];
}

static void
count(uint64_t k, int64_t now)
{
	unsigned before = failures(k, now);
	struct slot *s = find(k);

	s->key = k;
	s->since = now;
	s->count = before < COUNT_MAX ? before + 1 : COUNT_MAX;
}

void
throttle_note(const char *user, const char *ip, bool good, int64_t now)
{
	unsigned char net[8];
	struct slot *s;
	uint64_t k;

	if (good) {
		k = key(PAIR, user, ip);
		s = find(k);
		s->key = k;
		s->since = now;
		s->count = 0;
		return;
	}
	count(key(USER, user, ip), now);
	if (network(ip, net))
		count(key(SOURCE, user, ip), now);
}
