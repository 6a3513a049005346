/* saved.c - the cache in a file, so that a restart is warm */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "dns/rdata.h"
#include "io/log.h"
#include "local.h"
#include "saved.h"
#include "sift.h"

/*
 * All numbers are big-endian.  The head is MAGIC and the date of writing in
 * 8 octets; then entries, the longest unused first, each FIXED octets, name
 * and data; then FIXED octets of 0 and the sum of all before in 8 octets.
 */
#define MAGIC	"labnet resolver cache 1\n"

enum {
	HEAD = sizeof MAGIC - 1 + 8,
	FIXED = 24,
	SECOND = 1000000,
	AHEAD = 5			/* s that two clocks may differ */
};

/* FNV-1a: the disk's faults, not forgers, are what it is against. */
struct sum {
	FILE		*file;
	uint64_t	 value;
};

static void
add(struct sum *s, const uint8_t *p, size_t n)
{
	while (n-- > 0)
		s->value = (s->value ^ *p++) * UINT64_C(1099511628211);
}

static bool
put(struct sum *s, const void *octets, size_t n)
{
	add(s, octets, n);
	return fwrite(octets, 1, n, s->file) == n;
}

static bool
get(struct sum *s, void *octets, size_t n)
{
	if (fread(octets, 1, n, s->file) != n)
		return false;
	add(s, octets, n);
	return true;
}

static void
put64(uint8_t *p, uint64_t n)
{
	put32(p, (uint32_t)(n >> 32));
	put32(p + 4, (uint32_t)n);
}

static uint64_t
get64(const uint8_t *p)
{
	return (uint64_t)get32(p) << 32 | get32(p + 4);
}

/* Seconds left when it was put in order, now below 0 if it has expired. */
static int64_t
left(const struct entry *e, int64_t now)
{
	return (e->stored + (int64_t)e->ttl * SECOND - now) / SECOND;
}

static bool
is_worth_it(const struct resolver *r, const struct entry *e)
{
	return e->kind != KIND_FAILED && e->ttl > 0 &&
	    left(e, r->stamp) > -r->settings.stale;
}

static bool
put_entry(struct sum *s, const struct entry *e, int64_t now)
{
	uint8_t fixed[FIXED];

	put32(fixed, (uint32_t)(int32_t)left(e, now));
	put32(fixed + 4, e->ttl);
	put32(fixed + 8, e->size);
	put32(fixed + 12, e->extra);
	put16(fixed + 16, e->type);
	put16(fixed + 18, e->count);
	fixed[20] = e->rank;
	fixed[21] = e->kind;
	fixed[22] = e->synthesized;
	fixed[23] = e->name_len;
	return put(s, fixed, sizeof fixed) &&
	    put(s, e->octets, (size_t)e->name_len + e->size + e->extra);
}

bool
saved_store(const struct resolver *r, FILE *file, int64_t wall)
{
	static const uint8_t nothing[FIXED];
	struct sum s = { .file = file };
	uint8_t number[8];

	put64(number, (uint64_t)wall);
	if (!put(&s, MAGIC, sizeof MAGIC - 1) ||
	    !put(&s, number, sizeof number))
		return false;
	for (const struct entry *e = r->cache.oldest; e != NULL; e = e->newer)
		if (is_worth_it(r, e) && !put_entry(&s, e, r->stamp))
			return false;
	if (!put(&s, nothing, sizeof nothing))
		return false;
	put64(number, s.value);
	return put(&s, number, sizeof number);
}

/* Are these records of that type, so many and nothing behind them? */
static bool
are_records(const struct fact *f)
{
	size_t at = 0;

	for (unsigned i = 0; i < f->count; i++) {
		size_t n;

		if (f->size - at < 2)
			return false;
		n = get16(f->data + at);
		at += 2;
		if (n > f->size - at || !rdata_valid(f->type, f->data + at, n))
			return false;
		at += n;
	}
	return f->count > 0 && at == f->size;
}

/* Nothing, or an owner and SOA rdata. */
static bool
is_soa(const struct fact *f)
{
	size_t n = name_length(f->data, f->size);

	if (f->count == 0)
		return f->size == 0;
	return f->count == 1 && n > 0 &&
	    rdata_valid(TYPE_SOA, f->data + n, f->size - n);
}

