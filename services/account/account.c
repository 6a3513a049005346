/*
 * account - edit the accounts of a site
 *
 * The one program that writes etc/passwd: under a lock, by rename.
 * Exit status: 0 done, 100 wrongly called, 111 the system failed, 1 refused.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "account.h"
#include "io/conf.h"
#include "io/log.h"
#include "io/login.h"
#include "mail/account_file.h"
#include "mail/settings.h"

enum { REFUSED = 1 };

struct options {
	const char	*comment;
	const char	*user;
	const char	*method;	/* of the hash, or NULL */
	const char	*value;		/* behind the user, or NULL */
};

/*
 * Copy the file's lines to the new one, but the lines of user, the first of
 * which goes to *found.  Wrong lines are kept: they are the admin's to mend.
 * Whether it was there, or -1 after saying what is wrong; *highest is the
 * highest uid.
 */
static int
copy_others(struct edit *e, const char *user, struct account *found,
    uid_t *highest)
{
	char line[ACCOUNT_LINE_MAX], text[ACCOUNT_LINE_MAX];
	struct account a;
	int there = 0, got;

	*highest = ACCOUNT_UID_FIRST - 1;
	while ((got = conf_line(&e->from, line, sizeof line)) == 1) {
		strcpy(text, line);
		if (account_parse(text, &a) == NULL) {
			if (a.uid > *highest)
				*highest = a.uid;
			if (strcmp(a.name, user) == 0) {
				if (there++ == 0)
					*found = a;
				continue;
			}
		}
		fprintf(e->to, "%s\n", line);
	}
	if (got == 0 && e->from.error == 0)
		return there > 0;
	/* What cannot be read cannot be kept either. */
	warnx("%s: %.32s: %s", ACCOUNT_FILE, line, got == 0 ? "read error" :
	    "line too long, or a NUL in it");
	return -1;
}

/* The same for a user who must be there.  False after saying that not. */
static bool
take_account(struct edit *e, const char *user, struct account *found)
{
	uid_t highest;
	int there = copy_others(e, user, found, &highest);

	if (there == 0 || (there == 1 && found->uid < ACCOUNT_UID_FIRST))
		warnx("%s: no such account", user);
	return there == 1 && found->uid >= ACCOUNT_UID_FIRST;
}

/* Is it an account of the machine?  -1 after saying why nobody knows. */
static int
find_system(const char *user, struct account *found)
{
	int there = account_find_system(user, found);

	if (there == -1)
		warn("the machine's accounts");
	return there;
}

static int
add(struct edit *e, const struct options *o)
{
	char password[LOGIN_PASSWORD_MAX + 2];
	struct account a = { 0 };
	uid_t highest, owner;
	int there;

	if (!account_name_ok(o->user) || strlen(o->comment) >= 128 ||
	    strpbrk(o->comment, ":\r\n") != NULL) {
		warnx("%s: a name is 1 to 32 of a-z 0-9 . _ - and a comment "
		    "has no colon", o->user);
		return REFUSED;
	}
	/* One of the machine's needs but a place for mail. */
	there = find_system(o->user, &a);
	if (there != 0)
		return there == -1 || places_make_maildir(&a) == -1 ?
		    EXIT_LATER : 0;
	there = copy_others(e, o->user, &a, &highest);
	if (there == 1)
		warnx("%s: is there already", o->user);
	if (there != 0)
		return REFUSED;
	/* Never the uid of one who is gone: his files may still be here. */
	owner = places_highest_uid();
	a.uid = a.gid = (owner > highest ? owner : highest) + 1;
	if (a.uid > ACCOUNT_UID_LAST) {
		warnx("no uid left below %d", ACCOUNT_UID_LAST + 1);
		return REFUSED;
	}
	strcpy(a.name, o->user);
	strcpy(a.comment, o->comment);
	snprintf(a.home, sizeof a.home, "spool/home/%s", a.name);
	if (!password_read(password, sizeof password) ||
	    !password_hash(password, o->method, a.hash, sizeof a.hash))
		return REFUSED;
	if (places_make(&a) == -1)
		return EXIT_LATER;
	edit_put(e, &a);
	return edit_commit(e) == -1 ? EXIT_LATER : 0;
}

static int
passwd(struct edit *e, const struct options *o)
{
	char password[LOGIN_PASSWORD_MAX + 2];
	struct account a;

	if (!take_account(e, o->user, &a))
		return REFUSED;
	if (!password_read(password, sizeof password) ||
	    !password_hash(password, o->method, a.hash, sizeof a.hash))
		return REFUSED;
	if (strncmp(a.comment, ACCOUNT_DEMO, strlen(ACCOUNT_DEMO)) == 0)
		a.comment[0] = '\0';
	edit_put(e, &a);
	return edit_commit(e) == -1 ? EXIT_LATER : 0;
}

