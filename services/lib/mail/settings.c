/* settings.c - reading etc/mail.conf */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "io/conf.h"
#include "io/log.h"
#include "mail/idn.h"
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

/* The domain is one of ours, too. */
static bool
add_virtual(void *to, const char *value, const char **why)
{
	struct mail_settings *s = to;

	return add_domain(&s->domains, value, why) &&
	    add_domain(&s->virtual, value, why);
}

static bool
set_bare(void *to, const char *value, const char **why)
{
	struct mail_settings *s = to;

	*why = "neither refuse nor normalise";
	s->bare_newline = strcasecmp(value, "normalise") == 0 ?
	    BARE_NORMALISE : BARE_REFUSE;
	return s->bare_newline == BARE_NORMALISE ||
	    strcasecmp(value, "refuse") == 0;
}

/* `none', or one network a line. */
static bool
add_network(void *to, const char *value, const char **why)
{
	struct mail_settings *s = to;

	if (strcmp(value, "none") == 0) {
		s->relay_nobody = true;
		return true;
	}
	*why = "too many networks";
	if (s->relay_networks == MAIL_NETWORKS_MAX)
		return false;
	*why = "neither an address nor a network";
	return network_parse(&s->relay_from[s->relay_networks++], value);
}

/* Two words: whose way it is, and where it leads. */
static bool
add_route(void *to, const char *value, const char **why)
{
	size_t name = strcspn(value, " \t");
	const char *target = value + name + strspn(value + name, " \t");

	*why = "not `name target'";
	if (*target == '\0' || strpbrk(target, " \t") != NULL ||
	    strlen(target) >= MAIL_HOST_SIZE)
		return false;
	*why = "too many routes";
	return buf_add(to, value, name) == 0 && buf_add(to, "", 1) == 0 &&
	    buf_add(to, target, strlen(target) + 1) == 0;
}

/* One address of each family. */
static bool
set_source(void *to, const char *value, const char **why)
{
	struct mail_settings *s = to;
	struct in6_addr address;

	*why = "not an address";
	if (inet_pton(AF_INET, value, &address) == 1)
		strcpy(s->relay_source_four, value);
	else if (inet_pton(AF_INET6, value, &address) == 1)
		strcpy(s->relay_source_six, value);
	else
		return false;
	return true;
}

static bool
set_tls(void *to, const char *value, const char **why)
{
	static const char *const words[] = { [RELAY_TLS_NO] = "no",
	    [RELAY_TLS_MAY] = "may", [RELAY_TLS_MUST] = "must" };
	struct mail_settings *s = to;

	*why = "neither no, may nor must";
	s->relay_tls = RELAY_TLS_NO;
	while (strcasecmp(value, words[s->relay_tls]) != 0)
		if (s->relay_tls++ == RELAY_TLS_MUST)
			return false;
	return true;
}

static bool
set_accounts(void *to, const char *value, const char **why)
{
	bool yes = strcasecmp(value, "system") == 0;

	*why = "neither site nor system";
	*(bool *)to = yes;
	return yes || strcasecmp(value, "site") == 0;
}

static void
set_defaults(struct mail_settings *s)
{
	memset(s, 0, sizeof *s);
	s->size_limit = 50L << 20;
	s->recipients_max = 250;
	s->smtp_timeout = 300;		/* RFC 5321 4.5.3.2.7 */
	s->domains.limit = s->virtual.limit = s->routes.limit = 65536;
	s->relay_connections = 20;
	s->relay_per_host = 4;
	s->relay_timeout = 600;		/* RFC 5321 4.5.3.2.6 */
	s->relay_retry = 300;
	s->relay_retry_max = 4L * 3600;
	s->relay_warn = 4L * 3600;
	s->relay_lifetime = 5L * 86400;	/* RFC 5321 4.5.4.1 */
}

/* What the file did not say and cannot be a constant. */
static int
complete(struct mail_settings *s)
{
	if (s->hostname[0] == '\0' &&
	    gethostname(s->hostname, sizeof s->hostname - 1) == -1)
		snprintf(s->hostname, sizeof s->hostname, "localhost");
	/* Some domain has to be that of the accounts. */
	if (s->domains.len == s->virtual.len)
		return buf_add(&s->domains, s->hostname,
		    strlen(s->hostname) + 1);
	return 0;
}

