/* log.c - log lines that cannot be forged */

#include <errno.h>
#include <signal.h>
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
	signal(SIGPIPE, SIG_IGN);
}

/* How text's octet is to be written; returns the length, at most 4. */
static size_t
escape_octet(char out[4], unsigned char c)
{
	static const char hex[] = "0123456789abcdef";

	if (c >= ' ' && c <= '~') {
		out[0] = out[1] = (char)c;
		return c == '\\' ? 2 : 1;
	}
	out[0] = '\\';
	out[1] = 'x';
	out[2] = hex[c >> 4];
	out[3] = hex[c & 15];
	return 4;
}

/* Escape text into out, which holds size; returns the length. */
static size_t
escape(char *out, size_t size, const char *text)
{
	char octet[4] = { 0 }, *to;
	size_t n = 0, cut = 0, len;

	for (; *text != '\0'; text++) {
		to = n + sizeof octet <= size ? out + n : octet;
		len = escape_octet(to, (unsigned char)*text);
		if (n + 3 <= size)
			cut = n;	/* no escape is cut in two */
		if (n + len > size) {
			memset(out + cut, '.', 3);
			return cut + 3;
		}
		if (to == octet)
			memcpy(out + n, octet, len);
		n += len;
	}
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
