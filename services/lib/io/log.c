/* log.c - log lines that cannot be forged */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "io/log.h"

static const char	*name = "labnet";

void
log_open(const char *program)
{
	name = program;
}

/* Escape text into out; returns the length, at most size. */
static size_t
escape(char *out, size_t size, const char *text)
{
	static const char hex[] = "0123456789abcdef";
	size_t n = 0;

	for (; *text != '\0' && n + 4 <= size; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '\\') {
			out[n++] = '\\';
			out[n++] = '\\';
		} else if (c < ' ' || c > '~') {
			out[n++] = '\\';
			out[n++] = 'x';
			out[n++] = hex[c >> 4];
			out[n++] = hex[c & 15];
		} else {
			out[n++] = (char)c;
		}
	}
	if (*text != '\0' && n >= 3)
		memcpy(out + n - 3, "...", 3);
	return n;
}

/* Put the stamp and the escaped text on descriptor 2. */
static void
emit(const char *text)
{
	char line[LOG_LINE_MAX];
	struct timespec now;
	struct tm utc;
	size_t n = 0;

	clock_gettime(CLOCK_REALTIME, &now);
	if (gmtime_r(&now.tv_sec, &utc) != NULL)
		n = strftime(line, sizeof line, "%Y-%m-%dT%H:%M:%S", &utc);
	n += (size_t)snprintf(line + n, sizeof line - n, ".%03ldZ %.32s[%ld]: ",
	    now.tv_nsec / 1000000, name, (long)getpid());
	n += escape(line + n, sizeof line - n - 1, text);
	line[n++] = '\n';
	while (write(STDERR_FILENO, line, n) == -1 && errno == EINTR)
		;
}

void
log_line(const char *fmt, ...)
{
	char text[LOG_LINE_MAX];
	int saved = errno;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	emit(text);
	errno = saved;
}

void
log_errno(const char *fmt, ...)
{
	char text[LOG_LINE_MAX];
	int saved = errno;
	va_list ap;
	size_t n;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	n = strlen(text);
	snprintf(text + n, sizeof text - n, ": %s", strerror(saved));
	emit(text);
	errno = saved;
}
