/*
 * line.c - read one line of services.conf
 *
 * The columns are read from left to right, but the options, which stand in
 * the middle, last: what they may be depends on all the others.
 */
#include <linux/capability.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "confine.h"
#include "number.h"
#include "port.h"
#include "small.h"
#include "word.h"

static bool
read_type(struct service *s, const char *type, const char *proto,
    struct complaint *why)
{
	static const struct {
		const char	*type;
		const char	*proto;
		int		 number;
		int		 family;
	} pairs[] = {
		{ "stream",	"tcp",	SOCK_STREAM,	AF_UNSPEC },
		{ "stream",	"tcp4",	SOCK_STREAM,	AF_INET },
		{ "stream",	"tcp6",	SOCK_STREAM,	AF_INET6 },
		{ "dgram",	"udp",	SOCK_DGRAM,	AF_UNSPEC },
		{ "dgram",	"udp4",	SOCK_DGRAM,	AF_INET },
		{ "dgram",	"udp6",	SOCK_DGRAM,	AF_INET6 },
		{ "stream",	"unix",	SOCK_STREAM,	AF_UNIX },
		{ "dgram",	"unix",	SOCK_DGRAM,	AF_UNIX },
		{ "seqpacket",	"unix",	SOCK_SEQPACKET,	AF_UNIX },
		{ "-",		"-",	0,		AF_UNSPEC },
	};

	if (strncmp(proto, "rpc/", 4) == 0)
		return complain(why, "RPC services are not supported");
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		if (strcmp(pairs[i].type, type) == 0 &&
		    strcmp(pairs[i].proto, proto) == 0) {
			s->type = pairs[i].number;
			s->family = pairs[i].family;
			return true;
		}
	return complain(why, "no socket is \"%s %s\"", type, proto);
}

/* Cut "%device" off an address; false if its name is too long. */
static bool
cut_device(struct address *a, char *text)
{
	char *device = strchr(text, '%');

	a->device[0] = '\0';
	if (device == NULL)
		return true;
	*device++ = '\0';
	return *device != '\0' && (size_t)snprintf(a->device,
	    sizeof a->device, "%s", device) < sizeof a->device;
}

static bool
add(struct service *s, const struct address *a, struct complaint *why)
{
	struct address *more = realloc(s->addresses,
	    (s->naddresses + 1) * sizeof *more);

	if (more == NULL)
		return complain(why, "no memory");
	more[s->naddresses++] = *a;
	s->addresses = more;
	return true;
}

static bool
add_number(struct service *s, const char *text, const char *device,
    struct complaint *why)
{
	struct address a;

	if (s->naddresses == ADDRESSES_MAX)
		return complain(why, "more than %d addresses", ADDRESSES_MAX);
	if (!address_parse(&a, text))
		return complain(why, "not an address: \"%s\"", text);
	if (s->family != AF_UNSPEC && s->family != a.u.any.sa_family)
		return complain(why, "\"%s\" is of the other IP version",
		    text);
	memcpy(a.device, device, sizeof a.device);
	return add(s, &a, why);
}

/* One address of the service column, "*" included. */
static bool
add_address(struct service *s, char *text, struct complaint *why)
{
	size_t len = strlen(text);
	struct address by;

	if (len > 1 && text[0] == '[' && text[len - 1] == ']') {
		text[len - 1] = '\0';
		text++;
	} else if (strchr(text, ':') != NULL)
		return complain(why, "write [%s]: an IPv6 address stands in "
		    "brackets", text);
	if (!cut_device(&by, text))
		return complain(why, "no such device: \"%s\"", text);
	if (strcmp(text, "*") != 0)
		return add_number(s, text, by.device, why);
	return (s->family == AF_INET6 ||
	    add_number(s, "0.0.0.0", by.device, why)) &&
	    (s->family == AF_INET || add_number(s, "::", by.device, why));
}

