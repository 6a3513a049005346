/* statistics.c - what was asked and answered, counted for all processes */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "io/log.h"
#include "statistics.h"

enum row {
	OVER_UDP, OVER_TCP, WITH_EDNS, WITH_DO, TRUNCATED, NOT_A_QUERY,
	LIMITED_DROPPED, LIMITED_SLIPPED, TRANSFERS,
	RCODE,				/* 0 to 10, and others */
	TYPES = RCODE + 12,
	ROWS = TYPES + 18
};

static const char *const names[TYPES] = {
	"udp", "tcp", "edns", "do", "truncated", "not-a-query",
	"limited-dropped", "limited-slipped", "transfers",
	"rcode-noerror", "rcode-formerr", "rcode-servfail", "rcode-nxdomain",
	"rcode-notimp", "rcode-refused", "rcode-yxdomain", "rcode-yxrrset",
	"rcode-nxrrset", "rcode-notauth", "rcode-notzone", "rcode-other"
};

/* Types with a row of their own; the last row is for all others. */
static const uint16_t types[ROWS - TYPES - 1] = { TYPE_A, TYPE_NS,
	TYPE_CNAME, TYPE_SOA, TYPE_PTR, TYPE_MX, TYPE_TXT, TYPE_AAAA, TYPE_SRV,
	35, TYPE_DS, TYPE_DNSKEY, TYPE_HTTPS, 257, TYPE_IXFR, TYPE_AXFR,
	TYPE_ANY };

static uint64_t			 counted[ROWS];
static uint8_t			 row_of_type[258];
static struct statistics_file	*shared;

/* What a row is called. */
static void
put_name(char name[sizeof shared->row->name], unsigned row)
{
	char text[TYPE_TEXT] = "other";

	if (row >= TYPES && row < ROWS - 1)
		type_text(text, types[row - TYPES]);
	if (row < TYPES)
		strncpy(name, names[row], sizeof shared->row->name - 1);
	else
		snprintf(name, sizeof shared->row->name, "type-%s", text);
}

static void
write_names(void)
{
	memcpy(shared->magic, STATISTICS_MAGIC, sizeof shared->magic);
	shared->rows = ROWS;
	for (unsigned i = 0; i < ROWS; i++)
		put_name(shared->row[i].name, i);
}

void
statistics_open(const char *file)
{
	size_t size = sizeof *shared + ROWS * sizeof *shared->row;
	int fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	void *map;

	for (unsigned i = 0; i < sizeof row_of_type; i++)
		row_of_type[i] = ROWS - 1;
	for (unsigned i = 0; i < sizeof types / sizeof *types; i++)
		row_of_type[types[i]] = (uint8_t)(TYPES + i);
	if (fd == -1) {
		if (errno != ENOENT && errno != EACCES)
			log_errno("%s", file);
		return;
	}
	if (ftruncate(fd, (off_t)size) == 0) {
		map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		    0);
		shared = map != MAP_FAILED ? map : NULL;
	}
	close(fd);
	if (shared != NULL)
		write_names();
}

void
statistics_flush(void)
{
	for (unsigned i = 0; i < ROWS && shared != NULL; i++)
		if (counted[i] != 0)
			__atomic_fetch_add(&shared->row[i].value, counted[i],
			    __ATOMIC_RELAXED);
	memset(counted, 0, sizeof counted);
}

void
statistics_drop(void)
{
	counted[NOT_A_QUERY]++;
}

void
statistics_limited(bool slipped)
{
	counted[slipped ? LIMITED_SLIPPED : LIMITED_DROPPED]++;
}

void
statistics_transfer(void)
{
	counted[TRANSFERS]++;
}

void
statistics_answer(const struct reply *r, const struct client *client)
{
	const struct query *q = r->query;

	counted[client->transport == UDP ? OVER_UDP : OVER_TCP]++;
	counted[WITH_EDNS] += q->edns.present;
	counted[WITH_DO] += q->edns.dnssec;
	counted[TRUNCATED] += (r->flags & FLAG_TC) != 0;
	counted[RCODE + (r->rcode <= 10 ? (unsigned)r->rcode : 11)]++;
	if (q->end > HEADER)
		counted[q->type < sizeof row_of_type ?
		    row_of_type[q->type] : ROWS - 1]++;
}
