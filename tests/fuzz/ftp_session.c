/*
 * ftp_session.c - a whole FTP session of any octets, on a home of its own
 *
 * Telnet, command lines, the table, paths, listings within replies: all that
 * a client can reach without a data connection.  The first octet chooses
 * who it is: the home's owner, a reader or a guest.
 *
 * fuzz: services/ftpd/[!f]*.c services/ftpd/f[!t]*.c
 */
#define _GNU_SOURCE	/* memfd_create(2) */
#include <assert.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../services/ftpd/session.h"

static char home[] = "/tmp/fuzz-ftp.XXXXXX";

static void
remove_home(void)
{
	char command[128];

	snprintf(command, sizeof command, "chmod -R u+rwx %s; rm -rf %s",
	    home, home);
	if (system(command) != 0)
		perror(home);
}

/* A home with one of each, made afresh now and then. */
static void
make_home(void)
{
	static unsigned runs;
	char command[256];

	if (runs == 0) {
		assert(mkdtemp(home) != NULL);
		atexit(remove_home);
	} else if (runs % 500 == 0) {
		remove_home();
	}
	if (runs++ % 500 != 0)
		return;
	snprintf(command, sizeof command, "mkdir -p %s/d/e %s/incoming && "
	    "cd %s && echo hello >d/f && echo hi >.message && "
	    "ln -s /usr up && ln -s d l && ln -s o o && mkfifo p", home, home,
	    home);
	assert(system(command) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n)
{
	static struct session s;
	int in, out;

	if (n == 0)
		return 0;
	make_home();
	in = memfd_create("in", MFD_CLOEXEC);
	out = open("/dev/null", O_WRONLY | O_CLOEXEC);
	assert(in != -1 && out != -1);
	assert(write(in, octets + 1, n - 1) == (ssize_t)n - 1);
	assert(lseek(in, 0, SEEK_SET) == 0);
	memset(&s, 0, sizeof s);
	control_init(&s.control, in, out, false);
	data_init(&s.data);
	s.root.fd = -1;
	settings_read(&s.settings, "/nowhere");
	strcpy(s.settings.incoming, "/incoming");
	strcpy(s.settings.read_only, "reader");
	setenv("USER", octets[0] % 4 == 0 ? "anonymous" :
	    octets[0] % 4 == 1 ? "reader" : "owner", 1);
	assert(session_half(&s, home) == 0);
	close(s.root.fd);
	close(in);
	close(out);
	return 0;
}
