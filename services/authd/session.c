/* session.c - from authd's child to the session half, as the user */

#define _GNU_SOURCE	/* execveat(2), close_range(2) and capabilities */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "authd.h"
#include "io/log.h"
#include "mail/become.h"

enum { PROGRAMS = 3 };	/* the directory that inetd hands over: service(7) */

/* Which programs may be started, and where each finds the user's things. */
static const struct service services[] = {
	{ "pop3d", "spool/mail/", false },
	{ "imapd", "spool/mail/", false },
	{ "ftpd", NULL, true },
	{ NULL, NULL, false },
};

const struct service *
service_find(const char *name)
{
	const struct service *s = services;

	while (s->name != NULL && strcmp(s->name, name) != 0)
		s++;
	return s->name == NULL ? NULL : s;
}

/* Keep one capability through the exec, or none. */
static int
keep_capability(bool low_port)
{
	struct __user_cap_header_struct head = {
	    _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2];
	unsigned keep = low_port ? 1U << CAP_NET_BIND_SERVICE : 0;

	if (syscall(SYS_capget, &head, data) == -1)
		return -1;
	/* inetd may not have it to give: then there is no port 20. */
	keep &= data[0].permitted;
	memset(data, 0, sizeof data);
	data[0].effective = data[0].permitted = data[0].inheritable = keep;
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == -1 ||
	    syscall(SYS_capset, &head, data) == -1)
		return -1;
	if (keep == 0)
		return 0;
	return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE,
	    CAP_NET_BIND_SERVICE, 0, 0);
}

/* The client as 0 and 1; beside it 2, the log, and the programs. */
static int
arrange_descriptors(int in, int out)
{
	if (in <= PROGRAMS || out <= PROGRAMS) {  /* no caller of ours */
		errno = EBADF;
		return -1;
	}
	if (dup2(in, STDIN_FILENO) == -1 ||
	    dup2(out, STDOUT_FILENO) == -1 ||
	    fcntl(PROGRAMS, F_SETFD, FD_CLOEXEC) == -1)
		return -1;
	return (int)syscall(SYS_close_range, PROGRAMS + 1, ~0U, 0);
}

void
session_start(const struct service *s, const struct request *r,
    const struct account *a)
{
	char place[ACCOUNT_FIELD_MAX + 32];
	char ip[LOGIN_RECORD_MAX + 16], user[LOGIN_RECORD_MAX + 8];
	char tag[LOGIN_RECORD_MAX + 16];
	char *argv[] = { (char *)(size_t)s->name, place, NULL };
	char proto[] = "PROTO=TCP";
	char *envp[] = { proto, user, tag, ip, NULL };

	if (s->root != NULL)
		snprintf(place, sizeof place, "%s%s", s->root, a->name);
	else
		snprintf(place, sizeof place, "%s", a->home);
	snprintf(user, sizeof user, "USER=%s", r->login.user);
	snprintf(tag, sizeof tag, "LOGIN_TAG=%s", r->login.tag);
	snprintf(ip, sizeof ip, "TCPREMOTEIP=%s", r->login.ip);
	if (r->login.ip[0] == '\0')
		envp[3] = NULL;
	if (arrange_descriptors(r->in, r->out) == -1 ||
	    become_forever(a->uid, a->gid) == -1 ||
	    keep_capability(s->low_port) == -1 || prctl(PR_SET_NO_NEW_PRIVS,
	    1, 0, 0, 0) == -1)
		log_errno("%s: becoming the user", a->name);
	else if (syscall(SYS_execveat, PROGRAMS, s->name, argv, envp, 0) == -1)
		log_errno("%s", s->name);
}
