/*
 * datetext.h - a moment as mail writes it: RFC 5322 3.3
 */
#ifndef LABNET_MAIL_DATETEXT_H
#define LABNET_MAIL_DATETEXT_H

#include <time.h>

enum { DATE_TEXT_SIZE = 96 };

/* In UTC, whatever locale and time zone are about. */
void	date_text(char text[DATE_TEXT_SIZE], time_t when);

#endif
