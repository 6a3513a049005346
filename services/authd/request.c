/* request.c - one bounded record from a login half, taken apart */

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "authd.h"
#include "io/fdpass.h"

/* Point *fields at the NUL-ended texts of the record; false if they are
 * not exactly n. */
static bool
cut(char *text, size_t len, const char **fields, size_t n)
{
	size_t i;
	char *end = text + len;

	for (i = 0; i < n; i++) {
		fields[i] = text;
		text = memchr(text, '\0', (size_t)(end - text));
		if (text == NULL)
			return false;
		text++;
	}
	return text == end;
}

static bool
is_stream_socket(int fd)
{
	int type;
	socklen_t len = sizeof type;

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 &&
	    type == SOCK_STREAM;
}

/* Fit for an environment and a log: printable ASCII. */
static bool
is_plain(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

static bool
is_address(const char *text)
{
	unsigned char address[16];

	return *text == '\0' || inet_pton(AF_INET, text, address) == 1 ||
	    inet_pton(AF_INET6, text, address) == 1;
}

/* The fields of each kind, and whether a client comes along. */
static const char *
check(struct request *r, size_t len, size_t fds)
{
	const char *f[LOGIN_FIELDS];
	size_t n = r->kind == LOGIN_KIND_ACCOUNT ? 1 : LOGIN_FIELDS;

	if (r->kind != LOGIN_KIND_START && r->kind != LOGIN_KIND_VERIFY &&
	    r->kind != LOGIN_KIND_ACCOUNT)
		return "unknown kind";
	if (!cut(r->record + 1, len - 1, f, n))
		return "wrong number of fields";
	if (fds != (r->kind == LOGIN_KIND_START))
		return "wrong number of descriptors";
	if (fds == 1 && !is_stream_socket(r->client))
		return "the client is not a stream socket";
	memset(&r->login, 0, sizeof r->login);
	if (n == 1) {
		r->login.user = f[0];
		return NULL;
	}
	r->login = (struct login){ .service = f[0], .user = f[1],
	    .password = f[2], .tag = f[3], .ip = f[4] };
	if (!is_plain(f[0]) || !is_plain(f[3]) || !is_address(f[4]))
		return "a field that nobody of ours sends";
	return NULL;
}

const char *
request_receive(int sock, struct request *r)
{
	const char *wrong;
	size_t fds;
	ssize_t len;

	r->client = -1;
	len = fd_receive(sock, r->record, sizeof r->record, &r->client, 1,
	    &fds);
	if (len == -1)
		return strerror(errno);
	if (len == 0)
		return "nothing in it";
	r->kind = r->record[0];
	wrong = check(r, (size_t)len, fds);
	if (wrong != NULL && fds == 1)
		close(r->client);
	return wrong;
}
