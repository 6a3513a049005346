/* recipient.c - from an address to the places that stand for it */

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "deliver.h"
#include "expansion.h"
#include "io/log.h"
#include "mail/alias.h"

enum {
	DEPTH_MAX = 10,		/* an alias of an alias of ... */
	NAMES_MAX = 500		/* of .forward files, one through the other */
};

static const char
	unknown[] = "550 5.1.1 No such user here",
	bad_syntax[] = "501 5.1.3 Bad recipient address",
	relaying[] = "550 5.7.1 Relaying denied",
	loop[] = "550 5.4.6 Aliases go in a circle";

/* The aliases and .forward files that led to where we are. */
struct step {
	const char		*name;		/* of the alias, or the user */
	bool			 forward;
	int			 depth;
	const struct step	*up;
};

static const char *expand(struct expansion *, const char *local,
    const char *domain, const struct step *up);

/* A mailbox gets one copy of a message, however many names lead to it. */
static const char *
add_place(struct expansion *x, const struct place *new)
{
	struct message *m = x->m;
	size_t i;

	x->found++;
	for (i = 0; i < m->n; i++)
		if (strcmp(m->places[i].user, new->user) == 0 &&
		    strcmp(m->places[i].folder, new->folder) == 0)
			break;
	if (i == MAILBOXES_MAX)
		return expansion_many;
	if (i == m->n)
		m->places[m->n++] = *new;
	message_use(m, m->recipients, i);
	return expansion_ok;
}

/* One target of an alias or a .forward: a local name, or any address. */
static const char *
expand_target(struct expansion *x, const char *target, const struct step *up)
{
	struct path path;

	if (path_parse(target, &path) != NULL) {
		log_line("%s: %s: bad target", ALIAS_FILE, target);
		return expansion_later;
	}
	if (path.domain[0] != '\0' &&
	    !mail_domain_is_local(x->s, path.domain))
		return x->m == NULL ? expansion_ok :
		    queued_remote(x, path.text, true);
	return expand(x, path.local, path.domain, up);
}

static const char *
expand_list(struct expansion *x, const struct buf *targets,
    const struct step *up)
{
	const char *reply = expansion_ok;

	for (size_t at = 0; at < targets->len && reply == expansion_ok;
	    at += strlen(targets->s + at) + 1)
		reply = expand_target(x, targets->s + at, up);
	return reply;
}

/* Has that user's .forward, or anybody's, led to here? */
static bool
is_forwarding(const struct step *up, const char *user)
{
	for (; up != NULL; up = up->up)
		if (up->forward && (user == NULL ||
		    strcmp(up->name, user) == 0))
			return true;
	return false;
}

/* Full or broken: its user's own affair, not the system's (RFC 3463, X.2.X). */
static bool
is_mailbox_failure(const char *reply)
{
	return strncmp(reply + sizeof "452 4" - 1, ".2.", 3) == 0;
}

/*
 * Where the user wants his mail.  What leads nowhere is his slip, and no
 * fault of the sender's: the mailbox gets it.  So it does when a few files
 * that each name the next a hundred times would keep us for hours.
 */
static const char *
expand_forward(struct expansion *x, const struct place *p,
    const struct forward *f, const struct step *up)
{
	const struct step here = { p->user, true,
	    up == NULL ? 1 : up->depth + 1, up };
	const char *reply = expansion_ok, *target;

	if (!is_forwarding(up, NULL))
		x->names = 0;
	for (size_t at = 0; at < f->targets.len && reply == expansion_ok;
	    at += strlen(target) + 1) {
		target = f->targets.s + at;
		if (x->names >= NAMES_MAX) {
			log_line("%s/.forward: %s: too many names", p->user,
			    target);
			return add_place(x, p);
		}
		reply = expand_target(x, target, &here);
		if (reply[0] == '5' || is_mailbox_failure(reply)) {
			log_line("%s/.forward: %s: %s", p->user, target,
			    reply);
			reply = add_place(x, p);
		}
	}
	return reply;
}