/* A hash behind `!' is none that crypt(3) ever makes: shadow(5). */
static int
lock(struct edit *e, const struct options *o)
{
	struct account a;
	size_t n;

	if (!take_account(e, o->user, &a))
		return REFUSED;
	n = strlen(a.hash);
	if (a.hash[0] == '!' || n + 2 > sizeof a.hash) {
		warnx("%s: is locked already", o->user);
		return REFUSED;
	}
	memmove(a.hash + 1, a.hash, n + 1);
	a.hash[0] = '!';
	edit_put(e, &a);
	return edit_commit(e) == -1 ? EXIT_LATER : 0;
}

static int
unlock(struct edit *e, const struct options *o)
{
	struct account a;

	if (!take_account(e, o->user, &a))
		return REFUSED;
	if (a.hash[0] != '!') {
		warnx("%s: is not locked", o->user);
		return REFUSED;
	}
	memmove(a.hash, a.hash + 1, strlen(a.hash));
	edit_put(e, &a);
	return edit_commit(e) == -1 ? EXIT_LATER : 0;
}

static int
quota(struct edit *e, const struct options *o)
{
	struct account a;
	int there = find_system(o->user, &a);

	if (there == -1)
		return EXIT_LATER;
	if (there == 0 && !take_account(e, o->user, &a))
		return REFUSED;
	return quota_edit(&a, o->value);
}

static int
del(struct edit *e, const struct options *o)
{
	struct account a;

	if (!take_account(e, o->user, &a))
		return REFUSED;
	return edit_commit(e) == -1 ? EXIT_LATER : 0;
}

static int
list(struct edit *e, const struct options *o)
{
	char line[ACCOUNT_LINE_MAX];
	struct account a;
	int got;

	while ((got = conf_line(&e->from, line, sizeof line)) != 0)
		if (got == 1 && account_parse(line, &a) == NULL &&
		    a.uid >= ACCOUNT_UID_FIRST &&
		    (o->user == NULL || strcmp(o->user, a.name) == 0))
			printf("%s %lu %s%s%s%s\n", a.name,
			    (unsigned long)a.uid, a.home,
			    a.comment[0] == '\0' ? "" : " ", a.comment,
			    a.hash[0] == '!' ? " (locked)" : "");
	errno = e->from.error;
	if (errno != 0)
		warn("%s", ACCOUNT_FILE);
	return errno != 0 || fflush(stdout) == EOF ? EXIT_LATER : 0;
}

static const struct action {
	const char	*name;
	enum { USER_MAY, USER_MUST, VALUE_MAY } words;
	int		(*run)(struct edit *, const struct options *);
} actions[] = {
	{ "add",    USER_MUST, add },
	{ "passwd", USER_MUST, passwd },
	{ "del",    USER_MUST, del },
	{ "lock",   USER_MUST, lock },
	{ "unlock", USER_MUST, unlock },
	{ "quota",  VALUE_MAY, quota },
	{ "list",   USER_MAY,  list },
};

static int
usage(void)
{
	fputs("usage: account [-C site] [-c comment] [-m method] "
	    "add|passwd|del|lock|unlock user\n"
	    "       account [-C site] quota user [none|octets[,messages]]\n"
	    "       account [-C site] list [user]\n", stderr);
	return EXIT_NEVER;
}

static int
run(const struct action *action, const struct options *o)
{
	struct edit e;
	int status = EXIT_LATER;

	if (edit_begin(&e) == 0)
		status = action->run(&e, o);
	edit_abandon(&e);
	return status;
}

int
main(int argc, char *argv[])
{
	struct options o = { .comment = "" };
	int c;

	log_open("account");
	while ((c = getopt(argc, argv, "C:c:m:")) != -1) {
		if (c == 'C' && chdir(optarg) == -1) {
			warn("%s", optarg);
			return EXIT_LATER;
		}
		if (c == 'c')
			o.comment = optarg;
		if (c == 'm')
			o.method = optarg;
		if (c == '?')
			return usage();
	}
	argc -= optind;
	argv += optind;
	if (argc < 1 || argc > 3)
		return usage();
	o.user = argv[1];
	o.value = argc == 3 ? argv[2] : NULL;
	if (mail_system_accounts())
		account_use_system();
	for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++)
		if (strcmp(argv[0], actions[i].name) == 0 &&
		    argc >= (actions[i].words == USER_MAY ? 1 : 2) &&
		    argc <= (actions[i].words == VALUE_MAY ? 3 : 2))
			return run(&actions[i], &o);
	return usage();
}
