/* option.c - the options behind the wait column of services.conf */

#include <sys/socket.h>
#include <linux/capability.h>

#include <string.h>

#include "calls.h"
#include "conf.h"
#include "number.h"
#include "word.h"

typedef bool	 reader(struct service *, char *value, struct complaint *);

static bool
want_number(unsigned *number, const char *value, unsigned min, unsigned max,
    struct complaint *why)
{
	if (number_parse(number, value, min, max))
		return true;
	return complain(why, "want a number from %u to %u, not \"%s\"", min,
	    max, value);
}

static bool
read_max(struct service *s, char *value, struct complaint *why)
{
	return want_number(&s->max, value, 1, SESSIONS_MAX, why);
}

static bool
read_per_source(struct service *s, char *value, struct complaint *why)
{
	return want_number(&s->per_source, value, 1, SESSIONS_MAX, why);
}

static bool
want_rate(struct rate *rate, const char *value, struct complaint *why)
{
	if (rate_parse(rate, value))
		return true;
	return complain(why, "want a rate like 10/s, 10/m or 10/h, not \"%s\"",
	    value);
}

static bool
read_rate(struct service *s, char *value, struct complaint *why)
{
	return want_rate(&s->rate, value, why);
}

static bool
read_source_rate(struct service *s, char *value, struct complaint *why)
{
	return want_rate(&s->source_rate, value, why);
}

static bool
read_refuse(struct service *s, char *value, struct complaint *why)
{
	(void)why;
	s->refuse = value;
	return true;
}

static bool
read_instances(struct service *s, char *value, struct complaint *why)
{
	return want_number(&s->instances, value, 1, INSTANCES_MAX, why);
}

static bool
read_backlog(struct service *s, char *value, struct complaint *why)
{
	return want_number(&s->backlog, value, 1, 65535, why);
}

static bool
read_mode(struct service *s, char *value, struct complaint *why)
{
	unsigned mode;

	if (!number_octal(&mode, value, 0777))
		return complain(why, "want a mode like 0660, not \"%s\"",
		    value);
	s->mode = mode;
	return true;
}

static bool
read_owner(struct service *s, char *value, struct complaint *why)
{
	char *group = strchr(value, ':');
	struct user owner;
	const char *wrong;

	if (group != NULL)
		*group++ = '\0';
	wrong = users_find(&owner, value, group);
	if (wrong != NULL)
		return complain(why, "%s: %s", value, wrong);
	s->owner = owner.uid;
	s->group = owner.gid;
	return true;
}

static bool
read_caps(struct service *s, char *value, struct complaint *why)
{
	if (strcmp(value, "net_bind_service") != 0)
		return complain(why, "only net_bind_service can be kept");
	s->user.caps |= 1U << CAP_NET_BIND_SERVICE;
	return true;
}

static bool
read_activation(struct service *s, char *value, struct complaint *why)
{
	s->activation = strcmp(value, "systemd") == 0;
	return s->activation || complain(why, "want systemd, not \"%s\"",
	    value);
}

/* Networks of one verdict, blanks or commas between them. */
static bool
add_networks(struct service *s, char *value, enum verdict verdict,
    struct complaint *why)
{
	char *rest, *word = strtok_r(value, ", ", &rest);

	for (; word != NULL; word = strtok_r(NULL, ", ", &rest))
		if (!network_add(&s->networks, word, verdict))
			return complain(why, s->networks.n == NETWORKS_MAX ?
			    "no room for network \"%s\"" :
			    "not a network: \"%s\"", word);
	return true;
}

static bool
read_allow(struct service *s, char *value, struct complaint *why)
{
	return add_networks(s, value, ALLOW, why);
}

static bool
read_deny(struct service *s, char *value, struct complaint *why)
{
	return add_networks(s, value, DENY, why);
}

static bool
read_proxy(struct service *s, char *value, struct complaint *why)
{
	return add_networks(s, value, PROXY, why);
}

static bool
read_paths(struct service *s, char *value, struct complaint *why)
{
	(void)why;
	s->paths = value;
	return true;
}

static bool
read_calls(struct service *s, char *value, struct complaint *why)
{
	s->calls = calls_filter(value, why);
	return s->calls != NULL;
}

