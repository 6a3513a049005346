/* mail_settings.c - etc/mail.conf: defaults, values, faults */

#include <errno.h>
#include <stdio.h>

#include "check.h"
#include "logged.h"
#include "mail/settings.h"
#include "site.h"

static struct mail_settings	s;

static int
read_text(const char *text)
{
	buf_free(&s.domains);
	buf_free(&s.virtual);
	buf_free(&s.routes);
	site_file(MAIL_CONF, text);
	return mail_settings_read(&s);
}

static void
test_defaults(void)
{
	char host[256] = "";

	CHECK(read_text("") == 0);
	CHECK(gethostname(host, sizeof host - 1) == 0);
	CHECK_TEXT(s.hostname, host);
	CHECK(s.size_limit == 52428800 && s.recipients_max == 250 &&
	    s.smtp_timeout == 300);
	CHECK(mail_domain_is_local(&s, host));
	CHECK(!mail_domain_is_local(&s, "elsewhere.example"));
	CHECK_TEXT(logged(), "");
}

static void
test_values(void)
{
	CHECK(read_text("hostname mail.hamburger.edu\nsize-limit 65536\n"
	    "recipients-max 1\ndomain hamburger.edu\ndomain [127.0.0.1]\n"
	    "domain localhost\n") == 0);
	CHECK_TEXT(s.hostname, "mail.hamburger.edu");
	CHECK(s.size_limit == 65536 && s.recipients_max == 1);
	CHECK(mail_domain_is_local(&s, "hamburger.edu"));
	CHECK(mail_domain_is_local(&s, "HamBurger.EDU"));
	CHECK(mail_domain_is_local(&s, "[127.0.0.1]"));
	CHECK(mail_domain_is_local(&s, "localhost"));
	CHECK(!mail_domain_is_local(&s, "mail.hamburger.edu"));
	CHECK(!mail_domain_is_local(&s, "hamburger.ed"));
	CHECK(!mail_domain_is_local(&s, "hamburger.edu."));
	CHECK(!mail_domain_is_local(&s, "burger.edu"));
	CHECK(!mail_domain_is_local(&s, ""));
	CHECK(read_text("domain b\xc3\xbc" "cher.example\n"
	    "domain xn--mnchen-3ya.de\n"
	    "route b\xc3\xbc" "cher.example inside\n") == 0);
	CHECK(mail_domain_is_local(&s, "xn--bcher-kva.example"));
	CHECK(mail_domain_is_local(&s, "m\xc3\xbcnchen.de"));
	CHECK(!mail_domain_is_local(&s, "munchen.de"));
	CHECK_TEXT(mail_route(&s, "XN--bcher-kva.example"), "inside");
	CHECK(read_text("size-limit 1099511627776\n") == 0);
	CHECK(s.size_limit == 1L << 40);
	CHECK_TEXT(logged(), "");
}

/* A virtual domain is local, but no home of accounts. */
static void
test_virtual(void)
{
	CHECK(read_text("virtual-domain a.example\ndomain b.example\n") == 0);
	CHECK(mail_domain_is_local(&s, "A.example"));
	CHECK(mail_domain_is_virtual(&s, "a.EXAMPLE"));
	CHECK(!mail_domain_is_virtual(&s, "b.example"));
	CHECK_TEXT(mail_own_domain(&s), "b.example");
	CHECK(read_text("hostname h.example\nvirtual-domain a.example\n") == 0);
	CHECK_TEXT(mail_own_domain(&s), "h.example");
	CHECK(mail_domain_is_local(&s, "h.example"));
	CHECK_TEXT(logged(), "");
}

static void
test_strictness(void)
{
	CHECK(read_text("") == 0);
	CHECK(s.bare_newline == BARE_REFUSE && s.greet_delay == 0);
	CHECK(!s.helo_check && !s.vrfy && !s.spf);
	CHECK(read_text("bare-newline Normalise\ngreet-delay 60\n"
	    "helo-check yes\nvrfy yes\nspf yes\n") == 0);
	CHECK(s.bare_newline == BARE_NORMALISE && s.greet_delay == 60);
	CHECK(s.helo_check && s.vrfy && s.spf);
	CHECK_TEXT(logged(), "");
	CHECK(read_text("bare-newline yes\ngreet-delay 61\nspf 1\n") == -1);
	CHECK_TEXT(logged(),
	    "etc/mail.conf:1: bare-newline: neither refuse nor normalise\n"
	    "etc/mail.conf:2: greet-delay: number out of range\n"
	    "etc/mail.conf:3: spf: neither yes nor no\n"
	    "etc/mail.conf: Invalid argument\n");
}

