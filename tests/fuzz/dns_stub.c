/*
 * dns_stub.c - any octets as the answer to a stub resolver's question
 *
 * fuzz: services/lib/dns/stub_answer.c services/lib/dns/name.c
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dns/name.h"
#include "dns/stub.h"
#include "dns/type.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static int
take(void *to, const uint8_t *message, size_t size, size_t at, size_t len)
{
	struct name host;

	(void)to;
	if (at + len > size)
		abort();
	return len < 3 || name_unpack(&host, message, size, at + 2) !=
	    len - 2 ? -1 : 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t query[] = "\0\0\1\0\0\1\0\0\0\0\0\0"
	    "\1a\1b\0\0\17\0\1";
	uint8_t message[4096] = { 0 };
	struct name name;

	/* Id and question are given, or little would ever fit. */
	if (size > sizeof message - sizeof query)
		return 0;
	memcpy(message, query, sizeof query - 1);
	message[2] = 0x81;
	if (size >= 2) {
		message[3] = data[0];
		message[7] = data[1];
		memcpy(message + sizeof query - 1, data + 2, size - 2);
	}
	if (name_from_text(&name, "a.b", 3, NULL) != NULL)
		abort();
	stub_answer(message, sizeof query - 1 + (size < 2 ? 0 : size - 2),
	    query, sizeof query - 1, &name, TYPE_MX, take, NULL);
	stub_answer(data, size, query, sizeof query - 1, &name, TYPE_MX, take,
	    NULL);
	return 0;
}
