/*
 * users.h - find the user that a service runs as
 *
 * The site's own etc/passwd and etc/group come first, so that a site brings
 * its users along; then the system's files.  The files are read directly:
 * a static inetd has no name service switch.
 */
#ifndef USERS_H
#define USERS_H

#include <sys/types.h>

#include <stdbool.h>

enum {
	GROUPS_MAX = 32		/* supplementary groups of a system user */
};

struct user {
	uid_t		 uid;
	gid_t		 gid;
	gid_t		 groups[GROUPS_MAX];
	size_t		 ngroups;
	unsigned	 caps;		/* 1 << CAP_..., kept for the service */
	bool		 becomes;	/* `+': it may become an account */
};

/*
 * Find name, with group as its group instead of its own unless group is
 * NULL.  A user of the site has no supplementary groups, a system user
 * those of /etc/group.  Returns NULL, or what is wrong (a constant).
 */
const char	*users_find(struct user *, const char *name,
		    const char *group);

/*
 * The first line of the site's etc/passwd that still is a demo account (its
 * fifth field begins with "demo"), its name copied; 0 if there is none.
 */
int	users_demo(char *name, size_t size);
#endif
