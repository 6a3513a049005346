/*
 * rdata.h - record data: from text to the wire, and its fields on the wire
 *
 * What a type's rdata consists of is said by its row in type.c alone; rdata
 * on the wire is uncompressed everywhere in this library.
 */
#ifndef LABNET_DNS_RDATA_H
#define LABNET_DNS_RDATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/name.h"
#include "dns/token.h"
#include "dns/type.h"

enum { RDATA_MAX = 65535, TTL_MAX = 0x7fffffff };

struct rdata {
	size_t	 len;
	uint8_t	 octets[RDATA_MAX];
};

/*
 * Read rdata of a type from the words that follow, up to and with the end of
 * the record.  Takes the generic form \# LENGTH HEX for every type and for
 * unknown ones nothing else (RFC 3597 5).  Returns NULL, or in words what is
 * wrong; the rest of the record is then still to be read.
 */
const char *rdata_read(struct rdata *, uint16_t type, struct lexer *,
	    const struct name *origin);

/*
 * Length of the first field of rdata, whose letter is given; -1 if it does
 * not fit into left octets.
 */
long	 rdata_field(char field, const uint8_t *p, size_t left);

/* Is this well-formed rdata for the type?  Any is for a type without row. */
bool	 rdata_valid(uint16_t type, const uint8_t *p, size_t len);

/* Seconds, or 1w2d3h4m5s in any part; NULL, or what is wrong. */
const char *ttl_from_text(uint32_t *ttl, const char *text, size_t len);

/* Decimal up to max; false if it is not that. */
bool	 number_from_text(uint32_t *n, const char *text, size_t len,
	    uint32_t max);

#endif
