/* request.c - one bounded record from a login half, taken apart */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
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

/* An end of a pipe, to read (O_RDONLY) or to write. */
static bool
is_pipe(int fd, int access)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode) &&
	    (fcntl(fd, F_GETFL) & O_ACCMODE) == access;
}

/* One stream socket, or two, or a pipe for each direction; nothing else. */
static bool
is_client(int in, int out)
{
	return (is_stream_socket(in) && is_stream_socket(out)) ||
	    (is_pipe(in, O_RDONLY) && is_pipe(out, O_WRONLY));
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
	if (r->kind == LOGIN_KIND_START ? fds != 1 && fds != 2 : fds != 0)
		return "wrong number of descriptors";
	if (fds > 0 && !is_client(r->in, r->out))
		return "the client is neither a stream socket nor two pipes";
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
	int client[2] = { -1, -1 };
	const char *wrong;
	size_t fds;
	ssize_t len;

	len = fd_receive(sock, r->record, sizeof r->record, client, 2, &fds);
	if (len == -1)
		return strerror(errno);
	if (len == 0)
		return "nothing in it";
	r->kind = r->record[0];
	r->in = client[0];
	r->out = fds == 2 ? client[1] : client[0];
	wrong = check(r, (size_t)len, fds);
	while (wrong != NULL && fds > 0)
		close(client[--fds]);
	return wrong;
}
