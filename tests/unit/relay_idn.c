/* relay_idn.c - domains beyond ASCII, with the known names of the world */

#include "../../services/relay/idn.c"
#include "check.h"

static void
check(const char *domain, const char *wanted)
{
	char got[256];

	CHECK(idn_to_ascii(domain, got, sizeof got));
	CHECK_TEXT(got, wanted);
}

int
main(void)
{
	char got[256];

	check("b\xc3\xbc" "cher.example", "xn--bcher-kva.example");
	check("B\xc3\x9c" "CHER.Example", "xn--bcher-kva.example");
	check("m\xc3\xbcnchen.de", "xn--mnchen-3ya.de");
	check("\xe4\xbe\x8b\xe3\x81\x88.\xe3\x83\x86\xe3\x82\xb9\xe3\x83\x88",
	    "xn--r8jz45g.xn--zckzah");
	check("\xd0\xbf\xd0\xbe\xd1\x87\xd1\x82\xd0\xb0.\xd1\x80\xd1\x84",
	    "xn--80a1acny.xn--p1ai");
	check("\xf0\x9f\x92\xa9.la", "xn--ls8h.la");
	check("plain.example", "plain.example");
	CHECK(!idn_to_ascii("\xff.example", got, sizeof got));
	CHECK(!idn_to_ascii("b\xc3\xbc" "cher.example", got, 10));
	CHECK(!idn_to_ascii("\xc3\xbc\xc3\xa9\xc3\xbc\xc3\xa9\xc3\xbc\xc3\xa9"
	    "\xd0\xbf\xd0\xbe\xd1\x87\xd1\x82\xd0\xb0\xe4\xbe\x8b\xe3\x81\x88"
	    "\xd0\xbf\xd0\xbe\xd1\x87\xd1\x82\xd0\xb0\xe4\xbe\x8b\xe3\x81\x88"
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaa", got, sizeof got));
	return check_end("relay_idn");
}
