/*
 * dns_answer.c - any message, to a zone that has a bit of everything: the
 * packet reader and the packet writer
 *
 * fuzz: services/lib/dns/[a-z]*.c services/lib/io/log.c services/lib/io/conf.c
 * fuzz: services/dnsd/query.c services/dnsd/reply.c services/dnsd/answer.c
 * fuzz: services/dnsd/denial.c services/dnsd/denial3.c services/dnsd/edns.c
 * fuzz: services/dnsd/chaos.c services/dnsd/server.c services/dnsd/transfer.c
 * fuzz: services/dnsd/network.c services/dnsd/limit.c services/dnsd/querylog.c
 * fuzz: services/dnsd/statistics.c
 * fuzz: services/zonec/segment.c services/zonec/image.c
 * fuzz: services/zonec/draft.c services/zonec/zones.c
 */

#include "dns_serve.h"

static const char zone[] =
    "$TTL 60\n"
    "@ SOA ns a 1 2 3 4 5\n@ NS ns\n@ MX 1 m\nns A 1.2.3.4\nm A 1.2.3.4\n"
    "@ RRSIG SOA 8 1 60 20300101000000 20200101000000 1 test. AAAA\n"
    "@ NSEC a NS SOA\na NSEC z A\nz NSEC @ A\n"
    "a A 1.2.3.4\na A 1.2.3.5\na AAAA ::1\nz A 1.2.3.4\n"
    "*.w A 1.2.3.4\n*.w MX 1 m\nx.y.e A 1.2.3.4\n"
    "c CNAME a\nd DNAME e\nl CNAME l\nk DNAME k\nn CNAME x.s\n"
    "s NS ns.s\ns NS ns\nns.s A 1.2.3.4\ns DS 1 8 1 00\n"
    "t TXT x y\nv SRV 1 2 3 m\nu TYPE65280 \\# 1 00\n"
    "$GENERATE 1-90 b A 10.0.0.$\n$GENERATE 1-90 b MX $ h$.b\n";

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct server server;

	if (server.db.map == NULL)
		assert(serve_text(&server, zone, sizeof zone - 1));
	ask(&server, data, size);
	return 0;
}
