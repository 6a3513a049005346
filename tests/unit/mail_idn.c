/* mail_idn.c - domains beyond ASCII, with the known names of the world */

#include "../../services/lib/mail/idn.c"
#include "check.h"

/* RFC 3492 7.1, in small letters; (H) is test_faults()'s, (S) no label. */
static const char *const samples[][2] = {
	/* A */
	{ "ليهمابتكلموشعربي؟",
	    "xn--egbpdaj6bu4bxfgehfvwxn" },
	/* B */
	{ "他们为什么不说中文",
	    "xn--ihqwcrb4cv8a8dqg056pqjye" },
	/* C */
	{ "他們爲什麽不說中文",
	    "xn--ihqwctvzc91f659drss3x8bo0yb" },
	/* D */
	{ "Pročprostěnemluvíčesky",
	    "xn--proprostnemluvesky-uyb24dma41a" },
	/* E */
	{ "למההםפשוטלאמדבריםעברית",
	    "xn--4dbcagdahymbxekheh6e0a7fei0b" },
	/* F */
	{ "यहलोगहिन्दीक्यों"
	    "नहींबोलसकतेहैं",
	    "xn--i1baa7eci9glrd9b2ae1bj0hfcgg6iyaf8o0a1dig0cd" },
	/* G */
	{ "なぜみんな日本語を話してくれないのか",
	    "xn--n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa" },
	/* I */
	{ "почемужеонинеговорятпорусски",
	    "xn--b1abfaaepdrnnbgefbadotcwatmq2g4l" },
	/* J */
	{ "PorquénopuedensimplementehablarenEspañol",
	    "xn--porqunopuedensimplementehablarenespaol-fmd56a" },
	/* K */
	{ "TạisaohọkhôngthểchỉnóitiếngViệt",
	    "xn--tisaohkhngthchnitingvit-kjcr8268qyxafd2f1b9g" },
	/* L */
	{ "3年B組金八先生",
	    "xn--3b-ww4c5e180e575a65lsy2b" },
	/* M */
	{ "安室奈美恵-with-SUPER-MONKEYS",
	    "xn---with-super-monkeys-pc58ag80a8qai00g7n9n" },
	/* N */
	{ "Hello-Another-Way-それぞれの場所",
	    "xn--hello-another-way--fc4qua05auwb3674vfr0b" },
	/* O */
	{ "ひとつ屋根の下2",
	    "xn--2-u9tlzr9756bt3uc0v" },
	/* P */
	{ "MajiでKoiする5秒前",
	    "xn--majikoi5-783gue6qz075azm5e" },
	/* Q */
	{ "パフィーdeルンバ",
	    "xn--de-jg4avhby1noc0d" },
	/* R */
	{ "そのスピードで",
	    "xn--d9juau41awczczp" },
};

static void
check(const char *domain, const char *wanted)
{
	char got[256];

	CHECK(idn_to_ascii(domain, got, sizeof got));
	CHECK_TEXT(got, wanted);
}

static void
test_domains(void)
{
	check("bücher.example", "xn--bcher-kva.example");
	check("BÜCHER.Example", "xn--bcher-kva.example");
	check("münchen.de", "xn--mnchen-3ya.de");
	check("例え.テスト", "xn--r8jz45g.xn--zckzah");
	check("почта.рф", "xn--80a1acny.xn--p1ai");
	check("\xf0\x9f\x92\xa9.la", "xn--ls8h.la");
	check("plain.example", "plain.example");
}

/* The Korean sample has 69 octets, and so cannot be a label. */
static void
test_faults(void)
{
	char got[256];

	CHECK(!idn_to_ascii("세계의모든사람들이한국어를"
	    "이해한다면얼마나좋을까", got, sizeof got));
	CHECK(!idn_to_ascii("\xff.example", got, sizeof got));
	CHECK(!idn_to_ascii("bücher.example", got, 10));
	CHECK(!idn_to_ascii("üéüéüéпочта例えпочта例え"
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaa", got, sizeof got));
}

static void
test_equal(void)
{
	CHECK(idn_equal("bücher.example", "xn--bcher-kva.example"));
	CHECK(idn_equal("XN--BCHER-KVA.example", "BÜCHER.Example"));
	CHECK(idn_equal("bücher.xn--p1ai", "xn--bcher-kva.рф"));
	CHECK(idn_equal("[127.0.0.1]", "[127.0.0.1]"));
	CHECK(!idn_equal("bücher.example", "bucher.example"));
	CHECK(!idn_equal("bücher.example", "xn--bcher-kva.example."));
	CHECK(!idn_equal("\xff.example", "\xfe.example"));
	CHECK(idn_equal("\xff.example", "\xff.example"));
	CHECK(!idn_equal("", "bücher.example"));
}

int
main(void)
{
	for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++)
		check(samples[i][0], samples[i][1]);
	test_domains();
	test_faults();
	test_equal();
	return check_end("mail_idn");
}
