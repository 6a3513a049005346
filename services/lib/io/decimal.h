/*
 * decimal.h - numbers as text where printf(3) would cost too much
 *
 * Lists of a hundred thousand lines are made of these.
 */
#ifndef LABNET_IO_DECIMAL_H
#define LABNET_IO_DECIMAL_H

#include <stdint.h>

enum { DECIMAL_MAX = 20 };	/* digits of the largest number */

/* How many digits it has: 1 to DECIMAL_MAX. */
static inline int
decimal_len(uint64_t n)
{
	uint64_t power = 10;
	int len = 1;

	/* A multiplication is cheaper than a division. */
	for (; n >= power && len < DECIMAL_MAX; power *= 10)
		len++;
	return len;
}

/* Its last `len` digits, zeros in front, no NUL behind; where they end. */
static inline char *
decimal_fixed(char *to, uint64_t n, int len)
{
	for (int i = len; i-- > 0; n /= 10)
		to[i] = (char)('0' + n % 10);
	return to + len;
}

/* All of it, up to DECIMAL_MAX octets, no NUL behind; where it ends. */
static inline char *
decimal_put(char *to, uint64_t n)
{
	return decimal_fixed(to, n, decimal_len(n));
}

#endif
