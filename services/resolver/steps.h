/*
 * steps.h - what happens, told in numbered steps
 *
 * Each message sent or received for a client's question is a step; 1 is the
 * question's, the last one the answer's.  Told on standard output by
 * `resolver -q', in the log by `resolver -v'.
 */
#ifndef RESOLVER_STEPS_H
#define RESOLVER_STEPS_H

#include "client.h"
#include "sift.h"
#include "walk.h"

/* A line that is no step. */
void	 steps_note(const struct resolver *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));

/* A client has asked; it is told (effort NULL: from the cache alone). */
void	 steps_question(const struct resolver *, const struct client *,
	    const struct question *);
void	 steps_answer(const struct resolver *, const struct client *,
	    const struct effort *, const uint8_t *message, size_t size);

/* What a walk does and hears. */
void	 steps_ask(const struct walk *);
void	 steps_said(const struct walk *, const struct message *, enum said,
	    const struct sift *);
void	 steps_lookup(const struct walk *, const struct name *host);
void	 steps_truncated(const struct walk *);
void	 steps_silence(const struct walk *);

#endif
