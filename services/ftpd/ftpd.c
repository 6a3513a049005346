/*
 * ftpd - file transfer (RFC 959 and its extensions); see ftpd(8)
 *
 *	ftpd		the login half: until USER and PASS are right
 *	ftpd home	the session half: as the user, on the user's files
 *
 * Talks on descriptors 0 and 1, logs on 2, and runs in a pipe as well:
 *	printf 'SYST\r\nQUIT\r\n' | ftpd spool/home/alice
 * Exit status: 0 served, 100 wrongly called, 111 the system failed us.
 */
#include <unistd.h>

#include "io/log.h"
#include "io/sandbox.h"
#include "session.h"

int
main(int argc, char *argv[])
{
	static struct session s;	/* zero, and too large for a stack */

	log_open("ftpd");
	if (argc > 2) {
		log_line("usage: ftpd [home]");
		return EXIT_NEVER;
	}
	control_init(&s.control, STDIN_FILENO, STDOUT_FILENO, argc == 1);
	peer_get(&s.peer, STDIN_FILENO);
	data_init(&s.data);
	s.root.fd = -1;
	if (settings_read(&s.settings, SETTINGS_FILE) == -1) {
		reply(&s, 421, "Service not available.");
		output_flush(&s.control.out);
		return EXIT_LATER;
	}
	if (sandbox_enter(argc == 1 ? "login" : "ftpd", argv[1]) == -1)
		return EXIT_LATER;
	return argc == 1 ? login_half(&s) : session_half(&s, argv[1]);
}
