/* sequence.c - parse, sort, merge */

#include <stdlib.h>

#include "sequence.h"

static int
push(struct sequence *q, struct range r)
{
	struct range *more;
	size_t room;

	if (q->n == q->room) {
		room = q->room == 0 ? 16 : q->room * 2;
		more = reallocarray(q->r, room, sizeof *more);
		if (more == NULL)
			return -1;
		q->r = more;
		q->room = room;
	}
	q->r[q->n++] = r;
	return 0;
}

static int
by_from(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	return x->from < y->from ? -1 : x->from > y->from;
}

void
sequence_sort(struct sequence *q)
{
	size_t to = 0;

	if (q->n < 2)
		return;
	qsort(q->r, q->n, sizeof *q->r, by_from);
	for (size_t i = 1; i < q->n; i++)
		if (q->r[i].from <= q->r[to].to ||
		    q->r[i].from - 1 == q->r[to].to) {
			if (q->r[i].to > q->r[to].to)
				q->r[to].to = q->r[i].to;
		} else {
			q->r[++to] = q->r[i];
		}
	q->n = to + 1;
}

/* A number or a star at *p, which moves on.  0 is not one. */
static uint32_t
number(const char **p, const char *end, uint32_t star)
{
	uint64_t n = 0;

	if (*p < end && **p == '*') {
		++*p;
		return star == 0 ? UINT32_MAX : star;
	}
	for (; *p < end && **p >= '0' && **p <= '9'; ++*p) {
		n = n * 10 + (uint64_t)(**p - '0');
		if (n > UINT32_MAX)
			return 0;
	}
	return (uint32_t)n;
}

const char *
sequence_parse(struct sequence *q, const struct text *t, uint32_t star)
{
	const char *p = t->s, *end = p + t->n;
	struct range r;
	uint32_t swap;

	for (q->n = 0; ; p++) {
		r.from = r.to = number(&p, end, star);
		if (p < end && *p == ':') {
			p++;
			r.to = number(&p, end, star);
		}
		if (r.from == 0 || r.to == 0)
			return "Invalid number in set";
		if (r.from > r.to) {
			swap = r.from;
			r.from = r.to;
			r.to = swap;
		}
		if (push(q, r) == -1)
			return "Set too large";
		if (p == end)
			break;
		if (*p != ',')
			return "Invalid set";
	}
	sequence_sort(q);
	return NULL;
}

int
sequence_add_range(struct sequence *q, uint32_t from, uint32_t to)
{
	if (q->n > 0 && q->r[q->n - 1].to + 1 == from) {
		q->r[q->n - 1].to = to;
		return 0;
	}
	return push(q, (struct range){ from, to });
}

int
sequence_add(struct sequence *q, uint32_t n)
{
	return sequence_add_range(q, n, n);
}

int
sequence_copy(struct sequence *to, const struct sequence *from)
{
	to->n = 0;
	for (size_t i = 0; i < from->n; i++)
		if (push(to, from->r[i]) == -1)
			return -1;
	return 0;
}

size_t
sequence_find(const struct sequence *q, uint32_t n)
{
	size_t low = 0, high = q->n, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (q->r[mid].to < n)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

bool
sequence_has(const struct sequence *q, uint32_t n)
{
	size_t i = sequence_find(q, n);

	return i < q->n && q->r[i].from <= n;
}

void
sequence_clear(struct sequence *q)
{
	q->n = 0;
}

void
sequence_free(struct sequence *q)
{
	free(q->r);
	*q = (struct sequence){ 0 };
}

int
sequence_write(const struct sequence *q, struct buf *b)
{
	const char *comma = "";

	for (size_t i = 0; i < q->n; i++, comma = ",") {
		if (buf_format(b, "%s%u", comma, q->r[i].from) == -1)
			return -1;
		if (q->r[i].to != q->r[i].from &&
		    buf_format(b, ":%u", q->r[i].to) == -1)
			return -1;
	}
	return 0;
}
