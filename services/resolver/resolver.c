/*
 * resolver - find out, from server to server, what clients ask
 *
 * Usage: resolver [-v] [-c conf] [-i seconds]
 *        resolver -q [-c conf] NAME TYPE [NAME TYPE ...]
 * Descriptor 0 is a UDP socket or a listening TCP socket (wait).
 * Exit status: 0 served, 100 wrongly called, 111 the system failed; of -q 1
 * if a question could not be answered.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client.h"
#include "dns/rdata.h"
#include "io/log.h"
#include "io/sandbox.h"
#include "resolver.h"
#include "saved.h"

static int
socket_option(int fd, int option)
{
	int value = -1;
	socklen_t len = sizeof value;

	if (getsockopt(fd, SOL_SOCKET, option, &value, &len) == -1)
		return -1;
	return value;
}

/* The folder of the saved cache; NULL: it is not saved. */
static const char *
folder(const struct resolver *r, bool serves)
{
	const char *save = r->settings.save;

	return serves && save[0] != '\0' && strcmp(save, "none") != 0 ? save :
	    NULL;
}

/* With what was known before, and to leave behind what is known now. */
static int
serve(struct resolver *r, long idle)
{
	int type = socket_option(0, SO_TYPE), status;
	char file[SAVED_PATH];
	bool udp = type == SOCK_DGRAM,
	    saved = folder(r, true) != NULL && access(folder(r, true),
	    W_OK) == 0;

	if (!udp && (type != SOCK_STREAM ||
	    socket_option(0, SO_ACCEPTCONN) != 1)) {
		log_line("descriptor 0 is neither a UDP socket nor a "
		    "listening one");
		return EXIT_NEVER;
	}
	if (!resolver_catch_term()) {
		log_errno("signals");
		return EXIT_LATER;
	}
	snprintf(file, sizeof file, "%s/resolver.%s", r->settings.save,
	    udp ? "udp" : "tcp");
	if (saved)
		saved_read(r, file);
	status = udp ? udp_serve(r, 0, idle) : tcp_serve(r, 0, idle);
	if (saved && status == 0)
		saved_write(r, file);
	return status;
}

/* What a question on the command line came to. */
struct outcome {
	struct client	 client;	/* first */
	bool		 done;
	unsigned	 rcode;
};

static struct outcome	asked;

static void
note(struct resolver *r, struct client *c, const uint8_t *octets, size_t size)
{
	(void)r;
	(void)c;
	(void)size;
	asked.done = true;
	asked.rcode = octets[3] & RCODE_MASK;
}

/* Ask one question as a client would; false: it has no answer. */
static bool
ask(struct resolver *r, const char *name, const char *type)
{
	static uint8_t out[MESSAGE_MAX];
	uint8_t message[HEADER + DNS_NAME_MAX + 4] = { 0, 0, 1, 0, 0, 1 };
	struct name wire;
	int number = strcmp(type, "ANY") == 0 ? TYPE_ANY :
	    type_number(type, strlen(type));
	const char *wrong = name_from_text(&wire, name, strlen(name), NULL);
	size_t n;

	if (wrong != NULL || number == -1) {
		log_line("%s %s: %s", name, type, wrong != NULL ? wrong :
		    "no such type");
		return false;
	}
	memcpy(message + HEADER, wire.wire, wire.len);
	put16(message + HEADER + wire.len, (size_t)number);
	put16(message + HEADER + wire.len + 2, CLASS_IN);
	asked = (struct outcome){ .client = { .fd = -1, .deliver = note } };
	asked.client.peer.ss_family = AF_UNSPEC;
	n = client_ask(r, &asked.client, message, HEADER + wire.len + 4U, out,
	    NULL);
	if (n > 0)
		note(r, &asked.client, out, n);
	while (!asked.done)
		if (resolver_turn(r, TICK) == -1)
			exit(EXIT_LATER);
	return asked.rcode == NOERROR || asked.rcode == NXDOMAIN;
}

static int
ask_all(struct resolver *r, char *argv[])
{
	int status = 0;

	r->verbose = r->on_terminal = true;
	for (; argv[0] != NULL; argv += 2)
		if (!ask(r, argv[0], argv[1]))
			status = 1;
	return fflush(stdout) == 0 ? status : EXIT_LATER;
}

static int
usage(void)
{
	fputs("usage: resolver [-v] [-c conf] [-i seconds]\n"
	    "       resolver -q [-c conf] NAME TYPE [NAME TYPE ...]\n",
	    stderr);
	return EXIT_NEVER;
}

static int
run(struct resolver *r, const char *conf, long idle, char *questions[])
{
	int status;

	if (!resolver_open(r, conf))
		return EXIT_NEVER;
	if (questions == NULL)
		counters_open(&r->counters, "spool/run/dns/resolver.counters",
		    statistics_names, STATISTICS);
	else
		r->settings.prime = false;
	if (sandbox_enter("resolver", folder(r, questions == NULL)) == -1)
		return EXIT_LATER;
	status = questions != NULL ? ask_all(r, questions) : serve(r, idle);
	resolver_close(r);
	return status;
}

int
main(int argc, char *argv[])
{
	static struct resolver resolver;
	const char *conf = "etc/resolver.conf";
	bool question = false;
	uint32_t idle = 3600;
	int option;

	log_open("resolver");
	while ((option = getopt(argc, argv, "c:i:qv")) != -1) {
		if (option == 'c')
			conf = optarg;
		else if (option == 'q')
			question = true;
		else if (option == 'v')
			resolver.verbose = true;
		else if (option != 'i' || !number_from_text(&idle, optarg,
		    strlen(optarg), 86400) || idle == 0)
			return usage();
	}
	if (question ? argc == optind || (argc - optind) % 2 != 0 :
	    argc != optind)
		return usage();
	return run(&resolver, conf, (long)idle, question ? argv + optind :
	    NULL);
}
