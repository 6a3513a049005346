/*
 * inetd-floor PORT PROGRAM [UID [whole]] - a bare accept, vfork, exec loop
 *
 * What no superserver can beat: no limits, no log, no users.  It reaps, as
 * any server must, after each start.  With UID it does one thing more, which
 * one that runs as root has to: it becomes that user.  With another word it
 * keeps all of service(7): a process group, the user verified, no new
 * privileges, no signals blocked, an environment.
 */
#define _GNU_SOURCE	/* accept4, vfork */
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <netinet/in.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void
become(unsigned user)
{
	if (syscall(SYS_setgroups, 0, NULL) != 0 ||
	    syscall(SYS_setresgid, user, user, user) != 0 ||
	    syscall(SYS_setresuid, user, user, user) != 0)
		_exit(111);
}

static void
keep_contract(unsigned user)
{
	uid_t uid, effective, saved;
	sigset_t none;

	sigemptyset(&none);
	if (setpgid(0, 0) != 0 || getresuid(&uid, &effective, &saved) != 0 ||
	    uid != user || effective != user || saved != user ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    sigprocmask(SIG_SETMASK, &none, NULL) != 0)
		_exit(111);
}

int
main(int argc, char *argv[])
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	int on = 1, s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), c;
	char *const none[] = { NULL }, *const six[] = {
	    "PATH=/usr/local/bin:/usr/bin:/bin", "PROTO=TCP",
	    "TCPREMOTEIP=127.0.0.1", "TCPREMOTEPORT=33333",
	    "TCPLOCALIP=127.0.0.1", "TCPLOCALPORT=33333", NULL };
	unsigned user = argc > 3 ? (unsigned)atoi(argv[3]) : 0;

	if (argc < 3 || argc > 5)
		return 100;
	at.sin_port = htons((unsigned short)atoi(argv[1]));
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(s, (struct sockaddr *)&at, sizeof at) == -1 ||
	    listen(s, 512) == -1) {
		perror("inetd-floor");
		return 111;
	}
	for (;;) {
		while (waitpid(-1, NULL, WNOHANG) > 0)
			continue;
		if ((c = accept4(s, NULL, NULL, SOCK_CLOEXEC)) == -1)
			continue;
		if (vfork() == 0) {
			dup2(c, 0);
			dup2(c, 1);
			if (user != 0)
				become(user);
			if (argc == 5)
				keep_contract(user);
			execve(argv[2], argv + 2, argc == 5 ? six : none);
			_exit(111);
		}
		close(c);
	}
}
