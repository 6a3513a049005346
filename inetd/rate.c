/* rate.c - token buckets */

#include <stdlib.h>
#include <string.h>

#include "number.h"
#include "rate.h"

bool
rate_parse(struct rate *r, const char *text)
{
	static const struct {
		const char	*unit;
		unsigned	 period;
	} units[] = { { "s", 1000 }, { "m", 60000 }, { "h", 3600000 } };
	char digits[16];
	size_t len = strcspn(text, "/");

	if (text[len] != '/' || len >= sizeof digits)
		return false;
	memcpy(digits, text, len);
	digits[len] = '\0';
	if (!number_parse(&r->count, digits, 1, 1000000))
		return false;
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
		if (strcmp(text + len + 1, units[i].unit) == 0) {
			r->period = units[i].period;
			return true;
		}
	return false;
}

int64_t
rate_next(const struct rate *r, int64_t bucket, int64_t now)
{
	int64_t token = (int64_t)r->period * 1000 / r->count;
	int64_t ready = bucket - token * (r->count - 1);

	return ready <= now * 1000 ? now : (ready + 999) / 1000;
}

bool
rate_take(const struct rate *r, int64_t *bucket, int64_t now)
{
	int64_t token = (int64_t)r->period * 1000 / r->count;

	if (rate_next(r, *bucket, now) > now)
		return false;
	if (*bucket < now * 1000)
		*bucket = now * 1000;
	*bucket += token;
	return true;
}
