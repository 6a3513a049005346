/* header.c - the PROXY protocol's header, versions 1 and 2 */

#include <stdio.h>
#include <string.h>

#include "header.h"
#include "number.h"

enum { LINE_MOST = 107, WORDS = 6 };
enum { FIXED = 16, INET_PART = 12, INET6_PART = 36 };

static const uint8_t signature[12] = "\r\n\r\n\0\r\nQUIT\n";

/* An address and a port of version 1 into a source. */
static bool
read_end(struct source *s, int family, const char *ip, const char *port)
{
	struct address a;
	unsigned number;

	if (!address_parse(&a, ip) || a.u.any.sa_family != family ||
	    !number_parse(&number, port, 0, 65535))
		return false;
	*s = source_of(&a);
	s->port = (uint16_t)number;
	return true;
}

/* "PROXY TCP4 192.0.2.1 192.0.2.2 4711 25" or "PROXY UNKNOWN ..." */
static enum header
parse_line(const uint8_t *bytes, size_t len, size_t *used, bool *known,
    struct source *client, struct source *here)
{
	const uint8_t *end = memchr(bytes, '\n',
	    len < LINE_MOST ? len : LINE_MOST);
	char line[LINE_MOST + 1], *rest, *word[WORDS + 1];
	int family, n = 0;

	if (end == NULL)
		return len < LINE_MOST ? HEADER_SHORT : HEADER_WRONG;
	*used = (size_t)(end - bytes) + 1;
	if (*used < 2 || end[-1] != '\r')
		return HEADER_WRONG;
	memcpy(line, bytes, *used - 2);
	line[*used - 2] = '\0';
	if (strlen(line) != *used - 2)
		return HEADER_WRONG;
	word[0] = strtok_r(line, " ", &rest);
	while (n < WORDS && word[n] != NULL)
		word[++n] = strtok_r(NULL, " ", &rest);
	*known = n > 1 && strcmp(word[1], "UNKNOWN") != 0;
	if (n > 1 && !*known)
		return HEADER_WHOLE;
	family = n > 1 && strcmp(word[1], "TCP6") == 0 ? AF_INET6 : AF_INET;
	if (n != WORDS || word[WORDS] != NULL ||
	    strncmp(word[1], "TCP", 3) != 0 ||
	    strcmp(word[1] + 3, family == AF_INET ? "4" : "6") != 0 ||
	    !read_end(client, family, word[2], word[4]) ||
	    !read_end(here, family, word[3], word[5]))
		return HEADER_WRONG;
	return HEADER_WHOLE;
}

static uint16_t
get16(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

/* The addresses of version 2, each of size bytes, and their ports. */
static void
read_ends(const uint8_t *bytes, size_t size, struct source *client,
    struct source *here)
{
	static const struct source ipv4 = { .ip = { [10] = 0xff, 0xff } };

	*client = *here = size == 4 ? ipv4 : (struct source){ 0 };
	memcpy(client->ip + 16 - size, bytes, size);
	memcpy(here->ip + 16 - size, bytes + size, size);
	client->port = get16(bytes + 2 * size);
	here->port = get16(bytes + 2 * size + 2);
}

static enum header
parse_binary(const uint8_t *bytes, size_t len, size_t *used, bool *known,
    struct source *client, struct source *here)
{
	enum { VERSION = 0x20, LOCAL = 0, PROXY = 1, TCP4 = 0x11, TCP6 = 0x21 };
	size_t part;
	int command;

	if (len < FIXED)
		return HEADER_SHORT;
	part = get16(bytes + 14);
	command = bytes[12] & 0xf;
	if ((bytes[12] & 0xf0) != VERSION || command > PROXY ||
	    part > HEADER_MAX - FIXED)
		return HEADER_WRONG;
	if (len < FIXED + part)
		return HEADER_SHORT;
	*used = FIXED + part;
	*known = command == PROXY && (bytes[13] == TCP4 || bytes[13] == TCP6);
	if (!*known)
		return HEADER_WHOLE;
	if (part < (bytes[13] == TCP4 ? INET_PART : INET6_PART))
		return HEADER_WRONG;
	read_ends(bytes + FIXED, bytes[13] == TCP4 ? 4 : 16, client, here);
	return HEADER_WHOLE;
}

enum header
header_parse(const uint8_t *bytes, size_t len, size_t *used, bool *known,
    struct source *client, struct source *here)
{
	static const char word[6] = "PROXY ";
	size_t least = len < sizeof signature ? len : sizeof signature;

	if (memcmp(bytes, signature, least) == 0)
		return parse_binary(bytes, len, used, known, client, here);
	least = len < sizeof word ? len : sizeof word;
	if (memcmp(bytes, word, least) == 0)
		return parse_line(bytes, len, used, known, client, here);
	return HEADER_WRONG;
}
