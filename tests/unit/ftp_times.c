/* ftp_times.c - RFC 3659's time values */

#include "../../services/ftpd/times.c"
#include "check.h"

/* The seconds that text means, or -1. */
static long long
seconds(const char *text)
{
	struct timespec t;
	const char *end;

	return time_parse(text, &t, &end) ? (long long)t.tv_sec : -1;
}

int
main(void)
{
	struct timespec t;
	const char *end;

	CHECK(seconds("19700101000000") == 0);
	CHECK(seconds("19700102000001") == 86401);
	CHECK(seconds("20000229235959") == 951868799);
	CHECK(seconds("20380119031408") == 2147483648);
	CHECK(seconds("19691231235959") == -1);	/* a second before 1970 */
	CHECK(seconds("20010229000000") == -1);
	CHECK(seconds("21000229000000") == -1);
	CHECK(seconds("20240229000000") == 1709164800);
	CHECK(seconds("20241301000000") == -1);
	CHECK(seconds("20240100000000") == -1);
	CHECK(seconds("20240132000000") == -1);
	CHECK(seconds("20240101240000") == -1);
	CHECK(seconds("20240101006000") == -1);
	CHECK(seconds("2024010100000") == -1);
	CHECK(seconds("202401010000000") == -1);
	CHECK(seconds("") == -1);
	CHECK(time_parse("20240101000000.25 name", &t, &end));
	CHECK(t.tv_nsec == 250000000);
	CHECK_TEXT(end, " name");
	CHECK(time_parse("20240101000000.1234567891234 x", &t, &end));
	CHECK(t.tv_nsec == 123456789);
	CHECK(time_parse("20240101000000. x", &t, &end));
	CHECK_TEXT(end, ". x");
	return check_end("ftp_times");
}
