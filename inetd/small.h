/*
 * small.h - the small services: echo, discard, chargen, daytime and time
 *
 * RFC 862, 863, 864, 867 and 868 over TCP, in pieces small enough for the
 * loop.  What a client has sent stays in the kernel until it has been
 * answered, so there is no buffer to be filled: a client that does not read
 * is not read from.
 */
#ifndef SMALL_H
#define SMALL_H

struct small {
	const char	*name;

	/*
	 * Do a bounded piece of work for the client fd, which is ready for
	 * these events of poll(2); never wait.  Returns the events to wait
	 * for, or 0 if the service is over.  *at is 0 at first, and its own.
	 */
	short		(*turn)(int fd, short ready, unsigned *at);
};

/* The one of that name, or NULL. */
const struct small	*small_find(const char *name);
#endif
