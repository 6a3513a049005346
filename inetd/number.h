/*
 * number.h - decimal and octal numbers of the configuration
 *
 * Both take digits only (no sign, no space, no empty text) and return false,
 * the result untouched, if text is anything else or out of range.
 */
#ifndef NUMBER_H
#define NUMBER_H

#include <stdbool.h>

bool	number_parse(unsigned *, const char *text, unsigned min, unsigned max);
bool	number_octal(unsigned *, const char *text, unsigned max);
#endif
