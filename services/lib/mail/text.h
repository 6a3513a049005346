/*
 * text.h - a stretch of octets that somebody else owns
 */
#ifndef LABNET_MAIL_TEXT_H
#define LABNET_MAIL_TEXT_H

#include <stddef.h>

struct text {
	const char	*s;	/* not closed by a NUL; NULL: not given */
	size_t		 n;
};

#endif
