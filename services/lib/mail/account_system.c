/*
 * account_system.c - the machine's own accounts: passwd(5) and shadow(5)
 *
 * Read as files, not through getpwnam(3) and getspnam(3): what those would
 * load behind the program's back does not go with a static one.
 */

#define _GNU_SOURCE	/* fgetpwent(3) */
#include <errno.h>
#include <pwd.h>
#include <shadow.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "mail/account.h"
#include "mail/account_file.h"

static bool	used;

void
account_use_system(void)
{
	used = true;
}

bool
account_has_system(void)
{
	return used;
}

bool
account_id_ok(uid_t id)
{
	if (used && id >= ACCOUNT_SYSTEM_FIRST && id < SERVICE_UID_FIRST)
		return true;
	return id >= ACCOUNT_UID_FIRST && id <= ACCOUNT_UID_LAST;
}

/* Who may not log in at the terminal may not here. */
static bool
has_shell(const struct passwd *p)
{
	const char *name = strrchr(p->pw_shell, '/');

	name = name == NULL ? p->pw_shell : name + 1;
	return strcmp(name, "nologin") != 0 && strcmp(name, "false") != 0;
}

/* Expired, or with a password that must be changed first: shadow(5). */
static bool
is_over(const struct spwd *s)
{
	long today = (long)(time(NULL) / 86400);

	return s->sp_lstchg == 0 || (s->sp_expire > 0 &&
	    today >= s->sp_expire) || (s->sp_max > 0 && s->sp_lstchg > 0 &&
	    s->sp_max < 99999 && today > s->sp_lstchg + s->sp_max);
}

/* And leave errno to say what happened. */
static void
close_file(FILE *f)
{
	int saved = errno;

	fclose(f);
	errno = saved;
}

static int
find_passwd(const char *name, struct account *a)
{
	FILE *f = fopen("/etc/passwd", "re");
	struct passwd *p;
	int found = 0;

	if (f == NULL)
		return -1;
	while (found == 0 && (p = fgetpwent(f)) != NULL)
		if (strcmp(p->pw_name, name) == 0 && has_shell(p) &&
		    account_id_ok(p->pw_uid) && account_id_ok(p->pw_gid) &&
		    strlen(p->pw_dir) < sizeof a->home) {
			strcpy(a->name, name);
			strcpy(a->home, p->pw_dir);
			a->comment[0] = a->hash[0] = '\0';
			a->uid = p->pw_uid;
			a->gid = p->pw_gid;
			found = 1;
		}
	if (found == 0 && ferror(f))
		found = -1;	/* a broken disk does not know who is there */
	close_file(f);
	return found;
}

int
account_find_system(const char *name, struct account *a)
{
	struct spwd *s;
	int found;
	FILE *f;

	if (!used || !account_name_ok(name))
		return 0;
	found = find_passwd(name, a);
	if (found != 1)
		return found;
	f = fopen("/etc/shadow", "re");
	if (f == NULL)
		return -1;
	while ((s = fgetspent(f)) != NULL)
		if (strcmp(s->sp_namp, name) == 0 && !is_over(s) &&
		    strlen(s->sp_pwdp) < sizeof a->hash) {
			strcpy(a->hash, s->sp_pwdp);
			break;
		}
	found = s == NULL && ferror(f) ? -1 : 1;
	close_file(f);
	return found;
}
