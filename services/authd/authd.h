/* authd.h - the parts of authd */

#ifndef LABNET_AUTHD_H
#define LABNET_AUTHD_H

#include "io/login.h"
#include "mail/account.h"

/* One request, cut out of its record. */
struct request {
	char		 kind;
	struct login	 login;		/* its strings lie in record */
	char		 record[LOGIN_RECORD_MAX];
	int		 in, out;	/* the client, or -1; may be the same */
};

/* What a child tells the parent: how a login ended, or what it turns into. */
struct notice {
	pid_t	pid;
	enum notice_kind { NOTICE_REFUSED, NOTICE_GOOD, NOTICE_SESSION } kind;
	char	service[LOGIN_USER_MAX + 1];
	char	user[LOGIN_USER_MAX + 1];
	char	ip[48];
};

/* --- children.c: the parent's table, and what children tell it ------------ */

int	children_prepare(void);		/* 0, or -1 with errno set */
int	children_notices(void);		/* to be polled for reading */
bool	children_full(void);
void	children_add(pid_t);		/* not if children_full() */
void	children_read_notices(void);	/* what has come */
void	children_reap(void);

struct request;
/* In a child. */
void	children_notify(const struct request *, enum notice_kind);
/* Has the user as many sessions as one may?  As of the child's birth. */
bool	children_has_many(const char *user);
/* So many hash at a time and no more: wait for one's turn, and end it. */
void	children_take_turn(void);
void	children_end_turn(void);

/* --- serve.c: one connection ---------------------------------------------- */

/*
 * In the parent: answer if it takes no password and no waiting.  False: it is
 * for a child.
 */
bool	serve_at_once(int sock);
/* The whole life of a child that does not become a session. */
void	serve(int sock);

/*
 * Receive and check one record from sock.  NULL, or what is wrong with it
 * (then the descriptors that came are closed).
 */
const char *request_receive(int sock, struct request *);

/*
 * Check the request's password.  LOGIN_YES fills in *a.  Costs the same work
 * for an unknown user as for a known one.
 */
enum login_answer password_check(const struct request *, struct account *a);

/*
 * The service that may be started, or NULL.
 */
struct service {
	const char	*name;
	const char	*root;		/* path before the account's name, or
					   NULL: the account's home */
	bool		 low_port;	/* keeps CAP_NET_BIND_SERVICE */
};
const struct service *service_find(const char *name);

/*
 * Become the account and execute the service's session half on the client.
 * Returns only on failure, after logging it.
 */
void	session_start(const struct service *, const struct request *,
	    const struct account *);

#endif
