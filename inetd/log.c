/* log.c - inetd's log: one line an event, never in the way of a service */

#define _GNU_SOURCE	/* dup3 */
#include <sys/socket.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "descriptor.h"
#include "log.h"
#include "number.h"

enum {
	TEXT_SIZE = 1024,
	STAMP_SIZE = 64,	/* time, name and newline */
	RECORD_SIZE = 4 * TEXT_SIZE + STAMP_SIZE,
	GATHER = 4096		/* what a pipe takes whole or not at all */
};

static int	 out = STDERR_FILENO;
static bool	 started;
static bool	 is_socket;
static bool	 may_block;
static bool	 torn;			/* the last line has no end */
static unsigned long lost;
static struct {
	char		*text;
	size_t		 size, used;
} copy;
static struct {
	bool		 on;
	char		 text[GATHER];
	size_t		 used;
	unsigned long	 lines;
} gathered;

/*
 * Descriptor 2 again, but with flags of its own: non-blocking for us must
 * not become non-blocking for the services.
 */
static int
reopen_stderr(void)
{
	int fd = descriptor_move(open("/proc/self/fd/2", O_WRONLY | O_APPEND |
	    O_NONBLOCK | O_CLOEXEC | O_NOCTTY), PARKED);

	may_block = fd == -1;	/* no /proc, or a socket */
	return fd != -1 ? fd : STDERR_FILENO;
}

bool
log_start(const char *path)
{
	int fd, old = out;
	struct stat st;

	if (path == NULL)
		fd = reopen_stderr();
	else {
		fd = descriptor_move(open(path, O_WRONLY | O_APPEND | O_CREAT |
		    O_CLOEXEC | O_NOCTTY, 0640), PARKED);
		if (fd == -1)
			return false;
		if (dup3(fd, STDERR_FILENO, 0) == -1) {
			close(fd);
			return false;
		}
	}
	out = fd;
	torn = false;
	may_block = may_block && path == NULL;
	is_socket = fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode);
	started = true;
	if (old != STDERR_FILENO)
		close(old);
	return true;
}

/* Write as much as can be written at once. */
static ssize_t
write_now(const char *record, size_t len)
{
	struct pollfd room = { out, POLLOUT, 0 };

	if (is_socket)
		return send(out, record, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (may_block && poll(&room, 1, 0) != 1)
		return -1;
	return write(out, record, len);
}

/* Write a record; false if that was not possible, or only in part. */
static bool
put(const char *record, size_t len)
{
	ssize_t n;

	if (torn && write_now("\n", 1) != 1)
		return false;
	torn = false;
	n = write_now(record, len);
	if (n > 0)	/* a file system may fill up in the midst of it */
		torn = record[n - 1] != '\n';
	return n == (ssize_t)len;
}

/* The time and our name; to has room. */
static size_t
put_time(char *to)
{
	static time_t when;
	static char text[32];
	struct timespec now;
	struct tm tm;
	char *end;

	clock_gettime(CLOCK_REALTIME, &now);
	if (now.tv_sec != when && gmtime_r(&now.tv_sec, &tm) != NULL) {
		strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.", &tm);
		when = now.tv_sec;
	}
	end = number_put(stpcpy(to, text), (uint64_t)now.tv_nsec / 1000000, 3);
	return (size_t)(stpcpy(end, "Z inetd: ") - to);
}

/* Append text, escaped and cut at TEXT_SIZE, and a newline. */
static size_t
escape(char *to, const char *text)
{
	static const char hex[] = "0123456789abcdef";
	char *start = to;

	for (const char *p = text; *p != '\0' && p < text + TEXT_SIZE; p++) {
		unsigned char c = (unsigned char)*p;

		if (c >= ' ' && c < 0x7f) {
			*to++ = (char)c;
			continue;
		}
		*to++ = '\\';
		*to++ = 'x';
		*to++ = hex[c >> 4];
		*to++ = hex[c & 15];
	}
	*to++ = '\n';
	return (size_t)(to - start);
}

size_t
log_copy(char *text, size_t size)
{
	size_t used = copy.used;

	copy.text = text;
	copy.size = size;
	copy.used = 0;
	return used;
}

void
log_gather(void)
{
	gathered.on = started;
}

void
log_flush(void)
{
	if (gathered.used != 0 && !put(gathered.text, gathered.used))
		lost += gathered.lines;
	gathered.used = 0;
	gathered.lines = 0;
	gathered.on = false;
}

/* Room for a record of text among those gathered, or NULL. */
static char *
gather(const char *text)
{
	size_t most = 4 * strnlen(text, TEXT_SIZE) + STAMP_SIZE;

	if (!gathered.on)
		return NULL;
	if (gathered.used + most > sizeof gathered.text) {
		log_flush();
		gathered.on = true;
	}
	return most > sizeof gathered.text ? NULL :
	    gathered.text + gathered.used;
}

/* Say how many lines were lost, if that can be said now. */
static void
tell_lost(void)
{
	char record[RECORD_SIZE], missing[64];
	size_t len;

	snprintf(missing, sizeof missing, "%lu log lines lost", lost);
	len = put_time(record);
	len += escape(record + len, missing);
	if (put(record, len))
		lost = 0;
}

/* Put the line, with the time if it is to have one, to where it fits. */
static size_t
compose(char *to, const char *text)
{
	size_t start = started ? put_time(to) : 0, len;

	len = escape(to + start, text);
	if (copy.text != NULL && copy.size - copy.used > len) {
		memcpy(copy.text + copy.used, to + start, len);
		copy.used += len;
	}
	return start + len;
}

/* Write the line by itself. */
static void
write_alone(const char *text)
{
	char record[RECORD_SIZE];
	size_t len = compose(record, text);

	if (!put(record, len))
		lost++;
}

void
log_text(const char *text)
{
	int saved = errno;
	char *to;

	if (started && lost != 0)
		tell_lost();
	to = gather(text);
	if (to == NULL) {
		write_alone(text);
	} else {
		gathered.used += compose(to, text);
		gathered.lines++;
	}
	errno = saved;
}

void
log_line(const char *format, ...)
{
	char text[TEXT_SIZE];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	log_text(text);
}
