/* notify.c - tell secondaries that a zone has changed */

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "dns/rdata.h"
#include "io/conf.h"
#include "io/log.h"
#include "notify.h"

enum {
	NOTIFY = 0x2400,		/* the opcode, and AA */
	LEAD = 300,			/* ms that dnsd needs to see the file */
	WAIT = 1000			/* ms for an answer */
};

/* A zone to tell of; bit n of `left` is set while secondary n owes an answer */
struct news {
	const struct zonedb_zone *zone;
	uint32_t	 left;
};

/* address or address@port */
static bool
add_secondary(void *to, const char *value, const char **why)
{
	struct secondaries *list = to;
	struct secondary *s = &list->one[list->count];
	size_t len = strcspn(value, "@");
	struct sockaddr_in *four = (void *)&s->address;
	struct sockaddr_in6 *six = (void *)&s->address;
	uint32_t port = 53;

	*why = "not an address, or address@port";
	if (list->count == NOTIFY_TARGETS || len >= sizeof s->text ||
	    (value[len] == '@' && !number_from_text(&port, value + len + 1,
	    strlen(value + len + 1), 65535)))
		return false;
	memset(s, 0, sizeof *s);
	memcpy(s->text, value, len);
	if (inet_pton(AF_INET, s->text, &four->sin_addr) == 1) {
		four->sin_family = AF_INET;
		four->sin_port = htons((uint16_t)port);
	} else if (inet_pton(AF_INET6, s->text, &six->sin6_addr) == 1) {
		six->sin6_family = AF_INET6;
		six->sin6_port = htons((uint16_t)port);
	} else {
		return false;
	}
	list->count++;
	return true;
}

bool
notify_read(struct secondaries *list, const char *conf)
{
	const struct setting table[] = {
		{ .key = "notify", .kind = CONF_CALL, .to = list,
		    .call = add_secondary },
		{ .key = "*", .kind = CONF_SKIP },	/* dnsd's */
		{ .key = NULL }
	};

	list->count = 0;
	errno = 0;
	if (conf_read(conf, table) == 0 || errno == ENOENT)
		return true;
	if (errno != EINVAL)	/* a line of it, which has been logged */
		log_errno("%s", conf);
	return false;
}

/* RFC 1996 3.7: a query for the SOA, of that opcode; the id is its number. */
static size_t
make_message(uint8_t *m, const struct zonedb_zone *zone, size_t id)
{
	static const uint8_t soa_in[] = { 0, 6, 0, 1 };
	uint8_t *p = m + 12;

	memset(m, 0, 12);
	m[0] = (uint8_t)(id >> 8);
	m[1] = (uint8_t)id;
	m[2] = NOTIFY >> 8;
	m[5] = 1;
	memcpy(p, zone->name, zone->name_len);
	p += zone->name_len;
	memcpy(p, soa_in, sizeof soa_in);
	return (size_t)(p + sizeof soa_in - m);
}

static void
send_all(const struct secondaries *list, const int fds[2],
    const struct news *news, size_t count)
{
	uint8_t m[12 + DNS_NAME_MAX + 4];

	for (size_t i = 0; i < count; i++) {
		size_t len = make_message(m, news[i].zone, i);

		for (unsigned n = 0; n < list->count; n++) {
			const struct sockaddr *to =
			    (const void *)&list->one[n].address;
			bool six = to->sa_family == AF_INET6;

			if (news[i].left >> n & 1)
				sendto(fds[six], m, len, 0, to, six ?
				    sizeof(struct sockaddr_in6) :
				    sizeof(struct sockaddr_in));
		}
	}
}

/* Which of them is it? */
static unsigned
find(const struct secondaries *list, const struct sockaddr_storage *from)
{
	size_t len = from->ss_family == AF_INET6 ?
	    offsetof(struct sockaddr_in6, sin6_scope_id) :
	    offsetof(struct sockaddr_in, sin_zero);
	unsigned n = 0;

	while (n < list->count &&
	    memcmp(&list->one[n].address, from, len) != 0)
		n++;
	return n;
}

/* Take the answers that are there; gives how many were awaited. */
static size_t
take(const struct secondaries *list, int fd, struct news *news, size_t count)
{
	struct sockaddr_storage from = { 0 };
	socklen_t len = sizeof from;
	uint8_t m[512];
	size_t taken = 0;
	ssize_t n;

	while ((n = recvfrom(fd, m, sizeof m, MSG_DONTWAIT,
	    (struct sockaddr *)&from, &len)) >= 0) {
		size_t id = (size_t)(m[0] << 8 | m[1]);
		unsigned who = find(list, &from);

		len = sizeof from;
		if (n < 12 || (m[2] & 0xf8) != 0xa0 || id >= count ||
		    who == list->count || !(news[id].left >> who & 1))
			continue;
		news[id].left &= ~((uint32_t)1 << who);
		taken++;
	}
	return taken;
}

static int64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Send, and wait for answers as long as some are missing. */
static void
exchange(const struct secondaries *list, const int fds[2], struct news *news,
    size_t count)
{
	size_t missing = count * list->count;

	for (int i = 0; i < NOTIFY_TRIES && missing > 0; i++) {
		int64_t until = now() + WAIT, left;

		send_all(list, fds, news, count);
		while (missing > 0 && (left = until - now()) > 0) {
			struct pollfd p[2] = { { fds[0], POLLIN, 0 },
			    { fds[1], POLLIN, 0 } };

			poll(p, 2, (int)left);
			missing -= take(list, fds[0], news, count);
			missing -= take(list, fds[1], news, count);
		}
	}
	if (missing > 0)
		log_line("notify: %zu of %zu not answered", missing,
		    count * list->count);
}

/* Is the zone new, or of another serial than it was? */
static bool
is_news(const struct zonedb_zone *zone, const struct zonedb *old)
{
	const struct zonedb_zone *was;
	struct name_key key;
	unsigned suffix;

	if (!(zone->flags & ZONEDB_LOADED))
		return false;
	if (old->map == NULL)
		return true;
	name_key(&key, zone->name, zone->name_len);
	was = zonedb_zone_of(old, &key, 0, &suffix);
	return was == NULL || suffix != 0 || was->serial != zone->serial ||
	    !(was->flags & ZONEDB_LOADED);
}

void
notify_send(const struct secondaries *list, const struct zonedb *db,
    const struct zonedb *old)
{
	const struct timespec lead = { .tv_nsec = LEAD * 1000000 };
	struct news *news;
	size_t count = 0;
	int fds[2];

	if (list->count == 0)
		return;
	news = calloc(db->header->zones + 1, sizeof *news);
	if (news == NULL)
		return;
	for (const struct zonedb_zone *z = zonedb_next(db, NULL); z != NULL;
	    z = zonedb_next(db, z))
		if (count < 65536 && is_news(z, old))
			news[count++] = (struct news){ z,
			    (uint32_t)((1 << list->count) - 1) };
	/* -1 is fine: a family we do not have, and poll(2) skips it. */
	fds[0] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	fds[1] = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (count > 0) {
		nanosleep(&lead, NULL);
		exchange(list, fds, news, count);
	}
	if (fds[0] != -1)
		close(fds[0]);
	if (fds[1] != -1)
		close(fds[1]);
	free(news);
}