/* The account's mailbox, and where its .forward leads. */
static const char *
add_account(struct expansion *x, const char *user, const char *detail,
    const struct step *up)
{
	struct place p = { .file = -1, .tmp = -1, .new = -1 };
	struct login_account a;
	struct forward f;
	const char *reply;
	bool turned;

	switch (login_account(user, &a)) {
	case LOGIN_NO:
		return unknown;
	case LOGIN_LATER:
		return expansion_later;
	case LOGIN_YES:
		break;
	}
	if (x->m == NULL) {
		x->owned = x->owned || strcmp(user, x->whose) == 0;
		return expansion_ok;
	}
	strcpy(p.user, user);
	strcpy(p.to, x->to);
	p.uid = a.uid;
	p.gid = a.gid;
	/* Mail that comes back to a .forward has its end in the mailbox. */
	turned = is_forwarding(up, user) || (up != NULL &&
	    up->depth >= DEPTH_MAX);
	reply = account_look(&p, &a, detail, x->m->size, &f);
	if (reply == NULL && (f.keep || turned))
		reply = add_place(x, &p);
	else if (reply != NULL && up != NULL && !up->forward &&
	    is_mailbox_failure(reply))
		reply = queued_missed(x, user, reply);
	if ((reply == NULL || reply == expansion_ok) && !turned && f.n > 0)
		reply = expand_forward(x, &p, &f, up);
	buf_free(&f.targets);
	return reply;
}

/* Account names are lower case; people's habits are not. */
static const char *
try_account(struct expansion *x, const char *name, const char *detail,
    const struct step *up)
{
	char user[PATH_LOCAL_MAX + 1];
	size_t i;

	for (i = 0; name[i] != '\0'; i++)
		user[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ?
		    name[i] + 'a' - 'A' : name[i]);
	user[i] = '\0';
	return account_name_ok(user) ? add_account(x, user, detail, up) :
	    unknown;
}

/* How an address may stand in etc/aliases; the best first. */
enum { FULL, FULL_BASE, LOCAL, BASE, NAMES };

struct names {
	char	text[NAMES][PATH_LOCAL_MAX + PATH_DOMAIN_MAX + 2];
	char	base[PATH_LOCAL_MAX + 1];
	const char *detail;		/* behind the + */
	const char *list[NAMES];
	size_t	n;
};

static void
set_names(struct names *n, const struct mail_settings *s, const char *local,
    const char *domain)
{
	const char *plus = strchr(local, '+');
	size_t base = plus == NULL || plus == local ? strlen(local) :
	    (size_t)(plus - local);

	snprintf(n->base, sizeof n->base, "%.*s", (int)base, local);
	n->detail = local[base] == '\0' ? "" : local + base + 1;
	snprintf(n->text[FULL], sizeof n->text[0], "%s@%s", local, domain);
	snprintf(n->text[FULL_BASE], sizeof n->text[0], "%s@%s", n->base,
	    domain);
	strcpy(n->text[LOCAL], local);
	strcpy(n->text[BASE], n->base);
	n->n = mail_domain_is_virtual(s, domain) ? LOCAL : NAMES;
	for (size_t i = 0; i < n->n; i++)
		n->list[i] = n->text[i];
}

/* Its targets, one step further; a list that leads to itself is an error. */
static const char *
expand_alias(struct expansion *x, const char *name, const struct buf *targets,
    const struct step *up)
{
	const struct step here = { name, false,
	    up == NULL ? 1 : up->depth + 1, up };

	if (here.depth > DEPTH_MAX)
		return loop;
	for (; up != NULL; up = up->up)
		if (!up->forward && strcasecmp(up->name, name) == 0)
			return loop;
	return expand_list(x, targets, &here);
}

