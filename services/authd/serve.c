/* serve.c - one request, from its record to its answer or its session */

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "authd.h"
#include "throttle.h"
#include "io/fdpass.h"
#include "io/input.h"
#include "io/log.h"

enum {
	REQUEST_SECONDS = 30,	/* for a record to come and be answered */
	MOMENT_MS = 2
};

/* May this caller ask?  The services' users may, and the site's own user. */
static bool
may_ask(int sock)
{
	uid_t uid = unix_peer_uid(sock);

	return uid == 0 || uid == geteuid() ||
	    (uid >= SERVICE_UID_FIRST && uid <= SERVICE_UID_LAST);
}

static void
answer(int sock, enum login_answer a)
{
	char byte = (char)a;

	if (send(sock, &byte, 1, MSG_NOSIGNAL) == -1)
		log_errno("answer");
}

/* Where an account lives, for deliver: "Yuid gid home". */
static void
answer_account(int sock, const struct request *r)
{
	char text[LOGIN_RECORD_MAX];
	struct account a;
	int found = account_find(r->login.user, &a, NULL);

	if (found != 1 || strcmp(a.hash, "anonymous") == 0) {
		answer(sock, found == -1 ? LOGIN_LATER : LOGIN_NO);
		return;
	}
	snprintf(text, sizeof text, "%c%lu %lu %s", LOGIN_YES,
	    (unsigned long)a.uid, (unsigned long)a.gid, a.home);
	if (send(sock, text, strlen(text), MSG_NOSIGNAL) == -1)
		log_errno("answer");
}

/*
 * An octet is looked at, for it may be a password's record: that is a child's
 * to read.  Who connects sends at once; what has not come after a moment is a
 * child's to wait for.
 */
bool
serve_at_once(int sock)
{
	struct pollfd p = { sock, POLLIN, 0 };
	struct request r;
	const char *wrong;
	char kind;

	if (!may_ask(sock) || poll(&p, 1, MOMENT_MS) != 1 ||
	    recv(sock, &kind, 1, MSG_PEEK | MSG_DONTWAIT) != 1 ||
	    kind != LOGIN_KIND_ACCOUNT)
		return false;
	wrong = request_receive(sock, &r);
	if (wrong != NULL)
		log_line("request: %s", wrong);
	else
		answer_account(sock, &r);
	return true;
}

static void
start(int sock, const struct request *r, const struct account *a)
{
	const struct service *s = service_find(r->login.service);
	const char yes = LOGIN_YES;

	if (s == NULL) {
		log_line("%s: no such service", r->login.service);
		answer(sock, LOGIN_LATER);
		return;
	}
	if (children_has_many(r->login.user)) {
		log_line("%s: user %s has too many sessions", s->name,
		    r->login.user);
		answer(sock, LOGIN_LATER);
		return;
	}
	/* If the login half is gone there is nobody to hand the client on. */
	if (send(sock, &yes, 1, MSG_NOSIGNAL) == -1) {
		log_errno("answer");
		return;
	}
	alarm(0);
	children_notify(r, NOTICE_SESSION);
	session_start(s, r, a);
}

/*
 * Wait as long as former failures ask for.  False if the asker goes away
 * meanwhile: then the work of a hash can be spared.
 */
static bool
wait_turn(int sock, const struct request *r)
{
	struct pollfd p = { sock, POLLIN, 0 };
	int64_t now = clock_ms();
	int64_t until = now + throttle_delay(r->login.user, r->login.ip, now);

	for (; now < until; now = clock_ms())
		if (poll(&p, 1, (int)(until - now)) > 0)
			return false;
	return true;
}

void
serve(int sock)
{
	struct request r;
	struct account a;
	enum login_answer verdict;
	const char *wrong;

	alarm(REQUEST_SECONDS);
	if (!may_ask(sock)) {
		log_line("uid %lu may not ask", (unsigned long)
		    unix_peer_uid(sock));
		return;
	}
	wrong = request_receive(sock, &r);
	if (wrong != NULL) {
		log_line("request: %s", wrong);
		return;
	}
	if (r.kind == LOGIN_KIND_ACCOUNT) {
		answer_account(sock, &r);
		return;
	}
	if (!wait_turn(sock, &r))
		return;
	verdict = password_check(&r, &a);
	if (verdict != LOGIN_LATER)
		children_notify(&r, verdict == LOGIN_YES ? NOTICE_GOOD :
		    NOTICE_REFUSED);
	if (verdict != LOGIN_YES)
		log_line("%s: login of %s from %s %s", r.login.service,
		    r.login.user, r.login.ip[0] ? r.login.ip : "local",
		    verdict == LOGIN_NO ? "refused" : "not possible now");
	if (verdict == LOGIN_YES && r.kind == LOGIN_KIND_START)
		start(sock, &r, &a);
	else
		answer(sock, verdict);
}

