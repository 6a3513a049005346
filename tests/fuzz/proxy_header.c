/*
 * proxy_header.c - anything as a PROXY header
 *
 * fuzz: inetd/address.c inetd/header.c inetd/number.c
 */
#include <stdlib.h>
#include <string.h>

#include "../../inetd/header.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct source client, here;
	size_t used = 0;
	bool known = false;
	uint8_t *bytes;
	enum header got;

	if (size > HEADER_MAX)
		size = HEADER_MAX;
	bytes = malloc(size + (size == 0));	/* its end is watched */
	if (bytes == NULL)
		return 0;
	memcpy(bytes, data, size);
	got = header_parse(bytes, size, &used, &known, &client, &here);
	if (got == HEADER_WHOLE && (used == 0 || used > size))
		abort();
	if (got == HEADER_SHORT && size >= HEADER_MAX)
		abort();
	free(bytes);
	return 0;
}