/* What stands for everybody else in the domain. */
static const char *
catch_all(struct expansion *x, const char *domain, const struct step *up)
{
	char name[PATH_DOMAIN_MAX + 2];
	const char *const list[] = { name }, *reply = unknown;
	struct buf targets = { 0 };
	int found;

	snprintf(name, sizeof name, "@%s", domain);
	found = alias_find(list, 1, &targets);
	if (found > 0)
		reply = expand_alias(x, name, &targets, up);
	else if (found == -1)
		reply = expansion_later;
	buf_free(&targets);
	return reply;
}

/*
 * An alias that names itself means the account of that name: so a copy stays
 * here while others get theirs.
 */
static bool
names_itself(const struct step *up, const struct names *n, const char *name)
{
	return up != NULL && !up->forward && strcasecmp(up->name, name) == 0 &&
	    n->n == NAMES;
}

/* A local address: an alias, else an account, else what catches all. */
static const char *
expand(struct expansion *x, const char *local, const char *domain,
    const struct step *up)
{
	struct buf targets = { 0 };
	const char *reply, *name;
	struct names n;
	int found;

	x->names++;
	/* RFC 5321 4.5.1: postmaster needs no domain; nor do local names. */
	if (domain[0] == '\0')
		domain = mail_own_domain(x->s);
	set_names(&n, x->s, local, domain);
	found = alias_find(n.list, n.n, &targets);
	name = found > 0 ? n.text[found - 1] : "";
	if (found == -1)
		reply = expansion_later;
	else if (found > 0 && !names_itself(up, &n, name))
		reply = expand_alias(x, name, &targets, up);
	else
		reply = n.n < NAMES ? unknown : try_account(x, n.base,
		    n.detail, up);
	buf_free(&targets);
	if (reply == unknown && found == 0)
		reply = catch_all(x, domain, up);
	/* RFC 5321 4.5.1: each domain has one. */
	if (reply == unknown && n.n < NAMES &&
	    strcasecmp(local, "postmaster") == 0)
		reply = expand(x, local, mail_own_domain(x->s), up);
	return reply;
}

const char *
recipient_add(struct message *m, const struct mail_settings *s,
    const char *to, const struct rcpt_parameters *with)
{
	struct path path;
	struct expansion x = { .m = m, .s = s, .to = path.text,
	    .with = *with };
	const char *reply;
	size_t before = m->n, remotes = m->remote.n;
	size_t aliases = m->remote.aliases.len;

	if (path_parse(to, &path) != NULL)
		return bad_syntax;
	if (m->recipients == RECIPIENTS_MAX)
		return expansion_many;
	memset(m->uses[m->recipients], 0, sizeof m->uses[0]);
	if (path.domain[0] == '\0' || mail_domain_is_local(s, path.domain))
		reply = expand(&x, path.local, path.domain, NULL);
	else
		reply = m->may_relay ? queued_remote(&x, path.text, false) :
		    relaying;
	if (reply == expansion_ok && x.missed != NULL && x.found++ == 0)
		reply = x.missed;	/* there is nobody else */
	if (reply == expansion_ok)
		reply = queued_report(&x, remotes);
	if (reply == expansion_ok) {
		m->recipients++;
		return expansion_ok;
	}
	m->n = before;
	m->remote.n = remotes;
	m->remote.aliases.len = aliases;
	return reply;
}

const char *
recipient_owned(const struct mail_settings *s, const char *address,
    const char *user)
{
	struct path path;
	struct expansion x = { .s = s, .to = path.text, .whose = user };
	const char *reply = unknown;

	if (path_parse(address, &path) == NULL && (path.domain[0] == '\0' ||
	    mail_domain_is_local(s, path.domain)))
		reply = expand(&x, path.local, path.domain, NULL);
	if (x.owned)
		return "250 2.1.0 The user's own";
	return reply[0] == '4' ? reply :
	    "550 5.7.1 That is not your address";
}
