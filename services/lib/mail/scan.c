/* scan.c - the message files of a directory */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "io/log.h"
#include "mail/scan.h"

enum { HOUR = 60 * 60 };
enum { TOLD_MAX = 8 };	/* lines in the log about strange entries */

/* Is it a regular file?  Not all file systems say so with the name. */
static bool
is_regular(int fd, const struct entry *e)
{
	struct stat st;

	if (e->type == DT_REG)
		return true;
	if (e->type == DT_UNKNOWN &&
	    fstatat(fd, e->name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return S_ISREG(st.st_mode);
	return false;
}

/* Say so, but not for ever: a session may scan a thousand times. */
static void
tell(const char *name)
{
	static unsigned told;

	if (told++ < TOLD_MAX)
		log_line("passed over in a maildir: %s", name);
}

int
scan_next(struct entries *d, const char **name, struct maildir_name *parts)
{
	const struct entry *e;

	while ((e = entries_next(d)) != NULL) {
		if (e->name[0] == '.')
			continue;
		if (maildir_name_parse(e->name, parts) &&
		    is_regular(d->fd, e)) {
			*name = e->name;
			return 1;
		}
		tell(e->name);
	}
	errno = d->error;
	return errno == 0 ? 0 : -1;
}

void
scan_clean_tmp(int tmp)
{
	const time_t old = time(NULL) - (time_t)36 * HOUR;
	const struct entry *e;
	struct entries d;
	struct stat st;

	if (entries_start(&d, tmp) == -1)
		return;
	while ((e = entries_next(&d)) != NULL)
		if (e->name[0] != '.' &&
		    fstatat(tmp, e->name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISREG(st.st_mode) && st.st_ctime < old &&
		    st.st_mtime < old && unlinkat(tmp, e->name, 0) == 0)
			log_line("removed from tmp after 36 hours: %s",
			    e->name);
}
