/*
 * logged.h - what the code under test says in its log
 *
 * After logged_begin() descriptor 2 is a pipe; logged() is what was written
 * into it since the last call, without the stamps, or "".
 */
#ifndef LABNET_TESTS_LOGGED_H
#define LABNET_TESTS_LOGGED_H

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int	logged_pipe[2];

static inline void
logged_begin(void)
{
	if (pipe(logged_pipe) == -1 ||
	    fcntl(logged_pipe[0], F_SETFL, O_NONBLOCK) == -1 ||
	    dup2(logged_pipe[1], STDERR_FILENO) == -1)
		abort();
}

static inline const char *
logged(void)
{
	static char text[65537];
	ssize_t n = read(logged_pipe[0], text, sizeof text - 1);
	char *from, *to = text, *line = text;

	text[n < 0 ? 0 : n] = '\0';
	while ((from = strstr(line, "]: ")) != NULL) {
		size_t len = strcspn(from += 3, "\n");

		line = from + len + (from[len] == '\n');
		memmove(to, from, (size_t)(line - from));
		to += line - from;
	}
	*to = '\0';
	return text;
}

#endif
