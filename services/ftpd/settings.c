/* settings.c - the keys of etc/ftpd.conf and what stands without them */

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "io/conf.h"
#include "io/log.h"
#include "settings.h"

static const struct settings defaults = {
	.banner = "FTP server ready.",
	.login_seconds = 60,
	.idle_seconds = 300,
	.connect_seconds = 30,
	.stall_seconds = 120,
	.first_port = 49152,	/* the dynamic ports of RFC 6335 6 */
	.last_port = 65535,
	.anonymous = true,
	.umask = 077,
	.sync = true,
	.messages = true,
	.log_transfers = true,
};

/* "FIRST-LAST" */
static bool
set_ports(void *to, const char *value, const char **why)
{
	struct settings *set = to;
	int used = 0;

	if (sscanf(value, "%5ld-%5ld%n", &set->first_port, &set->last_port,
	    &used) != 2 || value[used] != '\0') {
		*why = "not FIRST-LAST";
		return false;
	}
	*why = "ports are 1024 to 65535, the first not above the last";
	return set->first_port >= 1024 && set->last_port <= 65535 &&
	    set->first_port <= set->last_port;
}

static bool
set_address(void *to, const char *value, const char **why)
{
	struct settings *set = to;
	struct in_addr a;

	*why = "not an IPv4 address";
	if (inet_pton(AF_INET, value, &a) != 1)
		return false;
	snprintf(set->passive_address, sizeof set->passive_address, "%s",
	    value);
	return true;
}

static bool
set_umask(void *to, const char *value, const char **why)
{
	struct settings *set = to;
	char *end;

	*why = "not an octal number up to 777";
	set->umask = strtol(value, &end, 8);
	return *value != '-' && *end == '\0' && set->umask >= 0 &&
	    set->umask <= 0777;
}

static bool
set_upload(void *to, const char *value, const char **why)
{
	struct settings *set = to;

	*why = "neither atomic nor direct";
	set->upload_direct = strcasecmp(value, "direct") == 0;
	return set->upload_direct || strcasecmp(value, "atomic") == 0;
}

int
settings_read(struct settings *set, const char *file)
{
	const struct setting table[] = {
	{ "banner", CONF_TEXT, set->banner, 0, SETTINGS_TEXT, NULL },
	{ "login-timeout", CONF_NUMBER, &set->login_seconds, 5, 3600, NULL },
	{ "idle-timeout", CONF_NUMBER, &set->idle_seconds, 5, 86400, NULL },
	{ "connect-timeout", CONF_NUMBER, &set->connect_seconds, 1, 600, NULL },
	{ "stall-timeout", CONF_NUMBER, &set->stall_seconds, 1, 86400, NULL },
	{ "passive-ports", CONF_CALL, set, 0, 0, set_ports },
	{ "passive-address", CONF_CALL, set, 0, 0, set_address },
	{ "plaintext", CONF_BOOL, &set->plaintext, 0, 0, NULL },
	{ "anonymous", CONF_BOOL, &set->anonymous, 0, 0, NULL },
	{ "incoming", CONF_TEXT, set->incoming, 0, SETTINGS_TEXT, NULL },
	{ "read-only", CONF_TEXT, set->read_only, 0, SETTINGS_NAMES, NULL },
	{ "quota", CONF_NUMBER, &set->quota_mib, 0, 1L << 40, NULL },
	{ "umask", CONF_CALL, set, 0, 0, set_umask },
	{ "upload", CONF_CALL, set, 0, 0, set_upload },
	{ "sync", CONF_BOOL, &set->sync, 0, 0, NULL },
	{ "messages", CONF_BOOL, &set->messages, 0, 0, NULL },
	{ "log-transfers", CONF_BOOL, &set->log_transfers, 0, 0, NULL },
	{ NULL, CONF_SKIP, NULL, 0, 0, NULL },
	};

	*set = defaults;
	if (conf_read(file, table) == 0 || errno == ENOENT)
		return 0;
	if (errno != EINVAL)
		log_errno("%s", file);
	return -1;
}

bool
settings_read_only(const struct settings *set, const char *user)
{
	const char *p = set->read_only;
	size_t n;

	for (; *p != '\0'; p += n) {
		p += strspn(p, " \t");
		n = strcspn(p, " \t");
		if (n == strlen(user) && strncmp(p, user, n) == 0)
			return true;
	}
	return false;
}
