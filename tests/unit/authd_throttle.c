/* authd_throttle.c - how failed logins delay the next ones */

#include "../../services/authd/throttle.c"
#include "check.h"

#define MINUTE	60000

static void
fail(const char *user, const char *ip, int times, int64_t now)
{
	while (times-- > 0)
		throttle_note(user, ip, false, now);
}

static void
forget_all(void)
{
	memset(slots, 0, sizeof slots);
}

static void
ladder(void)
{
	static const int wanted[] = { 0, 2000, 4000, 8000, 15000, 15000 };

	for (int i = 0; i < 6; i++) {
		CHECK(throttle_delay("bob", "192.0.2.1", 1000) == wanted[i]);
		fail("bob", "192.0.2.1", 1, 1000);
	}
	/* One is forgiven a minute. */
	CHECK(throttle_delay("bob", "192.0.2.1", 1000 + 2 * MINUTE) == 15000);
	CHECK(throttle_delay("bob", "192.0.2.1", 1000 + 3 * MINUTE) == 8000);
	CHECK(throttle_delay("bob", "192.0.2.1", 1000 + 6 * MINUTE) == 0);
	fail("bob", "192.0.2.1", 1000, 1000);
	CHECK(throttle_delay("bob", "192.0.2.1",
	    1000 + COUNT_MAX * MINUTE) == 0);
}

static void
sources(void)
{
	forget_all();
	fail("eve", "192.0.2.1", 4, 0);
	/* The whole /24 waits, for any user; the next one does not. */
	CHECK(throttle_delay("bob", "192.0.2.99", 0) == 15000);
	CHECK(throttle_delay("bob", "192.0.3.1", 0) == 0);
	fail("eve", "2001:db8:0:100::1", 4, 0);
	CHECK(throttle_delay("bob", "2001:db8:0:1ff::2", 0) == 15000);
	CHECK(throttle_delay("bob", "2001:db8:0:200::2", 0) == 0);
	/* Loopback is everybody's, so it is nobody's source. */
	fail("eve", "127.0.0.1", 4, 0);
	fail("eve", "::1", 4, 0);
	fail("eve", "", 4, 0);
	CHECK(throttle_delay("bob", "127.0.0.1", 0) == 0);
	CHECK(throttle_delay("bob", "::1", 0) == 0);
	CHECK(throttle_delay("eve", "127.0.0.1", 0) == 15000);
}

static void
users(void)
{
	forget_all();
	throttle_note("bob", "198.51.100.7", true, 0);
	for (int i = 0; i < 100; i++)
		fail("bob", "192.0.2.1", 1, i);
	/* Bob himself, at home, is not kept waiting by his attacker. */
	CHECK(throttle_delay("bob", "198.51.100.8", 200) == 0);
	CHECK(throttle_delay("bob", "203.0.113.1", 200) == 15000);
	CHECK(throttle_delay("alice", "203.0.113.1", 200) == 0);
}

static void
crowd(void)
{
	char ip[32], user[32];

	forget_all();
	for (int i = 0; i < 100000; i++) {
		snprintf(ip, sizeof ip, "10.%d.%d.1", i / 250 % 250, i % 250);
		snprintf(user, sizeof user, "u%d", i);
		fail(user, ip, 1, i);
	}
	/* The table is what it was in size, and knows the last of them. */
	CHECK(throttle_delay("u99999", "10.149.249.1", 100000) >= 2000);
}

int
main(void)
{
	ladder();
	sources();
	users();
	crowd();
	return check_end("authd_throttle");
}
