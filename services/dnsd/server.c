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
#include "server.h"

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
	struct itimerval every = { { 0, TICK * 1000 }, { 0, TICK * 1000 } };

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
	const struct timespec pause = { .tv_nsec = TICK / 5 * 1000000 };

	server_tick(s);
	for (int i = 0; i < START_WAIT * 5 && s->db.map == NULL; i++) {
		nanosleep(&pause, NULL);
		server_tick(s);
	}
}

bool
server_open(struct server *s, const char *spool)
{
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

/* A transfer, or a type that nobody can have. */
static enum rcode
refuse_type(const struct query *q, unsigned suffix)
{
	switch (q->type) {
	case TYPE_AXFR:
		return NOTIMP;
	case TYPE_IXFR:
		return suffix != 0 ? NOTAUTH : q->has_serial ? REFUSED :
		    FORMERR;
	case TYPE_MAILA: case TYPE_MAILB:
		return NOTIMP;
	}
	return FORMERR;
}

static void
answer_internet(const struct server *s, struct reply *r)
{
	unsigned suffix;

	r->zone = find_zone(s, r->query, &suffix);
	if (s->db.map == NULL) {
		r->rcode = SERVFAIL;
		r->ede = EDE_NOT_READY;
	} else if (r->zone == NULL) {
		r->rcode = REFUSED;
		r->ede = EDE_NOT_AUTHORITATIVE;
	} else if (is_request(r->query->type)) {
		r->rcode = refuse_type(r->query, suffix);
	} else if (!(r->zone->flags & ZONEDB_LOADED)) {
		r->rcode = SERVFAIL;
		r->ede = EDE_NOT_READY;
	} else {
		r->apex = HEADER + (size_t)r->query->key.at[suffix];
		r->dnssec = r->query->edns.dnssec &&
		    (r->zone->flags & ZONEDB_SIGNED);
		answer(r, suffix);
	}
}

static void
answer_question(const struct server *s, struct reply *r)
{
	if (r->query->class == CLASS_IN)
		answer_internet(s, r);
	else if (r->query->class == CLASS_CH)
		chaos_answer(&s->settings, r);
	else
		r->rcode = r->query->class == CLASS_ANY ? FORMERR : REFUSED;
}

/* Put the header over what was written; gives the message's length. */
static size_t
finish(const struct server *s, struct reply *r, const struct client *client)
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

size_t
server_respond(struct server *s, const uint8_t *message, size_t size,
    const struct client *client, uint8_t *out)
{
	/* Large, and of one message at a time: not cleared for each. */
	static struct query q;
	static struct reply r;
	enum verdict verdict = query_read(&q, message, size);

	if (verdict == QUERY_DROP)
		return 0;
	if (verdict == QUERY_BAD || verdict == QUERY_OPCODE)
		q.edns.present = false;
	r.octets = out;
	r.query = &q;
	r.zone = NULL;
	r.rcode = NOERROR;
	r.flags = 0;
	r.ede = 0;
	r.dnssec = false;
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
		answer_question(s, &r);
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
	return finish(s, &r, client);
}
