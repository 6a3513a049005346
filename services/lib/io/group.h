/*
 * group.h - text sixteen octets at a time
 *
 * memchr(3) and memcpy(3) for lines, on the vectors that gcc and clang know
 * on every machine.  Lines are short: the calls themselves, two for each
 * line, take three times as long, and a small libc has no vector code.
 *
 * What reads a text reads a whole group of it, so there must be one.
 */
#ifndef LABNET_IO_GROUP_H
#define LABNET_IO_GROUP_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { GROUP = 16 };

typedef char	group __attribute__((vector_size(GROUP)));

/* Sixteen times c: what to look for. */
static inline group
group_of(char c)
{
	return (group){ 0 } + c;
}

/* Which octet of a word in memory is the first that is not zero? */
static inline size_t
group_first_set(uint64_t word)
{
	return (size_t)(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ?
	    __builtin_ctzll(word) : __builtin_clzll(word)) / 8;
}

/* How many octets stand before the first that is not zero; GROUP: none is. */
static inline size_t
group_first(group found)
{
	uint64_t half[2];

	memcpy(half, &found, GROUP);
	if (half[0] != 0)
		return group_first_set(half[0]);
	return half[1] != 0 ? 8 + group_first_set(half[1]) : GROUP;
}

/* Or before the first that is wanted. */
static inline size_t
group_find(const char *in, group wanted)
{
	group octets;

	memcpy(&octets, in, GROUP);
	return group_first((group)(octets == wanted));
}

/* The same, and copy the group, all of it. */
static inline size_t
group_copy_until(char *to, const char *in, group wanted)
{
	memcpy(to, in, GROUP);
	return group_find(in, wanted);
}

#endif
