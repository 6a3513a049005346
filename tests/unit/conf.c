/*
 * conf.c - inetd's parsers and arithmetic, without an inetd
 *
 * inetd is no library, so its files are compiled into this one.
 */
#define _GNU_SOURCE	/* users.c reads with fgetpwent */
#include "../../inetd/address.c"
#include "../../inetd/bucket.c"
#include "../../inetd/network.c"
#include "../../inetd/number.c"
#include "../../inetd/rate.c"
#include "../../inetd/word.c"

#include "check.h"

static void
check_words(void)
{
	char line[] = "  one \"two three\"x,\"a, \\\"b\" four\\ five";
	char options[] = "a,b=\"1,2\",,c", *rest = line, *word;

	CHECK_TEXT(word_next(&rest), "one");
	word = word_next(&rest);
	CHECK_TEXT(word, "\"two three\"x,\"a, \\\"b\"");
	CHECK(word_unquote(word));
	CHECK_TEXT(word, "two threex,a, \"b");
	CHECK_TEXT(word_next(&rest), "four\\");
	CHECK_TEXT(word_next(&rest), "five");
	CHECK(word_next(&rest) == NULL);
	rest = options;
	CHECK_TEXT(word_option(&rest), "a");
	CHECK_TEXT(word_option(&rest), "b=\"1,2\"");
	CHECK_TEXT(word_option(&rest), "");
	CHECK_TEXT(word_option(&rest), "c");
	CHECK(word_option(&rest) == NULL);
	strcpy(options, "a\"b c");
	CHECK(!word_unquote(options));
}

static void
check_numbers(void)
{
	unsigned n = 7;
	uint64_t size;
	int64_t time;

	CHECK(number_parse(&n, "0", 0, 9) && n == 0);
	CHECK(number_parse(&n, "65535", 1, 65535) && n == 65535);
	CHECK(!number_parse(&n, "65536", 1, 65535) && n == 65535);
	CHECK(!number_parse(&n, "0", 1, 9));
	CHECK(!number_parse(&n, "", 0, 9));
	CHECK(!number_parse(&n, "+1", 0, 9));
	CHECK(!number_parse(&n, " 1", 0, 9));
	CHECK(!number_parse(&n, "99999999999999999999", 0, 1u << 31));
	CHECK(number_octal(&n, "0620", 0777) && n == 0620);
	CHECK(!number_octal(&n, "0680", 0777));
	CHECK(number_time(&time, "90s") && time == 90000);
	CHECK(number_time(&time, "2d") && time == 2 * 86400000);
	CHECK(!number_time(&time, "0s") && !number_time(&time, "5") &&
	    !number_time(&time, "5ss") && !number_time(&time, "s"));
	CHECK(number_size(&size, "3K") && size == 3072);
	CHECK(number_size(&size, "2G") && size == 2147483648);
}

static void
check_addresses(void)
{
	struct address a, b;
	struct source s, t;
	char text[ADDRESS_TEXT];

	CHECK(address_parse(&a, "192.0.2.1"));
	address_set_port(&a, 4711);
	CHECK(address_port(&a) == 4711);
	CHECK_TEXT(address_text(&a, text), "192.0.2.1");
	CHECK(!address_is_local(&a) && !address_is_wildcard(&a));
	s = source_of(&a);
	CHECK_TEXT(source_text(&s, text), "192.0.2.1");
	CHECK(s.port == 4711);
	CHECK(address_parse(&b, "::ffff:192.0.2.1"));
	t = source_of(&b);
	CHECK(source_same(&s, &t));
	CHECK_TEXT(source_text(&t, text), "192.0.2.1");
	CHECK(address_parse(&b, "127.9.9.9") && address_is_local(&b));
	CHECK(address_parse(&b, "::1") && address_is_local(&b));
	CHECK(address_parse(&b, "::ffff:127.0.0.1") && address_is_local(&b));
	CHECK(address_parse(&b, "0.0.0.0") && address_is_wildcard(&b));
	CHECK(address_parse(&b, "::") && address_is_wildcard(&b));
	CHECK(!address_is_local(&b));
	CHECK(!address_parse(&b, "1.2.3") && !address_parse(&b, "x") &&
	    !address_parse(&b, ""));
	CHECK(address_path(&b, "spool/run/auth"));
	CHECK_TEXT(address_text(&b, text), "spool/run/auth");
	CHECK(address_is_local(&b) && !address_equal(&a, &b));

	/* A subscriber of IPv6 has a /64, one of IPv4 an address. */
	address_parse(&a, "2001:db8::1");
	address_parse(&b, "2001:db8::ffff:1");
	s = source_of(&a);
	t = source_of(&b);
	CHECK(source_same(&s, &t));
	address_parse(&b, "2001:db8:0:1::1");
	t = source_of(&b);
	CHECK(!source_same(&s, &t));
	address_parse(&a, "10.0.0.1");
	address_parse(&b, "10.0.0.2");
	s = source_of(&a);
	t = source_of(&b);
	CHECK(!source_same(&s, &t));
}

