/*
 * log.h - one line a fact, on descriptor 2
 *
 * A line is "2026-11-22T02:51:11.042Z smtpd[4711]: text\n" and goes out in
 * one write(2), so lines of many processes never mix.  Bytes that could forge a
 * line or drive a terminal (controls, and all above 0x7e) appear as \xHH,
 * a backslash as \\.  A line is cut at LOG_LINE_MAX octets and then ends in
 * "...".  A log that cannot be written is no reason to stop serving: what
 * fails here is dropped.
 */
#ifndef LABNET_IO_LOG_H
#define LABNET_IO_LOG_H

enum { LOG_LINE_MAX = 1024 };

/*
 * Name the program; the string is kept, not copied.  From here on SIGPIPE is
 * ignored: who is gone, client or log, shows as EPIPE.
 */
void	log_open(const char *program);

/* One line; fmt as for printf(3), always a literal. */
void	log_line(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The same, followed by ": " and the words for errno.  Keeps errno. */
void	log_errno(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* How a service ends, after inetd's contract: see service(7). */
enum {
	EXIT_NEVER = 100,	/* wrongly called: trying again is no use */
	EXIT_LATER = 111	/* the system failed: trying again may work */
};

#endif
