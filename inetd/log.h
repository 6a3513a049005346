/*
 * log.h - inetd's log: one line an event, never in the way of a service
 *
 * Before log_start() a line is plain text on standard error; after it, each
 * has the time (UTC) and "inetd" in front.  Control and 8-bit bytes are
 * written as \xNN.  A line that cannot be written at once (disk full, pipe
 * full) is counted, and the count is told as soon as writing works again.
 */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Log from now on to the file at path, which also becomes descriptor 2 for
 * the services, or with NULL to what descriptor 2 is.  False, with errno
 * set, if the file cannot be opened; the log is as before then.
 */
bool	log_start(const char *path);

/*
 * Put a copy of all lines from now on into text too, as far as they fit;
 * with NULL no more.  Returns how many bytes the last copy has.
 */
size_t	log_copy(char *text, size_t size);

/*
 * Gather lines instead of writing each, until log_flush() writes them (the
 * loop does so before it waits for longer than a moment) or there are many.
 */
void	log_gather(void);
void	log_flush(void);

/* Write one line as it is, without the newline; at most 1023 bytes count. */
void	log_text(const char *text);

/* Write one line; format as for printf(3), without the newline. */
void	log_line(const char *format, ...)
	    __attribute__((format(printf, 1, 2)));
#endif
