/*
 * digit.h - the values of digits that stand for more bits than decimal ones
 */
#ifndef LABNET_IO_DIGIT_H
#define LABNET_IO_DIGIT_H

/* 0 to 15, of either case; -1 if c is no hexadecimal digit. */
static inline int
digit_hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* 0 to 63 (RFC 4648 4); -1 if c is no base64 digit. */
static inline int
digit_base64(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

#endif
