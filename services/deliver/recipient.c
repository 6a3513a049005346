/* recipient.c - from an address to the places that stand for it */

#include <string.h>
#include <strings.h>

#include "deliver.h"
#include "io/log.h"
#include "io/login.h"
#include "mail/alias.h"
#include "mail/queue.h"

enum { DEPTH_MAX = 10 };	/* an alias of an alias of ... */

static const char
	ok[] = "250 2.1.5 Recipient ok",
	unknown[] = "550 5.1.1 No such user here",
	bad_syntax[] = "501 5.1.3 Bad recipient address",
	relaying[] = "550 5.7.1 Relaying denied",
	loop[] = "550 5.4.6 Aliases go in a circle",
	later[] = "451 4.3.0 Try again later",
	too_many[] = "452 4.5.3 Too many recipients";

static const char *expand(struct message *, const struct mail_settings *,
    const char *name, const char *to, int depth);

/* A mailbox gets one copy of a message, however many names lead to it. */
static bool
has_place(const struct message *m, const char *user)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->places[i].user, user) == 0)
			return true;
	return false;
}

static const char *
add_account(struct message *m, const char *user, const char *to)
{
	struct login_account a;
	struct place *p = &m->places[m->n];

	if (has_place(m, user))
		return ok;
	switch (login_account(user, &a)) {
	case LOGIN_NO:
		return unknown;
	case LOGIN_LATER:
		return later;
	case LOGIN_YES:
		break;
	}
	if (m->n == DELIVERY_PLACES_MAX - 1)
		return too_many;
	memset(p, 0, sizeof *p);
	strcpy(p->user, user);
	strcpy(p->to, to);
	p->uid = a.uid;
	p->gid = a.gid;
	p->file = -1;
	m->n++;
	return ok;
}

static bool
is_in(const struct buf *list, const char *text)
{
	size_t at = 0;

	for (; at < list->len; at += strlen(list->s + at) + 1)
		if (strcmp(list->s + at, text) == 0)
			return true;
	return false;
}

/* An address of another site; alias is the name here that led to it. */
static const char *
add_remote(struct message *m, const char *to, const char *alias)
{
	struct remote *r = &m->remote;

	if (is_in(&r->paths, to))
		return ok;
	if (r->n == QUEUE_RECIPIENTS_MAX)
		return too_many;
	if (buf_add(&r->paths, to, strlen(to) + 1) == -1)
		return later;
	r->n++;
	if (alias != NULL && !is_in(&r->aliases, alias) &&
	    buf_add(&r->aliases, alias, strlen(alias) + 1) == -1)
		return later;
	return ok;
}

/* One target of an alias: a local name, or any address. */
static const char *
expand_target(struct message *m, const struct mail_settings *s,
    const char *target, const char *to, int depth)
{
	struct path path;

	if (path_parse(target, &path) != NULL) {
		log_line("%s: %s: bad target", ALIAS_FILE, target);
		return later;
	}
	if (path.domain[0] != '\0' &&
	    !mail_domain_is_local(s, path.domain))
		return add_remote(m, path.text, to);
	return expand(m, s, path.local, to, depth + 1);
}

/* A name is an alias if etc/aliases has it, else an account. */
static const char *
expand(struct message *m, const struct mail_settings *s, const char *name,
    const char *to, int depth)
{
	struct buf targets = { 0 };
	char user[PATH_LOCAL_MAX + 1];
	const char *reply = ok;
	size_t at;
	int found;

	if (depth > DEPTH_MAX)
		return loop;
	found = alias_find(name, &targets);
	if (found == -1)
		log_errno("%s", ALIAS_FILE);
	if (found == 0) {
		/* Account names are lower case; people's habits are not. */
		for (at = 0; name[at] != '\0'; at++)
			user[at] = (char)(name[at] >= 'A' && name[at] <= 'Z' ?
			    name[at] + 'a' - 'A' : name[at]);
		user[at] = '\0';
		reply = account_name_ok(user) ? add_account(m, user, to) :
		    unknown;
	}
	if (found == -1)
		reply = later;
	for (at = 0; at < targets.len && reply == ok;
	    at += strlen(targets.s + at) + 1)
		reply = expand_target(m, s, targets.s + at, to, depth);
	buf_free(&targets);
	return reply;
}

const char *
recipient_add(struct message *m, const struct mail_settings *s, const char *to)
{
	struct path path;
	const char *reply;
	size_t before = m->n, remotes = m->remote.n;
	size_t paths = m->remote.paths.len, aliases = m->remote.aliases.len;

	if (path_parse(to, &path) != NULL)
		return bad_syntax;
	/* RFC 5321 4.5.1: postmaster needs no domain; nor do local names. */
	if (path.domain[0] == '\0' || mail_domain_is_local(s, path.domain))
		reply = expand(m, s, path.local, path.text, 0);
	else
		reply = m->may_relay ? add_remote(m, path.text, NULL) :
		    relaying;
	if (reply != ok) {
		m->n = before;
		m->remote.n = remotes;
		m->remote.paths.len = paths;
		m->remote.aliases.len = aliases;
	}
	return reply;
}
