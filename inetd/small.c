/* small.c - the small services: echo, discard, chargen, daytime and time */
#include <sys/socket.h>
#include <sys/types.h>

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include "small.h"

enum {
	PIECE = 4096,		/* octets sent in a turn */
	WASTE = 1 << 16,	/* octets thrown away: they are not copied */
	PRINTABLE = 95,		/* characters of ASCII */
	COLUMNS = 72,
	WIDTH = COLUMNS + 2	/* with CR LF */
};

/* What send(2) or recv(2) returned: is nothing more to be had from there? */
static bool
is_over(ssize_t n)
{
	return n == 0 || (n == -1 && errno != EAGAIN && errno != EINTR);
}

static ssize_t
give(int fd, const void *octets, size_t len)
{
	return send(fd, octets, len, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static ssize_t
waste(int fd, size_t most)
{
	return recv(fd, NULL, most, MSG_DONTWAIT | MSG_TRUNC);
}

static short
echo(int fd, short ready, unsigned *at)
{
	char piece[PIECE];
	ssize_t n = recv(fd, piece, sizeof piece, MSG_DONTWAIT | MSG_PEEK);

	(void)ready, (void)at;
	if (n <= 0)
		return is_over(n) ? 0 : POLLIN;
	n = give(fd, piece, (size_t)n);
	if (n == -1)
		return is_over(n) ? 0 : POLLOUT;
	return waste(fd, (size_t)n) == n ? POLLIN : 0;
}

static short
discard(int fd, short ready, unsigned *at)
{
	(void)ready, (void)at;
	return is_over(waste(fd, WASTE)) ? 0 : POLLIN;
}

/* RFC 864: each line begins one character later than the one before. */
static const char *
pattern(void)
{
	static char all[PRINTABLE * WIDTH + PIECE];

	if (all[0] != '\0')
		return all;
	for (size_t i = 0; i < sizeof all; i++) {
		size_t line = i / WIDTH, column = i % WIDTH;

		all[i] = column < COLUMNS ?
		    (char)(' ' + (line + column) % PRINTABLE) :
		    "\r\n"[column - COLUMNS];
	}
	return all;
}

static short
chargen(int fd, short ready, unsigned *at)
{
	ssize_t n;

	if ((ready & POLLIN) && is_over(waste(fd, WASTE)))
		return 0;
	if (ready & POLLOUT) {
		n = give(fd, pattern() + *at, PIECE);
		if (is_over(n))
			return 0;
		if (n > 0)
			*at = (*at + (unsigned)n) % (PRINTABLE * WIDTH);
	}
	return POLLIN | POLLOUT;
}

/* The text is the RFC's first example, in UTC: inetd knows no other zone. */
static short
daytime(int fd, short ready, unsigned *at)
{
	time_t now = time(NULL);
	struct tm tm;
	char text[64];
	size_t len = 0;

	(void)ready, (void)at;
	if (gmtime_r(&now, &tm) != NULL)
		len = strftime(text, sizeof text,
		    "%A, %B %d, %Y %H:%M:%S-UTC\r\n", &tm);
	give(fd, text, len);
	return 0;
}

/* Seconds since 1900, which begin anew in 2036. */
static short
time_of_day(int fd, short ready, unsigned *at)
{
	uint32_t now = (uint32_t)time(NULL) + 2208988800U;
	const uint8_t octets[] = { (uint8_t)(now >> 24), (uint8_t)(now >> 16),
	    (uint8_t)(now >> 8), (uint8_t)now };

	(void)ready, (void)at;
	give(fd, octets, sizeof octets);
	return 0;
}

static const struct small services[] = {
	{ "echo",	echo },
	{ "discard",	discard },
	{ "chargen",	chargen },
	{ "daytime",	daytime },
	{ "time",	time_of_day },
	{ NULL,		NULL },
};

const struct small *
small_find(const char *name)
{
	const struct small *s = services;

	while (s->name != NULL && strcmp(s->name, name) != 0)
		s++;
	return s->name == NULL ? NULL : s;
}
