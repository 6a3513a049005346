/*
 * number.h - numbers, times and sizes of the configuration
 *
 * They take digits only (no sign, no space, no empty text) and return false,
 * the result untouched, if text is anything else or out of range.
 */
#ifndef NUMBER_H
#define NUMBER_H

#include <stdbool.h>
#include <stdint.h>

bool	number_parse(unsigned *, const char *text, unsigned min, unsigned max);
bool	number_octal(unsigned *, const char *text, unsigned max);

/* A time, N with s, m, h or d behind it, in milliseconds; not 0. */
bool	number_time(int64_t *, const char *text);

/* A size in bytes, N with K, M or G behind it; not 0. */
bool	number_size(uint64_t *, const char *text);

/* Write n in at least so many digits, and a NUL; returns where that is. */
char	*number_put(char *to, uint64_t n, int digits);
#endif
