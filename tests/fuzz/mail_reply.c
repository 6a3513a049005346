/*
 * mail_reply.c - any octets as the replies of a mail server
 *
 * fuzz: services/lib/mail/reply.c services/lib/io/input.c
 * fuzz: services/lib/io/output.c
 */

#define _GNU_SOURCE	/* memfd_create */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mail/reply.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct input in;
	static struct reply r;
	int fd = memfd_create("replies", MFD_CLOEXEC);

	if (fd == -1 || write(fd, data, size) != (ssize_t)size ||
	    lseek(fd, 0, SEEK_SET) != 0)
		abort();
	input_init(&in, fd, 0, NULL);
	while (reply_read(&r, &in, 5))
		if (r.code < 200 || r.code > 599 || strlen(r.text) > r.len ||
		    r.len >= REPLY_TEXT_SIZE)
			abort();
	if (r.code != 0)
		abort();
	close(fd);
	return 0;
}