static bool
are_extras(const uint8_t *p, size_t size)
{
	while (size > 0) {
		size_t n = name_length(p + 1, size - 1), len;

		if ((*p != ANSWER && *p != AUTHORITY) || n == 0 ||
		    size - 1 - n < 4)
			return false;
		len = get16(p + n + 3);
		if (len > size - n - 5)
			return false;
		p += n + 5 + len;
		size -= n + 5 + len;
	}
	return true;
}

static bool
is_fact(const struct fact *f)
{
	if (f->rank > RANK_ANSWER || !are_extras(f->data + f->size, f->extra))
		return false;
	if (f->type == TYPE_CNAME && f->count > 1)
		return false;
	return f->kind == KIND_DATA ? are_records(f) :
	    (f->kind == KIND_NODATA || f->kind == KIND_NXDOMAIN) && is_soa(f);
}

/* Keep it, as old as it is by now. */
static void
keep(struct resolver *r, const struct fact *f, int64_t seconds)
{
	struct name name;

	name_set(&name, f->name);
	if (seconds > -r->settings.stale && !local_has(&r->settings, &name))
		cache_put(&r->cache, f, r->stamp + (seconds -
		    (int64_t)f->ttl) * SECOND);
}

/* 1: an entry was read, 0: the end was, -1: it is no entry. */
static int
get_entry(struct resolver *r, struct sum *s, int64_t age)
{
	static uint8_t octets[DNS_NAME_MAX + SET_OCTETS];
	static const uint8_t nothing[FIXED];
	uint8_t fixed[FIXED];
	struct fact f;
	size_t name;
	int64_t seconds;

	if (!get(s, fixed, sizeof fixed))
		return -1;
	if (memcmp(fixed, nothing, sizeof fixed) == 0)
		return 0;
	seconds = (int32_t)get32(fixed);
	name = fixed[23];
	f = (struct fact){ .name = octets, .ttl = get32(fixed + 4),
	    .size = get32(fixed + 8), .extra = get32(fixed + 12),
	    .type = get16(fixed + 16), .count = get16(fixed + 18),
	    .rank = fixed[20], .kind = fixed[21],
	    .synthesized = fixed[22] == 1, .data = octets + name };
	if (name == 0 || f.size > SET_OCTETS || f.extra > SET_OCTETS - f.size ||
	    f.ttl == 0 || f.ttl > TTL_MAX || seconds > (int64_t)f.ttl ||
	    !get(s, octets, name + f.size + f.extra) ||
	    name_length(octets, name) != name || !is_fact(&f))
		return -1;
	keep(r, &f, seconds - age);
	return 1;
}

const char *
saved_load(struct resolver *r, FILE *file, int64_t wall)
{
	struct sum s = { .file = file };
	uint8_t head[HEAD], number[8];
	int64_t age;
	uint64_t sum;
	int got;

	if (!get(&s, head, sizeof head) ||
	    memcmp(head, MAGIC, sizeof MAGIC - 1) != 0)
		return "not of this version";
	age = wall - (int64_t)get64(head + sizeof MAGIC - 1);
	if (age < -AHEAD || age > INT32_MAX)
		return "written at another date than the clock's";
	while ((got = get_entry(r, &s, age > 0 ? age : 0)) == 1)
		;
	sum = s.value;
	if (got == -1 || !get(&s, number, sizeof number) ||
	    get64(number) != sum || getc(file) != EOF)
		return "damaged";
	return NULL;
}

bool
saved_read(struct resolver *r, const char *path)
{
	FILE *file = fopen(path, "re");
	const char *wrong;

	if (file == NULL) {
		if (errno != ENOENT)
			log_errno("%s", path);
		return errno == ENOENT;
	}
	wrong = saved_load(r, file, (int64_t)time(NULL));
	fclose(file);
	if (wrong == NULL) {
		log_line("%s: %zu sets known from before", path,
		    r->cache.entries);
		return true;
	}
	log_line("%s: ignored: %s", path, wrong);
	cache_clear(&r->cache);
	return false;
}

bool
saved_write(struct resolver *r, const char *path)
{
	char fresh[SAVED_PATH + 8];
	FILE *file;
	bool good;

	resolver_clock(r);
	snprintf(fresh, sizeof fresh, "%s.new", path);
	file = fopen(fresh, "we");
	good = file != NULL;
	if (good) {
		good = saved_store(r, file, (int64_t)time(NULL)) &&
		    fflush(file) == 0 && fsync(fileno(file)) == 0;
		if (fclose(file) == EOF)
			good = false;
	}
	if (good && rename(fresh, path) == 0)
		return true;
	log_errno("%s: not saved", path);
	unlink(fresh);
	return false;
}
