/* become.c - the only calls in services/ that change a uid */

#define _GNU_SOURCE	/* setresuid(2) and its sisters, syscall(2) */
#include <errno.h>
#include <grp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "io/log.h"
#include "mail/account.h"
#include "mail/become.h"

/* Does this user run the whole site for himself? */
static bool
site_is_own(void)
{
	struct stat st;

	return stat(ACCOUNT_FILE, &st) == 0 && st.st_uid != 0 &&
	    st.st_uid == getuid();
}

static bool
is_account(uid_t uid, gid_t gid)
{
	return account_id_ok(uid) && account_id_ok(gid);
}

int
become_forever(uid_t uid, gid_t gid)
{
	uid_t u[3];
	gid_t g[3];

	if (site_is_own())
		return 0;
	errno = EPERM;
	if (!is_account(uid, gid) || setgroups(0, NULL) == -1 ||
	    setresgid(gid, gid, gid) == -1 || setresuid(uid, uid, uid) == -1 ||
	    getresuid(&u[0], &u[1], &u[2]) == -1 ||
	    getresgid(&g[0], &g[1], &g[2]) == -1)
		return -1;
	errno = EPERM;
	return u[0] == uid && u[1] == uid && u[2] == uid && g[0] == gid &&
	    g[1] == gid && g[2] == gid ? 0 : -1;
}

/*
 * The effective ids, by the system calls alone: libc's would first stop all
 * signals to tell other threads, and there are none.
 */
static int
take_effective(uid_t uid, gid_t gid, bool user_first)
{
	long status = 0;

	if (user_first)
		status = syscall(SYS_setresuid, -1, uid, -1);
	if (status == 0)
		status = syscall(SYS_setresgid, -1, gid, -1);
	if (status == 0 && !user_first)
		status = syscall(SYS_setresuid, -1, uid, -1);
	return (int)status;
}

int
become_for_files(uid_t uid, gid_t gid)
{
	if (site_is_own())
		return 0;
	if (!is_account(uid, gid)) {
		errno = EPERM;
		return -1;
	}
	if (take_effective(uid, gid, false) == -1) {
		become_self();
		return -1;
	}
	return 0;
}

void
become_self(void)
{
	if (take_effective(getuid(), getgid(), true) == -1) {
		log_errno("giving up the user's id");
		abort();
	}
}