static bool
read_timeout(struct service *s, char *value, struct complaint *why)
{
	return number_time(&s->timeout, value) ||
	    complain(why, "want a time like 30s, 10m or 2h, not \"%s\"",
	    value);
}

static bool
read_nice(struct service *s, char *value, struct complaint *why)
{
	unsigned nice;

	if (!want_number(&nice, value, 0, 19, why))
		return false;
	s->limits.nice = (int)nice;
	return true;
}

static bool
read_memory(struct service *s, char *value, struct complaint *why)
{
	return number_size(&s->limits.memory, value) ||
	    complain(why, "want a size like 64M or 1G, not \"%s\"", value);
}

static bool
read_files(struct service *s, char *value, struct complaint *why)
{
	return want_number(&s->limits.files, value, 4, 1000000, why);
}

static bool
read_cpu(struct service *s, char *value, struct complaint *why)
{
	int64_t time;

	if (!number_time(&time, value))
		return complain(why, "want a time like 10s or 1m, not "
		    "\"%s\"", value);
	s->limits.cpu = (unsigned)(time / 1000);
	return true;
}

enum { STREAM = 1, INTERNET = 2, UNIX = 4, ONLY_WAIT = 8, ONLY_NOWAIT = 16,
    PROCESS = 32 };

static const struct option {
	const char	*name;
	unsigned	 where;		/* what a service must be to have it */
	reader		*read;
} options[] = {
	{ "max",		ONLY_NOWAIT,		read_max },
	{ "per-source",		ONLY_NOWAIT,		read_per_source },
	{ "rate",		ONLY_NOWAIT,		read_rate },
	{ "source-rate",	ONLY_NOWAIT,		read_source_rate },
	{ "refuse",		ONLY_NOWAIT,		read_refuse },
	{ "instances",		ONLY_WAIT | INTERNET,	read_instances },
	{ "activation",		ONLY_WAIT,		read_activation },
	{ "backlog",		STREAM,			read_backlog },
	{ "mode",		UNIX,			read_mode },
	{ "owner",		UNIX,			read_owner },
	{ "caps",		PROCESS,		read_caps },
	{ "allow",		ONLY_NOWAIT | INTERNET,	read_allow },
	{ "deny",		ONLY_NOWAIT | INTERNET,	read_deny },
	{ "proxy",		ONLY_NOWAIT | INTERNET,	read_proxy },
	{ "paths",		PROCESS,		read_paths },
	{ "calls",		PROCESS,		read_calls },
	{ "timeout",		0,			read_timeout },
	{ "nice",		PROCESS,		read_nice },
	{ "memory",		PROCESS,		read_memory },
	{ "files",		PROCESS,		read_files },
	{ "cpu",		PROCESS,		read_cpu },
	{ NULL,			0,			NULL },
};

/* Why s cannot have the option, or NULL. */
static const char *
misplaced(const struct option *o, const struct service *s)
{
	if ((o->where & ONLY_NOWAIT) && s->kind != NOWAIT)
		return "only a nowait service can have it";
	if ((o->where & ONLY_WAIT) && s->kind != WAIT)
		return "only a wait service can have it";
	if ((o->where & STREAM) && (s->kind == TIMER || s->type == SOCK_DGRAM))
		return "only a stream service can have it";
	if ((o->where & INTERNET) && s->family == AF_UNIX)
		return "a Unix socket cannot have it";
	if ((o->where & UNIX) && s->family != AF_UNIX)
		return "only a Unix socket can have it";
	if ((o->where & PROCESS) && s->small != NULL)
		return "an internal service has no process";
	return NULL;
}

bool
option_read(struct service *s, char *text, struct complaint *why)
{
	char *value = strchr(text, '=');
	const struct option *o = options;
	struct complaint what;
	const char *wrong;

	if (value != NULL)
		*value++ = '\0';
	while (o->name != NULL && strcmp(o->name, text) != 0)
		o++;
	if (o->name == NULL)
		return complain(why, "unknown option \"%s\"", text);
	if (value == NULL)
		return complain(why, "%s: want %s=VALUE", o->name, o->name);
	if ((wrong = misplaced(o, s)) != NULL)
		return complain(why, "%s: %s", o->name, wrong);
	word_unquote(value);	/* closed, or there were too few columns */
	if (!o->read(s, value, &what))
		return complain(why, "%s: %s", o->name, what.text);
	return true;
}
