/* login.c - the asking side of authd's socket */

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/fdpass.h"
#include "io/log.h"
#include "io/login.h"

/* Longer than the longest delay that authd puts before an answer. */
enum { ANSWER_MS = 60 * 1000 };

/* Append one NUL-ended field.  False if it does not fit. */
static int
field(char *record, size_t *len, const char *text, size_t most)
{
	size_t n = strlen(text);

	if (n > most || *len + n + 1 > LOGIN_RECORD_MAX)
		return 0;
	memcpy(record + *len, text, n + 1);
	*len += n + 1;
	return 1;
}

/*
 * One request and its answer.  The octets behind the answer's first go to
 * rest, which may be NULL.
 */
static enum login_answer
ask(const char *record, size_t len, const int *fds, size_t n_fds, char *rest,
    size_t size)
{
	char answer[LOGIN_RECORD_MAX];
	struct pollfd p = { .events = POLLIN };
	ssize_t n = -1;
	int sock, ready;

	sock = unix_connect(LOGIN_SOCKET, SOCK_SEQPACKET);
	if (sock == -1) {
		log_errno("%s", LOGIN_SOCKET);
		return LOGIN_LATER;
	}
	if (fd_send(sock, record, len, fds, n_fds) == 0) {
		p.fd = sock;
		do
			ready = poll(&p, 1, ANSWER_MS);
		while (ready == -1 && errno == EINTR);
		if (ready == 1)
			n = recv(sock, answer, sizeof answer, 0);
	}
	if (n < 1)
		log_line("%s: no answer", LOGIN_SOCKET);
	close(sock);
	if (n < 1)
		return LOGIN_LATER;
	if (rest != NULL) {
		if ((size_t)n > size)
			return LOGIN_LATER;
		memcpy(rest, answer + 1, (size_t)n - 1);
		rest[n - 1] = '\0';
	}
	return answer[0] == LOGIN_YES || answer[0] == LOGIN_NO ?
	    (enum login_answer)answer[0] : LOGIN_LATER;
}

static enum login_answer
ask_with_password(char kind, const struct login *l, const int *fds,
    size_t n_fds)
{
	char record[LOGIN_RECORD_MAX] = { kind };
	size_t len = 1;

	if (!field(record, &len, l->service, LOGIN_USER_MAX) ||
	    !field(record, &len, l->user, LOGIN_USER_MAX) ||
	    !field(record, &len, l->password, LOGIN_PASSWORD_MAX) ||
	    !field(record, &len, l->tag, LOGIN_TAG_MAX) ||
	    !field(record, &len, l->ip, LOGIN_USER_MAX + 16))
		return LOGIN_NO;
	return ask(record, len, fds, n_fds, NULL, 0);
}

/*
 * Are the two one socket?  Its cookie tells; fstat(2) takes a path in glibc,
 * and the sandbox of a login half has none.
 */
static bool
is_one(int in, int out)
{
	uint64_t a, b;
	socklen_t len = sizeof a;

	return getsockopt(in, SOL_SOCKET, SO_COOKIE, &a, &len) == 0 &&
	    getsockopt(out, SOL_SOCKET, SO_COOKIE, &b, &len) == 0 && a == b;
}

enum login_answer
login_start(const struct login *l, int in, int out)
{
	const int fds[] = { in, out };

	return ask_with_password(LOGIN_KIND_START, l, fds,
	    is_one(in, out) ? 1 : 2);
}

enum login_answer
login_verify(const struct login *l)
{
	return ask_with_password(LOGIN_KIND_VERIFY, l, NULL, 0);
}

enum login_answer
login_account(const char *user, struct login_account *a)
{
	char record[LOGIN_RECORD_MAX] = { LOGIN_KIND_ACCOUNT };
	char rest[LOGIN_RECORD_MAX];
	enum login_answer answer;
	unsigned long uid, gid;
	size_t len = 1;
	int home;

	if (!field(record, &len, user, LOGIN_USER_MAX))
		return LOGIN_NO;
	answer = ask(record, len, NULL, 0, rest, sizeof rest);
	if (answer != LOGIN_YES)
		return answer;
	if (sscanf(rest, "%lu %lu %n", &uid, &gid, &home) != 2 ||
	    strlen(rest + home) >= sizeof a->home)
		return LOGIN_LATER;
	a->uid = (uid_t)uid;
	a->gid = (gid_t)gid;
	snprintf(a->home, sizeof a->home, "%s", rest + home);
	return LOGIN_YES;
}
