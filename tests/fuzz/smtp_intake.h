/*
 * smtp_intake.h - for the targets that feed a message to smtpd's intake: what
 * it would ask of the rest of smtpd, and the file that it has written
 */
#ifndef LABNET_TESTS_FUZZ_SMTP_INTAKE_H
#define LABNET_TESTS_FUZZ_SMTP_INTAKE_H

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../services/smtpd/intake.c"

void
reply(struct session *s, int code, const char *status, const char *fmt, ...)
{
	(void)s, (void)code, (void)status, (void)fmt;
}

void
intake_open(struct intake *x, struct session *s)
{
	(void)x, (void)s;
}

void
intake_settle(struct intake *x, struct session *s)
{
	(void)x, (void)s;
}

void
intake_drop(struct intake *x)
{
	(void)x;
}

int
ask_deliver(struct session *s, const char *verb, const char *argument,
    char *answer)
{
	(void)s, (void)verb, (void)argument, (void)answer;
	return 550;
}

static struct session	session;

/* What became of the octets. */
struct result {
	char	*text;		/* of the file: the caller frees it */
	size_t	 len, lines;	/* of it; as the intake has counted them */
	bool	 done, bare;
	int64_t	 size;
	unsigned hops;
};

/* An intake with one place, a file in memory. */
static inline void
result_begin(struct intake *x)
{
	intake_init(x, &session);
	x->places[0] = memfd_create("message", 0);
	x->n = 1;
	assert(x->places[0] != -1);
}

static inline void
result_end(struct result *r, struct intake *x)
{
	ssize_t len;

	intake_flush(x);
	assert(x->error == 0);
	len = lseek(x->places[0], 0, SEEK_CUR);
	*r = (struct result){ malloc((size_t)len + 1), (size_t)len, x->lines,
	    x->done, x->bare, x->size, x->hops };
	assert(pread(x->places[0], r->text, r->len, 0) == len);
	close(x->places[0]);
}

static inline size_t
result_line_ends(const struct result *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->len; i++)
		n += r->text[i] == '\n';
	return n;
}

/* Two ways to cut the same message into pieces; is the text compared, too? */
static inline void
result_compare(const struct result *a, const struct result *b, bool text)
{
	assert(a->done == b->done && a->bare == b->bare &&
	    a->size == b->size && a->hops == b->hops);
	assert(!text || (a->lines == b->lines && a->len == b->len &&
	    memcmp(a->text, b->text, a->len) == 0));
}

#endif
