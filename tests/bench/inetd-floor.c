/*
 * inetd-floor PORT PROGRAM [UID] - a bare accept, vfork, exec loop
 *
 * What no superserver can beat: no limits, no log, no users.  It reaps, as
 * any server must, after each start.  With UID it does one thing more, which
 * one that runs as root has to: it becomes that user.
 */
#define _GNU_SOURCE	/* accept4, vfork */
#include <sys/syscall.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <netinet/in.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	int on = 1, s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), c;
	char *const none[] = { NULL };

	unsigned user = argc == 4 ? (unsigned)atoi(argv[3]) : 0;

	if (argc < 3 || argc > 4)
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
			if (user != 0 &&
			    (syscall(SYS_setgroups, 0, NULL) != 0 ||
			    syscall(SYS_setresgid, user, user, user) != 0 ||
			    syscall(SYS_setresuid, user, user, user) != 0))
				_exit(111);
			execve(argv[2], argv + 2, none);
			_exit(111);
		}
		close(c);
	}
}
