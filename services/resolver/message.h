/*
 * message.h - DNS messages: reading any, made by whoever (RFC 1035 4)
 *
 * Nothing here trusts a length or a count.  Lengths are octets.
 */
#ifndef RESOLVER_MESSAGE_H
#define RESOLVER_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/name.h"
#include "dns/type.h"

enum {
	HEADER = 12,
	MESSAGE_MAX = 65535,
	UDP_MAX = 1232			/* RFC 9715 3.2: never a fragment */
};

enum message_flag {
	FLAG_QR = 0x8000, OPCODE_MASK = 0x7800, FLAG_AA = 0x0400,
	FLAG_TC = 0x0200, FLAG_RD = 0x0100, FLAG_RA = 0x0080,
	FLAG_CD = 0x0010, RCODE_MASK = 15
};

enum rcode {
	NOERROR = 0, FORMERR = 1, SERVFAIL = 2, NXDOMAIN = 3, NOTIMP = 4,
	REFUSED = 5, BADVERS = 16
};

enum section { QUESTION, ANSWER, AUTHORITY, ADDITIONAL, SECTIONS };

enum { OPT_DO = 0x8000 };		/* in the time to live of an OPT */

struct message {
	const uint8_t	*octets;
	size_t		 size;
	uint16_t	 id, flags;
	uint16_t	 counts[SECTIONS];
};

/* A record as it stands in a message. */
struct record {
	struct name	 owner;
	uint16_t	 type, class;
	uint32_t	 ttl;		/* above 2^31 - 1 read as 0: 2181 8 */
	enum section	 section;
	size_t		 at;		/* of its rdata */
	size_t		 len;
};

/* Goes through the records of a message, in order. */
struct record_reader {
	const struct message *message;
	size_t		 at;
	unsigned	 left[SECTIONS];
	bool		 bad;		/* ended by a malformed record */
};

/* What a client asks. */
struct question {
	uint16_t	 id, flags;
	struct name	 name;		/* in the client's own case */
	uint16_t	 type, class;
	size_t		 end;		/* of the question in its message */
	bool		 edns;		/* an OPT came along */
	bool		 dnssec;	/* with DO (RFC 3225) */
	uint8_t		 version;
	size_t		 size;		/* of the largest UDP answer */
};

enum verdict {
	QUESTION_GOOD,
	QUESTION_DROP,		/* no question at all: silence */
	QUESTION_BAD,		/* FORMERR, header only */
	QUESTION_OPCODE,	/* NOTIMP, header only */
	QUESTION_VERSION	/* BADVERS */
};

static inline uint16_t
get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t
get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

static inline void
put16(uint8_t *p, size_t n)
{
	p[0] = (uint8_t)(n >> 8);
	p[1] = (uint8_t)n;
}

static inline void
put32(uint8_t *p, uint32_t n)
{
	put16(p, n >> 16);
	put16(p + 2, n & 0xffff);
}

/* Read the header; false if there is none. */
bool	 message_open(struct message *, const uint8_t *, size_t size);

/*
 * The question of a message that has exactly one: its end, or 0 if there is
 * none that is well formed.
 */
size_t	 message_question(const struct message *, struct name *,
	    uint16_t *type, uint16_t *class);

/* Begin behind the question, which ends at `at`. */
void	 records_begin(struct record_reader *, const struct message *,
	    size_t at);
/* The same of any message, with a question or without. */
void	 records_start(struct record_reader *, const struct message *);
/* The next record; false at the end, or (then bad) at one that is broken. */
bool	 records_next(struct record_reader *, struct record *);

/*
 * The rdata of a record with its names written out, into room octets.  Its
 * length, or -1 if it is no rdata of its type or there is no room.
 */
long	 record_rdata(const struct message *, const struct record *,
	    uint8_t *out, size_t room);

/* Read what a client sent. */
enum verdict question_read(struct question *, const uint8_t *, size_t size);

#endif
