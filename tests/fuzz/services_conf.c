/*
 * services_conf.c - any file as services.conf
 *
 * fuzz: inetd/address.c inetd/calls.c inetd/conf.c inetd/confine.c inetd/line.c
 * fuzz: inetd/network.c inetd/self.c
 * fuzz: inetd/number.c inetd/option.c inetd/port.c inetd/rate.c
 * fuzz: inetd/small.c inetd/users.c inetd/word.c
 */
#define _GNU_SOURCE	/* memfd_create */
#include <sys/mman.h>

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../inetd/conf.h"
#include "../../inetd/log.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* The errors are many, and nobody reads them here. */
void
log_line(const char *format, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[64];
	int fd = memfd_create("services.conf", MFD_CLOEXEC);
	struct conf *c;

	if (fd == -1 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	c = conf_read(path, 8000);
	for (size_t i = 0; c != NULL && i < c->nlisteners; i++)
		if (c->listeners[i].service->name == NULL ||
		    c->listeners[i].service->argv[0] == NULL)
			abort();
	conf_free(c);
	close(fd);
	return 0;
}