/* [address[,address...]:]port */
static bool
read_port(struct service *s, char *column, unsigned offset,
    struct complaint *why)
{
	char *port = strrchr(column, ':'), *next;
	const char *proto = s->type == SOCK_STREAM ? "tcp" : "udp";
	bool added = true;
	unsigned number;

	if (port == NULL) {
		port = column;
		added = add_number(s, s->family == AF_INET6 ? "::1" :
		    "127.0.0.1", (const char [IF_NAMESIZE]){ "" }, why);
	} else {
		*port++ = '\0';
		while (added && (next = word_option(&column)) != NULL)
			added = add_address(s, next, why);
	}
	if (!added)
		return false;
	if (s->naddresses == 0)
		return complain(why, "no address before the colon");
	if (!port_find(&number, port, proto))
		return complain(why, "no port is called \"%s\"", port);
	if (number != 0 && (number += offset) > 65535)
		return complain(why, "port %u is too high", number);
	for (size_t i = 0; i < s->naddresses; i++)
		address_set_port(&s->addresses[i], number);
	if (port[strspn(port, "0123456789")] != '\0')
		s->name = s->column + strlen(s->column) - strlen(port);
	return true;
}

static bool
read_interval(struct service *s, const char *column, struct complaint *why)
{
	return number_time(&s->interval, column + 1) ||
	    complain(why, "want an interval like @1s, @5m, @1h or @1d, not "
	    "\"%s\"", column);
}

static bool
read_service(struct service *s, char *column, char *copy, unsigned offset,
    struct complaint *why)
{
	struct address path;

	s->column = column;
	if ((column[0] == '@') != (s->type == 0))
		return complain(why, "a timer is \"@1s - -\"");
	if (s->type == 0)
		return read_interval(s, column, why);
	if (s->family != AF_UNIX)
		return read_port(s, copy, offset, why);
	if (!address_path(&path, column))
		return complain(why, "the path is too long");
	return add(s, &path, why);
}

/*
 * wait or nowait, with the classic limits: nowait.N is N starts a minute;
 * nowait/N/R/S is N sessions, R a minute from a source and S from a source
 * at once.
 */
static bool
read_wait(struct service *s, char *column, struct complaint *why)
{
	char *limits = column + strcspn(column, "./"), mark = *limits;
	unsigned *numbers[] = { &s->max, &s->source_rate.count,
	    &s->per_source };
	char *rest, *number;
	size_t n = 0;

	if (mark != '\0')
		*limits++ = '\0';
	if (strcmp(column, "wait") == 0)
		s->kind = s->type == 0 ? TIMER : WAIT;
	else if (strcmp(column, "nowait") != 0)
		return complain(why, "want wait or nowait, not \"%s\"",
		    column);
	else if (s->type == 0 || s->type == SOCK_DGRAM)
		return complain(why, "only a stream service can be nowait");
	if (mark == '.') {
		s->rate.period = 60000;
		return number_parse(&s->rate.count, limits, 1, 1000000) ||
		    complain(why, "want a number after \"%s.\"", column);
	}
	s->source_rate.period = 60000;
	for (number = strtok_r(limits, "/", &rest); number != NULL;
	    number = strtok_r(NULL, "/", &rest))
		if (n == 3 || !number_parse(numbers[n++], number, 0,
		    SESSIONS_MAX))
			return complain(why, "want %s/N/N/N", column);
	if (s->max == 0)	/* as FreeBSD has it: no limit */
		s->max = SESSIONS_MAX;
	return true;
}

