/* random.h - octets that nobody can guess, from getrandom(2) by the block */
#ifndef RESOLVER_RANDOM_H
#define RESOLVER_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct random {
	uint8_t		 octets[256];
	size_t		 left;
};

uint8_t	 random_octet(struct random *);
uint16_t random_number(struct random *);	/* 0..65535 */

/* Below n, evenly; n is 1..65536. */
unsigned random_below(struct random *, unsigned n);

#endif
