/* users.c - find the user that a service runs as */

#define _GNU_SOURCE	/* fgetpwent, fgetgrent */
#include <sys/types.h>

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "users.h"

static const char site_passwd[] = "etc/passwd", site_group[] = "etc/group";
static const char system_passwd[] = "/etc/passwd";
static const char system_group[] = "/etc/group";

/* The entry of name in a file; the next call overwrites it. */
static const struct passwd *
find_passwd(const char *path, const char *name)
{
	FILE *f = fopen(path, "re");
	const struct passwd *p;

	if (f == NULL)
		return NULL;
	while ((p = fgetpwent(f)) != NULL)
		if (strcmp(p->pw_name, name) == 0)
			break;
	fclose(f);
	return p;
}

static bool
find_group(const char *path, const char *name, gid_t *gid)
{
	FILE *f = fopen(path, "re");
	const struct group *g;

	if (f == NULL)
		return false;
	while ((g = fgetgrent(f)) != NULL)
		if (strcmp(g->gr_name, name) == 0) {
			*gid = g->gr_gid;
			break;
		}
	fclose(f);
	return g != NULL;
}

/* The groups of /etc/group that list the user.  False: too many. */
static bool
find_groups(struct user *u, const char *name)
{
	FILE *f = fopen(system_group, "re");
	const struct group *g;
	bool fits = true;

	if (f == NULL)
		return true;
	while (fits && (g = fgetgrent(f)) != NULL)
		for (char **m = g->gr_mem; *m != NULL; m++) {
			if (strcmp(*m, name) != 0)
				continue;
			fits = u->ngroups < GROUPS_MAX;
			if (fits)
				u->groups[u->ngroups++] = g->gr_gid;
			break;
		}
	fclose(f);
	return fits;
}

const char *
users_find(struct user *u, const char *name, const char *group)
{
	const struct passwd *p = find_passwd(site_passwd, name);
	bool ours = p != NULL;

	if (p == NULL)
		p = find_passwd(system_passwd, name);
	if (p == NULL)
		return "no such user";
	u->uid = p->pw_uid;
	u->gid = p->pw_gid;
	u->ngroups = 0;
	if (!ours && !find_groups(u, name))
		return "the user is in too many groups";
	if (group != NULL && !find_group(site_group, group, &u->gid) &&
	    !find_group(system_group, group, &u->gid))
		return "no such group";
	return NULL;
}

int
users_demo(char *name, size_t size)
{
	FILE *f = fopen(site_passwd, "re");
	char line[512], *gecos;
	int number = 0, found = 0;

	if (f == NULL)
		return 0;
	while (found == 0 && fgets(line, sizeof line, f) != NULL) {
		number++;
		gecos = line;
		for (int colons = 0; gecos != NULL && colons < 4; colons++)
			if ((gecos = strchr(gecos, ':')) != NULL)
				gecos++;
		if (gecos == NULL || strncmp(gecos, "demo", 4) != 0)
			continue;
		snprintf(name, size, "%.*s", (int)strcspn(line, ":"), line);
		found = number;
	}
	fclose(f);
	return found;
}
