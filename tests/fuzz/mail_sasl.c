/*
 * mail_sasl.c - whatever a client says in a SASL exchange
 *
 * The first octet chooses mechanism and initial response, the rest is what
 * comes on the wire.  What is taken as a login lies in the text, and is what
 * base64 holds: no octet beyond, and none left behind.
 *
 * fuzz: services/lib/mail/sasl.c
 * fuzz: services/lib/mail/base64.c
 * fuzz: services/lib/io/input.c
 * fuzz: services/lib/io/output.c
 */
#define _GNU_SOURCE	/* memfd_create(2) */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mail/sasl.h"

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n)
{
	static struct sasl sasl;
	static struct input in;
	static struct output out;
	static char initial[2 * SASL_LINE_SIZE];
	size_t given;
	enum sasl_end how;
	int fd, null;

	if (n < 2)
		return 0;
	fd = memfd_create("client", 0);
	null = memfd_create("replies", 0);
	assert(fd != -1 && null != -1);
	given = octets[0] & 2 ? octets[1] % n : 0;
	memcpy(initial, octets + n - given, given);
	initial[given] = '\0';
	assert(write(fd, octets + 1, n - 1) == (ssize_t)n - 1);
	lseek(fd, 0, SEEK_SET);
	output_init(&out, null, 1);
	input_init(&in, fd, 1, &out);
	how = sasl_read(&sasl, octets[0] & 1 ? "PLAIN" : "login",
	    octets[0] & 2 ? initial : NULL, &in, &out, "+ ");
	if (how == SASL_OK) {
		assert(sasl.user >= sasl.text && sasl.password > sasl.user);
		assert(sasl.password + strlen(sasl.password) <
		    sasl.text + sizeof sasl.text);
	}
	sasl_forget(&sasl);
	for (size_t i = 0; i < sasl.held; i++)
		assert(sasl.text[i] == '\0');
	close(fd);
	close(null);
	return 0;
}
