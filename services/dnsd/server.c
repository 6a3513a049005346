/* server.c - the zones in force, the clock, and how a message is answered */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "answer.h"
#include "chaos.h"
#include "edns.h"
#include "io/log.h"
#include "limit.h"
#include "querylog.h"
#include "server.h"
#include "statistics.h"
#include "transfer.h"

enum { START_WAIT = 12 };	/* ticks to wait for a first zones.db */

static const char	database[] = "zones.db";

volatile sig_atomic_t	server_ticked;

static void
on_alarm(int number)
{
	(void)number;
	server_ticked = 1;
}

bool
server_start_clock(void)
{
	struct sigaction act = { .sa_handler = on_alarm };
	struct itimerval every = { { 0, TICK * 1000L },
	    { 0, TICK * 1000L } };

	sigemptyset(&act.sa_mask);
	return sigaction(SIGALRM, &act, NULL) == 0 &&
	    setitimer(ITIMER_REAL, &every, NULL) == 0;
}

/* Take the file into use; what is in use stays if it is no good. */
static void
take(struct server *s)
{
	struct zonedb fresh;
	int fd = openat(s->spool, database, O_RDONLY | O_CLOEXEC);

	if (fd == -1) {
		log_errno("%s", database);
		return;
	}
	if (fstat(fd, &s->file) == -1 || !zonedb_map(&fresh, fd)) {
		log_errno("%s", database);
	} else {
		zonedb_unmap(&s->db);
		s->db = fresh;
		if (s->fd != -1)
			close(s->fd);
		s->fd = fd;
		return;
	}
	close(fd);
}

/* zonec renames a new file into place, so a new one is another inode. */
static void
look(struct server *s)
{
	struct stat st;

	if (fstatat(s->spool, database, &st, 0) == -1)
		return;		/* none yet; or gone, and ours still good */
	if (st.st_ino != s->file.st_ino || st.st_dev != s->file.st_dev ||
	    st.st_ctim.tv_sec != s->file.st_ctim.tv_sec ||
	    st.st_ctim.tv_nsec != s->file.st_ctim.tv_nsec)
		take(s);
}

/*
 * In a new site the first look at the zones and the first question may come
 * at the same moment: the question can wait in the socket for a while.
 */
static void
await_zones(struct server *s)
{
	const struct timespec pause = { .tv_nsec = TICK / 5 * 1000000L };

	server_tick(s);
	for (int i = 0; i < START_WAIT * 5 && s->db.map == NULL; i++) {
		nanosleep(&pause, NULL);
		server_tick(s);
	}
}

bool
server_open(struct server *s, const char *spool)
{
	s->fd = -1;
	s->spool = open(spool, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->spool == -1) {
		log_errno("%s", spool);
		return false;
	}
	if (!edns_secret(s)) {
		log_errno("no random octets");
		return false;
	}
	await_zones(s);
	return true;
}

void
server_tick(struct server *s)
{
	server_ticked = 0;
	s->now = time(NULL);
	statistics_flush();
	look(s);
}

static void
set16(uint8_t *p, unsigned n)
{
	p[0] = (uint8_t)(n >> 8);
	p[1] = (uint8_t)n;
}

/*
 * RFC 4035 3.1.4.1: DS of a zone that we have is answered by the zone above
 * it, if we have that one too.
 */
static const struct zonedb_zone *
find_zone(const struct server *s, const struct query *q, unsigned *suffix)
{
	const struct zonedb_zone *zone, *above;
	unsigned up;

	if (s->db.map == NULL)
		return NULL;
	zone = zonedb_zone_of(&s->db, &q->key, 0, suffix);
	if (zone == NULL || q->type != TYPE_DS || *suffix != 0 ||
	    q->key.labels == 0)
		return zone;
	above = zonedb_zone_of(&s->db, &q->key, 1, &up);
	if (above == NULL)
		return zone;
	*suffix = up;
	return above;
}

/* Types that are no data but a request for something else (RFC 6895 3.1). */
static bool
is_request(uint16_t type)
{
	return type == TYPE_OPT || (type >= 128 && type < TYPE_ANY);
}

/* RFC 1982: is a before b? */
static bool
is_before(uint32_t a, uint32_t b)
{
	return a != b && b - a < 0x80000000;
}

/*
 * AXFR, or IXFR, which may be answered with the whole zone, or with the SOA
 * alone if there is nothing newer or it does not fit (RFC 1995 2, 4).
 */
static void
answer_transfer(const struct server *s, struct reply *r,
    const struct client *client, unsigned suffix, struct transfer **transfer)
{
	const struct query *q = r->query;
	bool tcp = client->transport == TCP;

	if (q->type == TYPE_AXFR && !tcp)
		r->rcode = NOTIMP;
	else if (suffix != 0)
		r->rcode = NOTAUTH;
	else if (q->type == TYPE_IXFR && !q->has_serial)
		r->rcode = FORMERR;
	else if (!networks_have(&s->settings.transfer, client->address))
		r->rcode = REFUSED;
	else if (q->type == TYPE_IXFR &&
	    (!tcp || !is_before(q->serial, r->zone->serial))) {
		const struct zonedb_node *apex = zonedb_node(r->zone,
		    r->zone->nodes_at);

		r->apex = HEADER;
		r->flags = FLAG_AA;
		reply_set(r, ANSWER, zonedb_type(apex, TYPE_SOA), HEADER,
		    apex);
	} else if ((*transfer = transfer_new(s->fd, q)) == NULL) {
		r->rcode = SERVFAIL;
	}
}