int
mail_settings_read(struct mail_settings *s)
{
	const long year = 366L * 86400;
	const struct setting table[] = {
		{ "hostname", CONF_CALL, s->hostname, 0, 0, set_hostname },
		{ "size-limit", CONF_NUMBER, &s->size_limit, 65536,
		    1L << 40, NULL },
		{ "recipients-max", CONF_NUMBER, &s->recipients_max, 1, 250,
		    NULL },
		{ "domain", CONF_CALL, &s->domains, 0, 0, add_domain },
		{ "virtual-domain", CONF_CALL, s, 0, 0, add_virtual },
		{ "bare-newline", CONF_CALL, s, 0, 0, set_bare },
		{ "smtp-timeout", CONF_NUMBER, &s->smtp_timeout, 1, 3600,
		    NULL },
		{ "greet-delay", CONF_NUMBER, &s->greet_delay, 0, 60, NULL },
		{ "helo-check", CONF_BOOL, &s->helo_check, 0, 0, NULL },
		{ "vrfy", CONF_BOOL, &s->vrfy, 0, 0, NULL },
		{ "spf", CONF_BOOL, &s->spf, 0, 0, NULL },
		{ "relay-from", CONF_CALL, s, 0, 0, add_network },
		{ "plaintext", CONF_BOOL, &s->plaintext, 0, 0, NULL },
		{ "accounts", CONF_CALL, &s->system_accounts, 0, 0,
		    set_accounts },
		{ "nameserver", CONF_TEXT, s->nameserver, 0, MAIL_HOST_SIZE,
		    NULL },
		{ "route", CONF_CALL, &s->routes, 0, 0, add_route },
		{ "relay-connections", CONF_NUMBER, &s->relay_connections, 1,
		    200, NULL },
		{ "relay-per-host", CONF_NUMBER, &s->relay_per_host, 1, 200,
		    NULL },
		{ "relay-timeout", CONF_NUMBER, &s->relay_timeout, 1, 3600,
		    NULL },
		{ "relay-retry", CONF_NUMBER, &s->relay_retry, 1, year, NULL },
		{ "relay-retry-max", CONF_NUMBER, &s->relay_retry_max, 1,
		    year, NULL },
		{ "relay-warn", CONF_NUMBER, &s->relay_warn, 0, year, NULL },
		{ "relay-lifetime", CONF_NUMBER, &s->relay_lifetime, 1, year,
		    NULL },
		{ "relay-source", CONF_CALL, s, 0, 0, set_source },
		{ "relay-tls", CONF_CALL, s, 0, 0, set_tls },
		{ "relay-passwords", CONF_TEXT, s->relay_passwords, 0,
		    MAIL_HOST_SIZE, NULL },
		{ NULL, CONF_SKIP, NULL, 0, 0, NULL },
	};

	set_defaults(s);
	if (conf_read(MAIL_CONF, table) == 0)
		return complete(s);
	log_errno("%s", MAIL_CONF);
	return -1;
}

static bool
has_domain(const struct buf *list, const char *domain)
{
	size_t at = 0;

	for (; at < list->len; at += strlen(list->s + at) + 1)
		if (idn_equal(list->s + at, domain))
			return true;
	return false;
}

/* What one key says, the others passed over. */
static bool
read_one(struct setting row, const bool *to)
{
	const struct setting table[] = {
		row,
		{ "*", CONF_SKIP, NULL, 0, 0, NULL },
		{ NULL, CONF_SKIP, NULL, 0, 0, NULL },
	};

	return conf_read(MAIL_CONF, table) == 0 && *to;
}

bool
mail_plaintext(void)
{
	bool yes = false;

	return read_one((struct setting){ "plaintext", CONF_BOOL, &yes, 0, 0,
	    NULL }, &yes);
}

bool
mail_system_accounts(void)
{
	bool yes = false;

	return read_one((struct setting){ "accounts", CONF_CALL, &yes, 0, 0,
	    set_accounts }, &yes);
}

bool
mail_domain_is_local(const struct mail_settings *s, const char *domain)
{
	return has_domain(&s->domains, domain);
}

bool
mail_domain_is_virtual(const struct mail_settings *s, const char *domain)
{
	return has_domain(&s->virtual, domain);
}

const char *
mail_own_domain(const struct mail_settings *s)
{
	const char *at = s->domains.s;

	while (mail_domain_is_virtual(s, at))
		at += strlen(at) + 1;
	return at;
}

bool
mail_may_relay(const struct mail_settings *s, const char *ip)
{
	if (s->relay_nobody)
		return false;
	if (ip[0] == '\0')
		return true;
	if (s->relay_networks > 0)
		return network_has(s->relay_from, s->relay_networks, ip);
	return strncmp(ip, "127.", 4) == 0 || strcmp(ip, "::1") == 0;
}

const char *
mail_route(const struct mail_settings *s, const char *name)
{
	const char *at = s->routes.s, *end = at + s->routes.len;
	const char *target;

	for (; s->routes.len > 0 && at < end;
	    at = target + strlen(target) + 1) {
		target = at + strlen(at) + 1;
		if (idn_equal(at, name))
			return target;
	}
	return NULL;
}