/* name[+][:group], or name.group, which is as old */
static bool
read_user(struct service *s, char *column, struct complaint *why)
{
	char *group = strchr(column, ':'), *dot;
	size_t len;
	const char *wrong;

	if (group != NULL)
		*group++ = '\0';
	len = strlen(column);
	if (len > 1 && column[len - 1] == '+') {
		column[len - 1] = '\0';
		s->user.becomes = true;
		s->user.caps |= 1U << CAP_SETUID | 1U << CAP_SETGID;
	}
	wrong = users_find(&s->user, column, group);
	if (wrong != NULL && strchr(column, '=') != NULL)
		return complain(why, "\"%s\" stands where the user should: "
		    "options follow wait or nowait by commas, without blanks",
		    column);
	if (wrong == NULL && s->user.becomes && s->user.uid == 0)
		return complain(why, "%s+: root needs no right to become "
		    "an account, and gets none", column);
	if (wrong != NULL && group == NULL &&
	    (dot = strrchr(column, '.')) != NULL) {
		*dot = '\0';
		if (users_find(&s->user, column, dot + 1) == NULL)
			return true;
		*dot = '.';
	}
	return wrong == NULL || complain(why, "%s%s%s: %s", column,
	    group != NULL ? ":" : "", group != NULL ? group : "", wrong);
}

static bool
read_command(struct service *s, char *program, char **text,
    struct complaint *why)
{
	size_t n = 0;
	char *word;

	s->program = program;
	while ((word = word_next(text)) != NULL) {
		if (n == ARGS_MAX)
			return complain(why, "more than %d words", ARGS_MAX);
		if (!word_unquote(word))
			return complain(why, "a quote is not closed");
		s->argv[n++] = word;
	}
	if (n == 0)
		s->argv[n++] = program;
	if (s->name == NULL)
		s->name = s->argv[0];
	return word_unquote(program) || complain(why, "a quote is not closed");
}

/* `internal': which of the small services is it? */
static bool
read_internal(struct service *s, struct complaint *why)
{
	const char *name = strcmp(s->argv[0], s->program) == 0 ? s->name :
	    s->argv[0];

	if (s->family == AF_UNIX ||
	    s->kind != (s->type == SOCK_DGRAM ? WAIT : NOWAIT))
		return complain(why, "internal: want stream tcp nowait");
	s->small = small_find(name);
	return s->small != NULL || complain(why, "internal: want echo, "
	    "discard, chargen, daytime or time, not \"%s\"", name);
}

enum { SERVICE, TYPE, PROTO, HOW, USER, PROGRAM, COLUMNS };

/* There are only n columns. */
static bool
too_few(int n, char *column[], struct complaint *why)
{
	if (n > 0 && !word_unquote(column[n - 1]))
		return complain(why, "a quote is not closed");
	if (n > 0 && strcmp(column[0], "{") == 0)
		return complain(why, "a block of xinetd's: services.conf(5) "
		    "says what its words are here");
	return complain(why, "%d column%s, want %d and the arguments", n,
	    n == 1 ? "" : "s", COLUMNS);
}

bool
line_read(struct service *s, char *text, unsigned offset,
    struct complaint *why)
{
	char *column[COLUMNS], *wait, *option, copy[LINE_SIZE];

	s->max = DEFAULT_MAX;
	s->instances = 1;
	s->backlog = DEFAULT_BACKLOG;
	s->mode = 0666;
	s->owner = (uid_t)-1;
	s->group = (gid_t)-1;
	for (int i = 0; i < COLUMNS; i++)
		if ((column[i] = word_next(&text)) == NULL)
			return too_few(i, column, why);
	wait = word_option(&column[HOW]);
	snprintf(copy, sizeof copy, "%s", column[SERVICE]);
	if (!read_type(s, column[TYPE], column[PROTO], why) ||
	    !read_service(s, column[SERVICE], copy, offset, why) ||
	    !read_wait(s, wait, why) ||
	    !read_user(s, column[USER], why) ||
	    !read_command(s, column[PROGRAM], &text, why) ||
	    (strcmp(s->program, "internal") == 0 && !read_internal(s, why)))
		return false;
	while ((option = word_option(&column[HOW])) != NULL)
		if (!option_read(s, option, why))
			return false;
	if (s->activation && s->user.becomes)
		return complain(why, "activation: descriptor 3 is taken by "
		    "the + of the user");
	if (s->paths != NULL)
		s->rules = confine_rules(s->paths, s->program, why);
	return s->rules != -1;
}
