/* mail_spf.c - the macros of RFC 7208 7.4's examples */

#include "check.h"
#include "mail/spf.h"

static struct spf	s;

static const char *
expand(const char *text)
{
	static char to[SPF_NAME_SIZE];

	if (spf_expand(&s, s.domain, text, strlen(text), to) == -1)
		return "!";
	return to;
}

static void
test_examples(void)
{
	strcpy(s.local, "strong-bad");
	strcpy(s.domain, "email.example.com");
	s.ip = "192.0.2.3";
	s.helo = "mx.example.org";
	CHECK_TEXT(expand("%{s}"), "strong-bad@email.example.com");
	CHECK_TEXT(expand("%{o}"), "email.example.com");
	CHECK_TEXT(expand("%{d}"), "email.example.com");
	CHECK_TEXT(expand("%{d4}"), "email.example.com");
	CHECK_TEXT(expand("%{d3}"), "email.example.com");
	CHECK_TEXT(expand("%{d2}"), "example.com");
	CHECK_TEXT(expand("%{d1}"), "com");
	CHECK_TEXT(expand("%{dr}"), "com.example.email");
	CHECK_TEXT(expand("%{d2r}"), "example.email");
	CHECK_TEXT(expand("%{l}"), "strong-bad");
	CHECK_TEXT(expand("%{l-}"), "strong.bad");
	CHECK_TEXT(expand("%{lr}"), "strong-bad");
	CHECK_TEXT(expand("%{lr-}"), "bad.strong");
	CHECK_TEXT(expand("%{l1r-}"), "strong");
	CHECK_TEXT(expand("%{h}"), "mx.example.org");
	CHECK_TEXT(expand("%{ir}.%{v}._spf.%{d2}"),
	    "3.2.0.192.in-addr._spf.example.com");
	CHECK_TEXT(expand("%{lr-}.lp._spf.%{d2}"),
	    "bad.strong.lp._spf.example.com");
	CHECK_TEXT(expand("%{lr-}.lp.%{ir}.%{v}._spf.%{d2}"),
	    "bad.strong.lp.3.2.0.192.in-addr._spf.example.com");
	CHECK_TEXT(expand("%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}"),
	    "3.2.0.192.in-addr.strong.lp._spf.example.com");
	CHECK_TEXT(expand("%{d2}.trusted-domains.example.net"),
	    "example.com.trusted-domains.example.net");
	s.ip = "2001:db8::cb01";
	CHECK_TEXT(expand("%{ir}.%{v}._spf.%{d2}"),
	    "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2."
	    "ip6._spf.example.com");
	CHECK_TEXT(expand("a%%b%_c%-d"), "a%b c%20d");
	CHECK_TEXT(expand("%{S}"), "strong-bad%40email.example.com");
}

static void
test_wrong(void)
{
	static const char *const wrong[] = { "%", "%{", "%{}", "%{d", "%{x}",
	    "%{d0}", "%{d2x}", "%a", "%{d}%", "a b", "a\tb" };

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		CHECK_TEXT(expand(wrong[i]), "!");
}

/* Longer than a name: labels go on the left. */
static void
test_long(void)
{
	char text[600] = "";

	for (int i = 0; i < 30; i++)
		strcat(text, "abcdefghi.");
	strcat(text, "end");
	CHECK(strlen(expand(text)) == 253 - 253 % 10 + 3);
	memset(text, 'x', 500);
	CHECK_TEXT(expand(text), "!");
}

int
main(void)
{
	test_examples();
	test_wrong();
	test_long();
	return check_end("mail_spf");
}
