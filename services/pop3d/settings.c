/* settings.c - etc/pop3d.conf, and the time between logins */

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "io/conf.h"
#include "io/log.h"
#include "pop3d.h"

#define CONF_FILE	"etc/pop3d.conf"
#define LOGIN_FILE	"labnet.pop3"	/* its time is that of the last login */

static bool
set_uidl(void *to, const char *value, const char **why)
{
	bool name = strcmp(value, "name") == 0;

	*why = "dovecot or name";
	*(bool *)to = name;
	return name || strcmp(value, "dovecot") == 0;
}

void
settings_read(struct settings *set)
{
	const struct setting table[] = {
		{ "uidl", CONF_CALL, &set->uidl_by_name, 0, 0, set_uidl },
		{ "login-delay", CONF_NUMBER, &set->login_delay, 0, 86400,
		    NULL },
		{ NULL, CONF_SKIP, NULL, 0, 0, NULL },
	};

	*set = (struct settings){ 0 };
	/* There need be no file; what is wrong in one has been logged. */
	if (access(CONF_FILE, F_OK) == 0 && conf_read(CONF_FILE, table) == -1)
		log_line("%s: not all of it is in force", CONF_FILE);
}

/* RFC 2449 6.5.  A clock that was set back does not lock anyone out. */
bool
is_too_soon(struct session *s)
{
	time_t now = time(NULL);
	struct stat st;
	int fd;

	if (s->settings.login_delay == 0)
		return false;
	if (fstatat(s->root, LOGIN_FILE, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    st.st_mtime <= now && now - st.st_mtime < s->settings.login_delay)
		return true;
	fd = openat(s->root, LOGIN_FILE, O_WRONLY | O_CREAT | O_NOFOLLOW |
	    O_CLOEXEC, 0600);
	if (fd == -1 || futimens(fd, NULL) == -1)
		log_errno("%s", LOGIN_FILE);
	if (fd != -1)
		close(fd);
	return false;
}
