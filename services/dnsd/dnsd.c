/*
 * dnsd - answer DNS questions from spool/dns/zones.db
 *
 * Usage: dnsd [-c conf] [-d spool] [-i seconds]
 * Descriptor 0 says how: a UDP socket or a listening TCP socket (wait), a
 * TCP connection (nowait), or a pipe of messages with their length in front.
 * Exit status: 0 served, 100 wrongly called, 111 the system failed.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "io/log.h"
#include "io/sandbox.h"
#include "server.h"
#include "statistics.h"

static int
socket_option(int fd, int option)
{
	int value = -1;
	socklen_t len = sizeof value;

	if (getsockopt(fd, SOL_SOCKET, option, &value, &len) == -1)
		return -1;
	return value;
}

static int
serve(struct server *s, long idle)
{
	int type = socket_option(0, SO_TYPE);

	if (type == SOCK_DGRAM)
		return udp_serve(s, 0, idle);
	if (type == SOCK_STREAM && socket_option(0, SO_ACCEPTCONN) == 1)
		return tcp_serve(s, 0, idle);
	signal(SIGPIPE, SIG_IGN);
	return stream_serve(s, 0, 1);
}

/* Seconds from text, or -1. */
static long
seconds(const char *text)
{
	char *end;
	long n = strtol(text, &end, 10);

	return *text != '\0' && *end == '\0' && n > 0 && n <= 86400 ? n : -1;
}

static int
usage(void)
{
	fputs("usage: dnsd [-c conf] [-d spool] [-i seconds]\n", stderr);
	return EXIT_NEVER;
}

int
main(int argc, char *argv[])
{
	static struct server server;
	const char *conf = "etc/dns.conf", *spool = "spool/dns";
	long idle = 60;
	int option, status;

	log_open("dnsd");
	while ((option = getopt(argc, argv, "c:d:i:")) != -1) {
		if (option == 'c')
			conf = optarg;
		else if (option == 'd')
			spool = optarg;
		else if (option != 'i' || (idle = seconds(optarg)) == -1)
			return usage();
	}
	if (optind != argc)
		return usage();
	errno = 0;
	if (!settings_read(&server.settings, conf) && errno != ENOENT) {
		log_line("%s: cannot be used", conf);
		return EXIT_NEVER;
	}
	if (!server_open(&server, spool))
		return EXIT_LATER;
	statistics_open("spool/run/dns/counters");
	if (!server_start_clock(&server, spool))
		return EXIT_LATER;
	if (sandbox_enter("dnsd", spool) == -1)
		return EXIT_LATER;
	status = serve(&server, idle);
	statistics_flush();
	return status;
}
