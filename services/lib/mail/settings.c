/* settings.c - reading etc/mail.conf */

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "io/conf.h"
#include "io/log.h"
#include "mail/settings.h"

/* What greets and signs is one word that anybody can read. */
static bool
set_hostname(void *to, const char *value, const char **why)
{
	const char *p = value;

	while (*p > ' ' && *p <= '~')
		p++;
	*why = *p != '\0' ? "not one word" : "value too long";
	if (*p != '\0' || p - value >= MAIL_HOST_SIZE)
		return false;
	strcpy(to, value);
	return true;
}

/* Each `domain' line adds one. */
static bool
add_domain(void *to, const char *value, const char **why)
{
	if (strpbrk(value, " \t") != NULL) {
		*why = "one domain a line";
		return false;
	}
	return buf_add(to, value, strlen(value) + 1) == 0;
}

int
mail_settings_read(struct mail_settings *s)
{
	const struct setting table[] = {
		{ "hostname", CONF_CALL, s->hostname, 0, 0, set_hostname },
		{ "size-limit", CONF_NUMBER, &s->size_limit, 65536,
		    1L << 40, NULL },
		{ "recipients-max", CONF_NUMBER, &s->recipients_max, 1, 250,
		    NULL },
		{ "domain", CONF_CALL, &s->domains, 0, 0, add_domain },
		{ NULL, CONF_SKIP, NULL, 0, 0, NULL },
	};

	memset(s, 0, sizeof *s);
	s->size_limit = 50L << 20;
	s->recipients_max = 250;
	s->domains.limit = 65536;
	if (conf_read(MAIL_CONF, table) == -1) {
		log_errno("%s", MAIL_CONF);
		return -1;
	}
	if (s->hostname[0] == '\0' &&
	    gethostname(s->hostname, sizeof s->hostname - 1) == -1)
		snprintf(s->hostname, sizeof s->hostname, "localhost");
	if (s->domains.len == 0)
		return buf_add(&s->domains, s->hostname,
		    strlen(s->hostname) + 1);
	return 0;
}

bool
mail_domain_is_local(const struct mail_settings *s, const char *domain)
{
	size_t at = 0;

	for (; at < s->domains.len; at += strlen(s->domains.s + at) + 1)
		if (strcasecmp(s->domains.s + at, domain) == 0)
			return true;
	return false;
}
