/*
 * limit.h - how many like answers one network gets in a second
 *
 * Whoever forges a victim's address as his own makes us send the victim our
 * answers.  So like answers to one network (/24, or /56 of IPv6) over UDP
 * are counted; above the limit most are dropped and every `slip'th is sent
 * as an empty one with TC, so that an honest client at that address comes
 * back over TCP.  Clients with a cookie of ours, and networks that are
 * exempt, are not counted.
 */
#ifndef DNSD_LIMIT_H
#define DNSD_LIMIT_H

#include "query.h"
#include "server.h"

enum limit { LIMIT_SEND, LIMIT_SLIP, LIMIT_DROP };

/* What is to be done with an answer; `like` is the same for like ones. */
enum limit limit_answer(struct server *, const struct query *,
	    const struct client *, uint32_t like);

#endif