static void
test_relay_from(void)
{
	CHECK(read_text("") == 0);
	CHECK(mail_may_relay(&s, "127.0.0.1"));
	CHECK(mail_may_relay(&s, "127.255.1.1"));
	CHECK(mail_may_relay(&s, "::1"));
	CHECK(mail_may_relay(&s, ""));
	CHECK(!mail_may_relay(&s, "128.0.0.1"));
	CHECK(!mail_may_relay(&s, "192.0.2.1"));
	CHECK(!mail_may_relay(&s, "::2"));
	CHECK(read_text("relay-from 192.0.2.0/25\n"
	    "relay-from 2001:db8::/33\nrelay-from 198.51.100.7\n") == 0);
	CHECK(mail_may_relay(&s, "192.0.2.127"));
	CHECK(!mail_may_relay(&s, "192.0.2.128"));
	CHECK(mail_may_relay(&s, "2001:db8:7fff::1"));
	CHECK(!mail_may_relay(&s, "2001:db8:8000::1"));
	CHECK(mail_may_relay(&s, "198.51.100.7"));
	CHECK(!mail_may_relay(&s, "198.51.100.6"));
	CHECK(!mail_may_relay(&s, "127.0.0.1"));
	CHECK(!mail_may_relay(&s, "nonsense"));
	CHECK(mail_may_relay(&s, ""));
	CHECK(read_text("relay-from 0.0.0.0/0\nrelay-from none\n") == 0);
	CHECK(!mail_may_relay(&s, "127.0.0.1"));
	CHECK(!mail_may_relay(&s, ""));
	CHECK(read_text("relay-from 0.0.0.0/0\n") == 0);
	CHECK(mail_may_relay(&s, "203.0.113.5"));
	CHECK(!mail_may_relay(&s, "::1"));
	CHECK_TEXT(logged(), "");
}

static void
test_routes(void)
{
	CHECK(read_text("route Crepes.fr  127.0.0.1:2525\n"
	    "route mx.crepes.fr other\nroute * smart\n") == 0);
	CHECK_TEXT(mail_route(&s, "crepes.FR"), "127.0.0.1:2525");
	CHECK_TEXT(mail_route(&s, "MX.crepes.fr"), "other");
	CHECK(mail_route(&s, "127.0.0.1:2525") == NULL);
	CHECK(mail_route(&s, "") == NULL);
	CHECK(read_text("") == 0);
	CHECK(mail_route(&s, "crepes.fr") == NULL);
	CHECK_TEXT(logged(), "");
}

static void
check_fault(const char *line, const char *want)
{
	char log[1024];

	CHECK(read_text(line) == -1);
	snprintf(log, sizeof log, "etc/mail.conf:1: %s\netc/mail.conf: %s\n",
	    want, strerror(EINVAL));
	CHECK_TEXT(logged(), log);
}

static void
test_faults(void)
{
	char line[512];

	check_fault("size-limit 65535", "size-limit: number out of range");
	check_fault("size-limit 1099511627777",
	    "size-limit: number out of range");
	check_fault("size-limit 50M", "size-limit: not a number");
	check_fault("recipients-max 0", "recipients-max: number out of range");
	check_fault("recipients-max 251",
	    "recipients-max: number out of range");
	check_fault("domain a b", "domain: one domain a line");
	check_fault("domain", "domain: no value");
	check_fault("domains a", "domains: no such key");
	check_fault("relay-from here", "relay-from: neither an address nor a "
	    "network");
	check_fault("relay-from 192.0.2.0/33", "relay-from: neither an "
	    "address nor a network");
	check_fault("relay-from 192.0.2.0/", "relay-from: neither an "
	    "address nor a network");
	check_fault("relay-from 192.0.2.0/-1", "relay-from: neither an "
	    "address nor a network");
	check_fault("relay-from ::/129", "relay-from: neither an address nor "
	    "a network");
	check_fault("route one", "route: not `name target'");
	check_fault("route one two three", "route: not `name target'");
	check_fault("hostname two words", "hostname: not one word");
	check_fault("hostname b\xc3\xb6" "b", "hostname: not one word");
	snprintf(line, sizeof line, "hostname %0256d", 0);
	check_fault(line, "hostname: value too long");
	snprintf(line, sizeof line, "hostname %0255d", 0);
	CHECK(read_text(line) == 0 && strlen(s.hostname) == 255);
	unlink(MAIL_CONF);
	buf_free(&s.domains);
	CHECK(mail_settings_read(&s) == -1 && errno == ENOENT);
}

int
main(void)
{
	static const char *const files[] = { MAIL_CONF, NULL };

	site_begin();
	logged_begin();
	test_defaults();
	test_values();
	test_virtual();
	test_strictness();
	test_relay_from();
	test_routes();
	test_faults();
	buf_free(&s.domains);
	buf_free(&s.routes);
	site_end(files);
	return check_end("mail_settings");
}
