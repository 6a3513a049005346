/*
 * header.h - the PROXY protocol's header, versions 1 and 2
 *
 * A front proxy sends it ahead of the client's first byte, and says in it who
 * the client is (haproxy.org, doc/proxy-protocol.txt, sections 2.1 and 2.2).
 */
#ifndef HEADER_H
#define HEADER_H

#include <stddef.h>
#include <stdint.h>

#include "address.h"

enum { HEADER_MAX = 536 };	/* bytes; version 1 has 107 at most */

enum header { HEADER_WHOLE, HEADER_SHORT, HEADER_WRONG };

/*
 * Parse what has come so far.  HEADER_WHOLE: the header has *used bytes;
 * *known tells whether it names a client, which *client is then, and the
 * address that it called is *here.  HEADER_SHORT: there must come more.
 */
enum header	header_parse(const uint8_t *bytes, size_t len, size_t *used,
		    bool *known, struct source *client, struct source *here);
#endif
