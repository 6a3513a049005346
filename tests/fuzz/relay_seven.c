/*
 * relay_seven.c - any message in seven bits: no other octet is left
 *
 * fuzz: services/relay/seven.c services/lib/mail/message.c
 * fuzz: services/lib/mail/header.c services/lib/mail/mimetype.c
 * fuzz: services/lib/mail/token.c services/lib/mail/base64.c
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../services/relay/seven.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check(void *to, const char *text, size_t n)
{
	size_t *total = to;

	*total += n;
	for (size_t i = 0; i < n; i++)
		if ((text[i] & 0x80) != 0)
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct message m;
	size_t total = 0;

	if (message_parse(&m, (const char *)data, size) == -1)
		return 0;
	if (seven_can(&m))
		seven_write(&m, check, &total);
	message_free(&m);
	m = (struct message){ 0 };
	return 0;
}
