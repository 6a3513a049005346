/*
 * stub.h - asking a name server that does the work (RFC 1034 5.3.1)
 *
 * One question at a time, over UDP, and over TCP when the answer is cut.
 * Ids and ports are random; an answer counts only if it comes from the
 * server that was asked and repeats id and question (RFC 5452).  Aliases are
 * followed, eight at most.
 */
#ifndef LABNET_DNS_STUB_H
#define LABNET_DNS_STUB_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

enum {
	STUB_SERVERS_MAX = 3,
	STUB_HOST_SIZE = 256,		/* a name without its final dot */
	STUB_MX_MAX = 64,		/* of one name; more are left out */
	STUB_ADDRESSES_MAX = 16
};

struct stub {
	struct sockaddr_storage server[STUB_SERVERS_MAX];
	size_t		n;
	unsigned	seconds;	/* for one attempt at one server */
	unsigned	rounds;		/* over all servers */
};

enum stub_end {
	STUB_OK,
	STUB_EMPTY,	/* the name is there, but nothing of the type */
	STUB_NO_NAME,	/* no such name */
	STUB_LATER,	/* no server could say */
	STUB_WRONG	/* not a name at all, or an alias that ends nowhere */
};

struct stub_mx {
	unsigned	preference;
	char		host[STUB_HOST_SIZE];	/* "" for the null MX */
};

/*
 * Whom to ask: "address" or "address:port" ("[address]:port" for IPv6); for
 * "" the nameserver lines of /etc/resolv.conf, or 127.0.0.1 without any.
 * Five seconds, two rounds.  0, or -1 if text is no address.
 */
int	stub_open(struct stub *, const char *text);

/*
 * The mail exchangers of a domain, as they came; or the addresses of a host
 * for one family (AF_INET, AF_INET6), port 0.  *n is 0 but for STUB_OK.
 */
enum stub_end	stub_mx(const struct stub *, const char *domain,
		    struct stub_mx list[STUB_MX_MAX], size_t *n);
enum stub_end	stub_addresses(const struct stub *, const char *host,
		    int family, struct sockaddr_storage
		    list[STUB_ADDRESSES_MAX], size_t *n);

/*
 * The TXT records of a name, the strings of each put together; an octet NUL
 * ends the text, what is longer is cut.
 */
enum { STUB_TEXT_MAX = 32, STUB_TEXT_SIZE = 2048 };
struct stub_text {
	char		text[STUB_TEXT_SIZE];
};
enum stub_end	stub_text(const struct stub *, const char *name,
		    struct stub_text list[STUB_TEXT_MAX], size_t *n);

/* --- for other types, and for tests ------------------------------------- */

struct name;

/*
 * One record of an answer: the octets of the message, where rdata starts in
 * it and its length.  0, or -1 for rdata that is wrong.
 */
typedef int	stub_record(void *to, const uint8_t *message, size_t size,
		    size_t at, size_t len);

/*
 * Ask for the records of that type.  each() counts up *found for those it
 * keeps; it begins at 0, again for each answer that is tried, and is 0 in the
 * end but for STUB_OK.
 */
enum stub_end	stub_resolve(const struct stub *, const char *host,
		    uint16_t type, stub_record *each, void *to,
		    size_t *found);

/*
 * Take the records of name and type out of a whole message, which answers
 * the query of n octets.  When the name is an alias in the answer, *name
 * becomes what it stands for.  STUB_LATER also for what is malformed.
 */
enum stub_end	stub_answer(const uint8_t *message, size_t size,
		    const uint8_t *query, size_t n, struct name *name,
		    uint16_t type, stub_record *each, void *to);

#endif
