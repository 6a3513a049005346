/*
 * dns_connect.c - a TCP connection a query, over and over
 *
 * Usage: dns_connect PORT SECONDS NAME
 * CLIENTS of them at a time ask 127.0.0.1 for the address of NAME, each from
 * an address of its own.  Prints how many were answered.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CLIENTS = 16, MESSAGE = 512 };

static unsigned char	question[MESSAGE];
static size_t		question_len;

static void
make_question(const char *name)
{
	static const unsigned char head[] = { 0, 0, 0, 1, 1, 0, 0, 1, 0, 0, 0,
	    0, 0, 0 }, tail[] = { 0, 0, 1, 0, 1 };
	unsigned char *p = question + sizeof head;

	memcpy(question, head, sizeof head);
	while (*name != '\0') {
		size_t n = strcspn(name, ".");

		*p++ = (unsigned char)n;
		memcpy(p, name, n);
		p += n;
		name += n + (name[n] == '.');
	}
	memcpy(p, tail, sizeof tail);
	question_len = (size_t)(p - question) + sizeof tail;
	question[1] = (unsigned char)(question_len - 2);
}

/* Connect, and send the question with the handshake's last packet. */
static int
ask(in_port_t port, unsigned n)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = port };
	struct sockaddr_in from = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	from.sin_addr.s_addr = htonl(0x7f010001 + n % 5000);
	if (fd == -1 ||
	    bind(fd, (struct sockaddr *)&from, sizeof from) == -1 ||
	    connect(fd, (struct sockaddr *)&to, sizeof to) == -1 ||
	    write(fd, question, question_len) != (ssize_t)question_len) {
		perror("dns_connect");
		exit(1);
	}
	return fd;
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int
main(int argc, char *argv[])
{
	struct pollfd p[CLIENTS];
	unsigned long answered = 0, asked = 0;
	unsigned char reply[MESSAGE];
	in_port_t port;
	double end;

	if (argc != 4)
		return 100;
	port = htons((in_port_t)atoi(argv[1]));
	make_question(argv[3]);
	end = now() + atof(argv[2]);
	for (unsigned i = 0; i < CLIENTS; i++)
		p[i] = (struct pollfd){ ask(port, (unsigned)asked++), POLLIN,
		    0 };
	while (now() < end) {
		poll(p, CLIENTS, 1000);
		for (unsigned i = 0; i < CLIENTS; i++) {
			if (p[i].revents == 0)
				continue;
			answered += read(p[i].fd, reply, sizeof reply) > 14;
			close(p[i].fd);
			p[i].fd = ask(port, (unsigned)asked++);
		}
	}
	printf("%lu\n", answered);
	return 0;
}
