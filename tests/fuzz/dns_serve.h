/* dns_serve.h - for the DNS fuzz targets: a zone's text, compiled and served */
#ifndef LABNET_TESTS_FUZZ_DNS_SERVE_H
#define LABNET_TESTS_FUZZ_DNS_SERVE_H

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dns/zonefile.h"
#include "../../services/dnsd/query.h"
#include "../../services/dnsd/server.h"
#include "../../services/zonec/segment.h"
#include "../../services/zonec/zones.h"

/* Compile the text of test.zone into a file and map it; false: errors. */
static inline bool
serve_text(struct server *s, const char *text, size_t len)
{
	static struct draft out;
	static struct zone zone;
	struct name apex;
	struct zones zones;
	FILE *file;
	bool good = false;

	assert(name_from_text(&apex, "test", 4, NULL) == NULL);
	assert(zone_init(&zone, &apex));
	if (zonefile_read_text(&zone, AT_FDCWD, "test.zone", text, len) &&
	    zone_check(&zone) && (file = tmpfile()) != NULL) {
		draft_open(&out, fileno(file));
		zones_begin(&zones, &out);
		draft_align(&out, ZONEDB_ALIGN);
		good = zones_add(&zones, &apex, out.at) &&
		    segment_write(&out, &zone) && zones_end(&zones, &out) &&
		    zonedb_map(&s->db, fileno(file));
		assert(good);
		free(zones.slots);
		fclose(file);
	}
	zone_free(&zone);
	s->settings = (struct settings){ .identity = "fuzz", .version = "f",
	    .udp_size = UDP_MAX, .tcp_idle = 10, .additional = true };
	return good;
}

/* Read an answer as a client would; anything odd aborts. */
static inline void
check_answer(const uint8_t *p, size_t len)
{
	size_t at = 12, records = 0;
	struct name name;

	assert(len >= 12 && (p[2] & 0x80) != 0 && p[4] == 0 && p[5] <= 1);
	if (p[5] == 1) {
		at += name_length(p + 12, len - 12) + 4;
		assert(at >= 17 && at <= len);
	}
	for (int i = 6; i < 12; i += 2)
		records += (size_t)(p[i] << 8 | p[i + 1]);
	for (; records > 0; records--) {
		size_t owner = name_unpack(&name, p, len, at);

		assert(owner > 0 && len - at - owner >= 10);
		at += owner + 10;
		at += (size_t)(p[at - 2] << 8 | p[at - 1]);
		assert(at <= len);
	}
	assert(at == len);
}

/* Ask over UDP and TCP; the answers must be whole. */
static inline void
ask(struct server *s, const uint8_t *message, size_t size)
{
	static uint8_t out[MESSAGE_MAX];
	struct sockaddr none = { .sa_family = AF_UNSPEC };
	struct client client = { UDP, &none };
	struct transfer *transfer = NULL;
	/* A copy of just this size, so that reading past it is seen. */
	uint8_t *copy = malloc(size != 0 ? size : 1);
	size_t len;

	assert(copy != NULL);
	memcpy(copy, message, size);
	len = server_respond(s, copy, size, &client, out, &transfer);
	assert(len <= UDP_MAX);
	if (len > 0)
		check_answer(out, len);
	client.transport = TCP;
	len = server_respond(s, copy, size, &client, out, &transfer);
	if (len > 0)
		check_answer(out, len);
	free(copy);
}

#endif