/* A type that nobody can have. */
static enum rcode
refuse_type(uint16_t type)
{
	return type == TYPE_MAILA || type == TYPE_MAILB ? NOTIMP : FORMERR;
}

static void
answer_internet(const struct server *s, struct reply *r,
    const struct client *client, struct transfer **transfer)
{
	unsigned suffix;

	r->zone = find_zone(s, r->query, &suffix);
	if (s->db.map == NULL ||
	    (r->zone != NULL && !(r->zone->flags & ZONEDB_LOADED))) {
		r->rcode = SERVFAIL;
		r->ede = EDE_NOT_READY;
	} else if (r->zone == NULL) {
		r->rcode = REFUSED;
		r->ede = EDE_NOT_AUTHORITATIVE;
	} else if (is_request(r->query->type)) {
		if (r->query->type == TYPE_AXFR ||
		    r->query->type == TYPE_IXFR)
			answer_transfer(s, r, client, suffix, transfer);
		else
			r->rcode = refuse_type(r->query->type);
	} else {
		r->apex = HEADER + (size_t)r->query->key.at[suffix];
		r->dnssec = r->query->edns.dnssec &&
		    (r->zone->flags & ZONEDB_SIGNED);
		answer(r, suffix);
	}
}

static void
answer_question(const struct server *s, struct reply *r,
    const struct client *client, struct transfer **transfer)
{
	if (r->query->class == CLASS_IN)
		answer_internet(s, r, client, transfer);
	else if (r->query->class == CLASS_CH)
		chaos_answer(&s->settings, r);
	else
		r->rcode = r->query->class == CLASS_ANY ? FORMERR : REFUSED;
}

size_t
server_finish(const struct server *s, struct reply *r,
    const struct client *client)
{
	const struct query *q = r->query;
	unsigned flags = FLAG_QR | (q->flags & (OPCODE_MASK | FLAG_RD |
	    FLAG_CD)) | r->flags | (r->rcode & 15);

	set16(r->octets, q->id);
	set16(r->octets + 2, flags);
	set16(r->octets + 4, q->end > HEADER);
	set16(r->octets + 6, r->counts[ANSWER]);
	set16(r->octets + 8, r->counts[AUTHORITY]);
	if (q->edns.present) {
		edns_write(s, r, client);
		r->counts[ADDITIONAL]++;
	}
	if (r->rcode == NOTAUTH && q->tsig != NULL)
		reply_bad_key(r);
	set16(r->octets + 10, r->counts[ADDITIONAL]);
	return r->len;
}

/*
 * Answers are alike if they are to the same name, or say of the same zone
 * that there is no such name, or nothing but an error.
 */
static uint32_t
likeness(const struct reply *r)
{
	if (r->zone == NULL)
		return (uint32_t)r->rcode;
	if (r->counts[ANSWER] > 0 && !r->wild)
		return r->query->key.hash[0];
	return (uint32_t)(r->zone->size ^ r->zone->serial) + r->zone->name_len;
}

/* Keep the answer, empty it, or drop it: see limit.h.  False: drop it. */
static bool
keep_limit(struct server *s, struct reply *r, const struct client *client)
{
	enum limit limit = limit_answer(s, r->query, client, likeness(r));

	if (limit == LIMIT_SEND)
		return true;
	statistics_limited(limit == LIMIT_SLIP);
	r->len = r->query->end;
	r->counts[ANSWER] = r->counts[AUTHORITY] = r->counts[ADDITIONAL] = 0;
	r->flags |= FLAG_TC;
	return limit == LIMIT_SLIP;
}

size_t
server_respond(struct server *s, const uint8_t *message, size_t size,
    const struct client *client, uint8_t *out, struct transfer **transfer)
{
	/* Large, and of one message at a time: not cleared for each. */
	static struct query q;
	static struct reply r;
	enum verdict verdict = query_read(&q, message, size);

	if (verdict == QUERY_DROP) {
		statistics_drop();
		return 0;
	}
	if (verdict == QUERY_BAD || verdict == QUERY_OPCODE)
		q.edns.present = false;
	r.octets = out;
	r.query = &q;
	r.zone = NULL;
	r.rcode = NOERROR;
	r.flags = 0;
	r.ede = 0;
	r.dnssec = r.wild = false;
	r.whole = client->transport == TCP;
	r.additional = s->settings.additional;
	r.proofs = 0;
	r.turn = &s->turn;
	r.counts[ANSWER] = r.counts[AUTHORITY] = r.counts[ADDITIONAL] = 0;
	memcpy(out + HEADER, message + HEADER, q.end - HEADER);
	r.len = q.end;
	r.limit = edns_limit(s, &q, client);
	switch (verdict) {
	case QUERY_GOOD:
		answer_question(s, &r, client, transfer);
		if (transfer != NULL && *transfer != NULL) {
			statistics_transfer();
			return 0;
		}
		break;
	case QUERY_BAD:
	case QUERY_BAD_EDNS:
		r.rcode = FORMERR;
		break;
	case QUERY_OPCODE:
		r.rcode = NOTIMP;
		break;
	case QUERY_KEY:
		r.rcode = NOTAUTH;
		break;
	case QUERY_VERSION:
		r.rcode = BADVERS;
		break;
	case QUERY_COOKIE:
	case QUERY_DROP:
		break;
	}
	statistics_answer(&r, client);
	if (s->settings.log_queries)
		querylog_write(&r, client);
	if (!keep_limit(s, &r, client))
		return 0;
	return server_finish(s, &r, client);
}
