/* letter.c - reading a queued message for the peer */

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "letter.h"
#include "mail/line.h"
#include "mail/stuff.h"
#include "seven.h"

enum { BLOCK = 16384 };

/* The first octet beyond ASCII in [p, end), or NULL. */
static const char *
find_eight_bit(const char *p, const char *end)
{
	uint64_t word;

	for (; (size_t)(end - p) >= sizeof word; p += sizeof word) {
		memcpy(&word, p, sizeof word);
		if ((word & UINT64_C(0x8080808080808080)) != 0)
			break;
	}
	while (p < end && (*p & 0x80) == 0)
		p++;
	return p < end ? p : NULL;
}

/* Where in the block the header ends; *start: a line starts with it. */
static const char *
header_end(const char *p, const char *end, bool *start)
{
	const char *lf = NULL;

	while (p < end) {
		if (*start && (*p == '\n' || (*p == '\r' && p + 1 < end &&
		    p[1] == '\n')))
			return p;
		lf = line_find_end(p, end);
		*start = lf != NULL;
		p = lf == NULL ? end : lf + 1;
	}
	return NULL;
}

static void
look(struct letter *l, const char *p, const char *end, bool *in_header,
    bool *start)
{
	const char *stop, *found = find_eight_bit(p, end);

	if (*in_header) {
		stop = header_end(p, end, start);
		*in_header = stop == NULL;
		if (found != NULL && (stop == NULL || found < stop))
			l->eight_bit_header = true;
	}
	if (found != NULL)
		l->eight_bit = true;
}

bool
letter_open(struct letter *l, int fd, off_t body)
{
	bool in_header = true, start = true;
	char block[BLOCK];
	struct stat st;
	off_t at = body;
	ssize_t n;

	memset(l, 0, sizeof *l);
	l->fd = fd;
	l->body = body;
	if (fstat(fd, &st) == -1)
		return false;
	l->size = (long)(st.st_size - body);
	while ((in_header || !l->eight_bit) && at < st.st_size) {
		n = pread(fd, block, sizeof block, at);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0) {
			errno = n == 0 ? EIO : errno;
			return false;
		}
		look(l, block, block + n, &in_header, &start);
		at += n;
	}
	return true;
}

void
letter_close(struct letter *l)
{
	message_free(&l->parts);
	if (l->map != NULL)
		munmap(l->map, l->map_len);
	l->map = NULL;
}

static void
count(void *to, const char *text, size_t n)
{
	long *size = to;

	(void)text;
	*size += (long)n;
}

enum letter_end
letter_to_seven(struct letter *l)
{
	size_t body = (size_t)l->body;
	void *map;

	l->map_len = body + (size_t)l->size;
	map = mmap(NULL, l->map_len, PROT_READ, MAP_PRIVATE, l->fd, 0);
	if (map == MAP_FAILED)
		return LETTER_LATER;
	l->map = map;
	if (message_parse(&l->parts, (const char *)map + body,
	    (size_t)l->size) == -1)
		return LETTER_LATER;
	if (!seven_can(&l->parts))
		return LETTER_NEVER;
	l->seven = true;
	l->size = 0;
	seven_write(&l->parts, count, &l->size);
	return LETTER_OK;
}

struct stuffing {
	struct output	*out;
	bool		 line_start;
};

static void
stuff(void *to, const char *text, size_t n)
{
	struct stuffing *s = to;

	stuff_write(s->out, text, n, &s->line_start);
}

bool
letter_put(const struct letter *l, struct output *out)
{
	struct stuffing s = { out, true };
	char block[BLOCK];
	off_t at = l->body, end = at + l->size;
	ssize_t n;

	if (l->seven)
		seven_write(&l->parts, stuff, &s);
	while (!l->seven && at < end) {
		n = pread(l->fd, block, sizeof block, at);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0) {
			errno = n == 0 ? EIO : errno;
			return false;
		}
		stuff(&s, block, (size_t)n);
		at += n;
	}
	stuff_end(out, s.line_start);
	return true;
}
