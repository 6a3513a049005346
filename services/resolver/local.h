/* local.h - names that no server on the Internet should be asked about */
#ifndef RESOLVER_LOCAL_H
#define RESOLVER_LOCAL_H

#include "message.h"
#include "resolver.h"

/*
 * If the name is in a zone served here (RFC 6303, 6761) and no route of the
 * settings has it, or the type is ANY (RFC 8482): put the answer into the
 * cache.  True if that is what was done.
 */
bool	 local_answer(struct resolver *, const struct question *);

#endif
