/* settings.c - etc/dns.conf */

#include <string.h>

#include "io/conf.h"
#include "server.h"

/* 32 hexadecimal digits. */
static bool
set_secret(void *to, const char *value, const char **why)
{
	const size_t digits = (size_t)SIPHASH_KEY * 2;

	if (strlen(value) != digits ||
	    strspn(value, "0123456789abcdefABCDEF") != digits) {
		*why = "not 32 hexadecimal digits";
		return false;
	}
	memcpy(to, value, digits + 1);
	return true;
}

static bool
add_network(void *to, const char *value, const char **why)
{
	return networks_add(to, value, why);
}

/* The networks that are exempt; "none" empties the list. */
static bool
add_exempt(void *to, const char *value, const char **why)
{
	struct networks *list = to;

	if (strcmp(value, "none") != 0)
		return networks_add(list, value, why);
	list->count = 0;
	return true;
}

bool
settings_read(struct settings *s, const char *file)
{
	struct networks exempt = { 0 };
	const char *why;
	const struct setting table[] = {
		{ .key = "version", .kind = CONF_TEXT, .to = s->version,
		    .max = sizeof s->version },
		{ .key = "identity", .kind = CONF_TEXT, .to = s->identity,
		    .max = sizeof s->identity },
		{ .key = "cookie-secret", .kind = CONF_CALL, .to = s->secret,
		    .call = set_secret },
		{ .key = "udp-size", .kind = CONF_NUMBER, .to = &s->udp_size,
		    .min = 512, .max = 4096 },
		{ .key = "tcp-connections", .kind = CONF_NUMBER,
		    .to = &s->tcp_connections, .min = 1, .max = 100000 },
		{ .key = "tcp-per-source", .kind = CONF_NUMBER,
		    .to = &s->tcp_per_source, .min = 1, .max = 100000 },
		{ .key = "tcp-idle", .kind = CONF_NUMBER, .to = &s->tcp_idle,
		    .min = 1, .max = 3600 },
		{ .key = "tcp-message", .kind = CONF_NUMBER,
		    .to = &s->tcp_message, .min = 1, .max = 3600 },
		{ .key = "additional", .kind = CONF_BOOL,
		    .to = &s->additional },
		{ .key = "query-log", .kind = CONF_BOOL,
		    .to = &s->log_queries },
		{ .key = "rate-limit", .kind = CONF_NUMBER, .to = &s->rate,
		    .min = 0, .max = 1000000 },
		{ .key = "rate-slip", .kind = CONF_NUMBER, .to = &s->slip,
		    .min = 0, .max = 100 },
		{ .key = "rate-exempt", .kind = CONF_CALL, .to = &exempt,
		    .call = add_exempt },
		{ .key = "allow-transfer", .kind = CONF_CALL,
		    .to = &s->transfer, .call = add_network },
		{ .key = "notify", .kind = CONF_SKIP },	/* zonec's */
		{ .key = NULL }
	};

	*s = (struct settings){ .udp_size = UDP_MAX, .tcp_connections = 512,
	    .tcp_per_source = 128, .tcp_idle = 10, .tcp_message = 10,
	    .additional = true, .rate = 200, .slip = 2 };
	networks_add(&exempt, "127.0.0.0/8", &why);
	networks_add(&exempt, "::1", &why);
	if (conf_read(file, table) != 0)
		return false;
	s->exempt = exempt;
	return true;
}
