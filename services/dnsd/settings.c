/* settings.c - etc/dns.conf */

#include <string.h>

#include "io/conf.h"
#include "server.h"

/* 32 hexadecimal digits. */
static bool
set_secret(void *to, const char *value, const char **why)
{
	if (strlen(value) != SIPHASH_KEY * 2 ||
	    strspn(value, "0123456789abcdefABCDEF") != SIPHASH_KEY * 2) {
		*why = "not 32 hexadecimal digits";
		return false;
	}
	memcpy(to, value, SIPHASH_KEY * 2 + 1);
	return true;
}

static bool
add_network(void *to, const char *value, const char **why)
{
	return networks_add(to, value, why);
}

bool
settings_read(struct settings *s, const char *file)
{
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
		{ .key = "allow-transfer", .kind = CONF_CALL,
		    .to = &s->transfer, .call = add_network },
		{ .key = "notify", .kind = CONF_SKIP },	/* zonec's */
		{ .key = NULL }
	};

	*s = (struct settings){ .udp_size = UDP_MAX, .tcp_connections = 512,
	    .tcp_per_source = 128, .tcp_idle = 10, .tcp_message = 10,
	    .additional = true };
	return conf_read(file, table) == 0;
}