static bool
admits(const struct networks *list, const char *text)
{
	struct address a;
	struct source s;

	address_parse(&a, text);
	s = source_of(&a);
	return network_admits(list, &s);
}

static void
check_networks(void)
{
	struct networks list = { 0 };

	CHECK(admits(&list, "192.0.2.1"));
	CHECK(network_add(&list, "10.1.0.0/16", DENY));
	CHECK(admits(&list, "192.0.2.1"));
	CHECK(!admits(&list, "10.1.2.3"));
	CHECK(network_add(&list, "10.0.0.0/8", ALLOW));
	CHECK(network_add(&list, "10.1.2.3", ALLOW));
	CHECK(network_add(&list, "2001:db8::/33", ALLOW));
	CHECK(admits(&list, "10.200.0.1"));
	CHECK(!admits(&list, "10.1.2.4"));
	CHECK(admits(&list, "10.1.2.3"));
	CHECK(!admits(&list, "192.0.2.1"));
	CHECK(admits(&list, "2001:db8:7fff::1"));
	CHECK(!admits(&list, "2001:db8:8000::1"));
	CHECK(!network_add(&list, "10.0.0.0/33", DENY));
	CHECK(!network_add(&list, "10.0.0.1/31", DENY));
	CHECK(!network_add(&list, "10.0.0.0/", DENY));
	CHECK(!network_add(&list, "ten", DENY));
	CHECK(network_add(&list, "0.0.0.0/0", DENY));
	CHECK(network_add(&list, "::/0", DENY));
	CHECK(list.n == 6);
	while (list.n < NETWORKS_MAX)
		CHECK(network_add(&list, "::1", DENY));
	CHECK(!network_add(&list, "::1", DENY));
}

static void
check_rates(void)
{
	struct rate r;
	int64_t bucket = 0, now = 5000;
	int taken = 0;

	CHECK(!rate_parse(&r, "5") && !rate_parse(&r, "0/s") &&
	    !rate_parse(&r, "5/x") && !rate_parse(&r, "/s"));
	CHECK(rate_parse(&r, "3/s") && r.count == 3 && r.period == 1000);
	while (rate_take(&r, &bucket, now))
		taken++;
	CHECK(taken == 3);
	CHECK(rate_next(&r, bucket, now) == now + 334);
	CHECK(!rate_take(&r, &bucket, now + 333));
	CHECK(rate_take(&r, &bucket, now + 334));
	CHECK(!rate_take(&r, &bucket, now + 334));

	/* In the long run it is the rate, however the tries fall. */
	taken = 0;
	for (int i = 0; i < 10000; i++)
		taken += rate_take(&r, &bucket, now + 1000 + i);
	CHECK(taken >= 30 && taken <= 33);
}

static void
check_buckets(void)
{
	struct service s = { .column = "ftp", .source_rate = { 2, 60000 } };
	struct service other = { .column = "smtp",
	    .source_rate = { 2, 60000 } };
	struct address a;
	struct source first, many;

	address_parse(&a, "192.0.2.1");
	first = source_of(&a);
	CHECK(bucket_take(&s, &first, 1000) && bucket_take(&s, &first, 1000));
	CHECK(!bucket_take(&s, &first, 1001));
	CHECK(bucket_take(&other, &first, 1001));

	/* A crowd cannot buy the offender a new bucket cheaply. */
	for (unsigned i = 0; i < 2000; i++) {
		many = first;
		many.ip[14] = (uint8_t)(i >> 8);
		many.ip[13] = 7;
		many.ip[15] = (uint8_t)i;
		CHECK(bucket_take(&s, &many, 1002));
	}
	CHECK(!bucket_take(&s, &first, 1003));
	CHECK(bucket_take(&s, &first, 1000 + 30001));
}

int
main(void)
{
	check_words();
	check_numbers();
	check_addresses();
	check_networks();
	check_rates();
	check_buckets();
	return check_end("conf");
}
