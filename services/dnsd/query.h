/*
 * query.h - a message from a client, read and judged (RFC 1035 4, RFC 6891)
 */
#ifndef DNSD_QUERY_H
#define DNSD_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/name.h"
#include "dns/type.h"

enum {
	HEADER = 12,			/* octets */
	FLAG_QR = 0x8000, FLAG_AA = 0x0400, FLAG_TC = 0x0200,
	FLAG_RD = 0x0100, FLAG_CD = 0x0010, OPCODE_MASK = 0x7800,
	EDNS_DO = 0x8000
};

enum rcode {
	NOERROR = 0, FORMERR = 1, SERVFAIL = 2, NXDOMAIN = 3, NOTIMP = 4,
	REFUSED = 5, YXDOMAIN = 6, NOTAUTH = 9, BADVERS = 16,
	BADKEY = 17, BADCOOKIE = 23
};

enum option {
	OPTION_NSID = 3, OPTION_COOKIE = 10, OPTION_KEEPALIVE = 11,
	OPTION_PADDING = 12, OPTION_ERROR = 15
};

struct edns {
	bool		 present;
	uint8_t		 version;
	bool		 dnssec;	/* DO */
	bool		 nsid, keepalive, padding;	/* asked for */
	bool		 bad_cookie;	/* of a length that no cookie has */
	uint16_t	 size;		/* of UDP answers, at least 512 */
	uint8_t		 cookie_len;	/* 0, 8, or 16 to 40 */
	const uint8_t	*cookie;
};

struct query {
	const uint8_t	*octets;
	size_t		 size;
	uint16_t	 id, flags;
	size_t		 end;		/* of the question; HEADER if none */
	uint16_t	 type, class;
	struct name_key	 key;		/* the name asked for */
	struct edns	 edns;
	const uint8_t	*tsig;		/* rdata of a TSIG record, or NULL */
	size_t		 algorithm_len;	/* of the name it begins with */
	struct name	 key_name;	/* its owner */
	uint32_t	 serial;	/* IXFR: of the SOA in authority */
	bool		 has_serial;
};

/* What is to be done with it. */
enum verdict {
	QUERY_GOOD,
	QUERY_DROP,		/* silence: too short, or an answer itself */
	QUERY_BAD,		/* FORMERR, header alone */
	QUERY_BAD_EDNS,		/* FORMERR, question echoed */
	QUERY_OPCODE,		/* NOTIMP, header alone */
	QUERY_VERSION,		/* BADVERS */
	QUERY_KEY,		/* signed, and we have no keys: NOTAUTH */
	QUERY_COOKIE		/* no question but a cookie: RFC 7873 5.4 */
};

/* Read a message; octets must stay as long as the query is used. */
enum verdict query_read(struct query *, const uint8_t *octets, size_t size);

#endif
