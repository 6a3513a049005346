/*
 * io_conf.c - `key value` files and mail.conf of any octets
 *
 * Every value stays in its range, whatever the file says; with no fault
 * found, a second reading gives the same.
 *
 * fuzz: services/lib/mail/charset.c
 * fuzz: services/lib/mail/idn.c
 * fuzz: services/lib/mail/network.c
 * fuzz: services/lib/mail/settings.c
 * fuzz: services/lib/mail/utf8.c
 * fuzz: services/lib/io/buf.c
 * fuzz: services/lib/io/conf.c
 * fuzz: services/lib/io/log.c
 */
#include <assert.h>
#include <string.h>

#include "file.h"
#include "io/conf.h"
#include "mail/settings.h"

static struct values {
	char	text[8];
	long	number;
	bool	yes;
} got;

static const struct setting table[] = {
	{ "a", CONF_TEXT, got.text, 0, sizeof got.text, NULL },
	{ "b", CONF_NUMBER, &got.number, -10, 10, NULL },
	{ "c", CONF_BOOL, &got.yes, 0, 0, NULL },
	{ "*", CONF_SKIP, NULL, 0, 0, NULL },
	{ NULL, CONF_SKIP, NULL, 0, 0, NULL },
};

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n)
{
	struct mail_settings s;
	struct values first;
	int status;

	fuzz_enter(MAIL_CONF, octets, n);
	memset(&got, 0, sizeof got);
	status = conf_read(MAIL_CONF, table);
	assert(strlen(got.text) < sizeof got.text);
	assert(got.number >= -10 && got.number <= 10);
	first = got;
	assert(conf_read(MAIL_CONF, table) == status);
	assert(strcmp(got.text, first.text) == 0 &&
	    got.number == first.number && got.yes == first.yes);
	if (mail_settings_read(&s) == 0) {
		assert(s.hostname[0] != '\0' && s.domains.len > 0);
		assert(s.size_limit >= 65536 && s.recipients_max >= 1 &&
		    s.recipients_max <= 250);
		assert(mail_domain_is_local(&s, s.domains.s));
		assert(s.relay_networks <= MAIL_NETWORKS_MAX);
		mail_may_relay(&s, "192.0.2.1");
		mail_may_relay(&s, "2001:db8::1");
		if (s.routes.len > 0)
			assert(mail_route(&s, s.routes.s) != NULL);
	}
	buf_free(&s.domains);
	buf_free(&s.virtual);
	buf_free(&s.routes);
	fuzz_leave();
	return 0;
}
