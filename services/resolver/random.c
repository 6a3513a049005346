/* random.c - octets that nobody can guess */

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

#include "io/log.h"
#include "random.h"

uint8_t
random_octet(struct random *r)
{
	if (r->left == 0) {
		ssize_t n;

		/* Up to 256 octets come whole. */
		while ((n = getrandom(r->octets, sizeof r->octets, 0)) == -1 &&
		    errno == EINTR)
			;
		if (n != (ssize_t)sizeof r->octets) {
			log_errno("no random octets");
			exit(EXIT_LATER);
		}
		r->left = sizeof r->octets;
	}
	return r->octets[--r->left];
}

uint16_t
random_number(struct random *r)
{
	unsigned high = random_octet(r);

	return (uint16_t)(high << 8 | random_octet(r));
}

unsigned
random_below(struct random *r, unsigned n)
{
	unsigned limit = 65536 - 65536 % n, x;

	do
		x = random_number(r);
	while (x >= limit);
	return x % n;
}
