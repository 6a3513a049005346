/*
 * login_record.c - what a login half may send to authd
 *
 * Any octets as one record, with up to two descriptors: what is accepted
 * has all its fields, and what is refused leaves no descriptor behind.
 *
 * fuzz: services/authd/request.c
 * fuzz: services/lib/io/fdpass.c
 */
#include <assert.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../services/authd/authd.h"
#include "io/fdpass.h"

static int
lowest_free(void)
{
	int fd = dup(0);

	assert(fd != -1);
	close(fd);
	return fd;
}

static void
check_fields(const struct request *r)
{
	const struct login *l = &r->login;

	if (r->kind == LOGIN_KIND_ACCOUNT) {
		assert(strlen(l->user) < sizeof r->record);
		return;
	}
	assert(r->kind == LOGIN_KIND_START || r->kind == LOGIN_KIND_VERIFY);
	assert(strlen(l->service) + strlen(l->user) + strlen(l->password) +
	    strlen(l->tag) + strlen(l->ip) + 6 <= sizeof r->record);
	for (const char *p = l->tag; *p != '\0'; p++)
		assert(*p >= ' ' && *p <= '~');
}

static void
try(const uint8_t *octets, size_t n, size_t clients)
{
	struct request r;
	int sock[2], client[2], before;

	assert(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, sock) == 0);
	assert(socketpair(AF_UNIX, SOCK_STREAM, 0, client) == 0);
	if (fd_send(sock[0], octets, n, client, clients) == 0) {
		before = lowest_free();
		if (request_receive(sock[1], &r) == NULL) {
			check_fields(&r);
			assert((r.in != -1) == (r.kind == LOGIN_KIND_START));
			assert((r.in != r.out) == (clients == 2));
			if (r.in != r.out)
				close(r.out);
			if (r.in != -1)
				close(r.in);
		}
		assert(lowest_free() == before);
	}
	close(sock[0]);
	close(sock[1]);
	close(client[0]);
	close(client[1]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n)
{
	if (n == 0)
		return 0;
	for (size_t clients = 0; clients <= 2; clients++)
		try(octets, n, clients);
	return 0;
}
