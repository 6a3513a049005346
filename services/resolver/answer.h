/* answer.h - answers to clients, made of what the cache knows */
#ifndef RESOLVER_ANSWER_H
#define RESOLVER_ANSWER_H

#include "message.h"
#include "resolver.h"

/*
 * Answer a question from what the cache knew at the time `then`, into limit
 * octets.  Its length; 0: the cache does not know.  An answer too long is
 * cut (TC).  message is the one that asked, key made of its name.  *due, if
 * not NULL, becomes true if some of it is popular and will expire soon: said
 * once of a set.
 */
size_t	 answer_cached(struct resolver *, const struct question *,
	    const struct name_key *, const uint8_t *message, int64_t then,
	    uint8_t *out, size_t limit, bool *due);

/* An answer that is only a code; what it is to be told in HEADER.. octets. */
size_t	 answer_error(const struct question *, const uint8_t *message,
	    enum rcode, uint8_t *out);

#endif
