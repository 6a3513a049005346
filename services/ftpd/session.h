/*
 * session.h - one client: what a session knows, and how it replies
 *
 * Both halves of ftpd use it.  The login half fills in the first part only.
 */
#ifndef FTPD_SESSION_H
#define FTPD_SESSION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "control.h"
#include "data.h"
#include "io/command.h"
#include "io/login.h"
#include "io/peer.h"
#include "io/tls.h"
#include "path.h"
#include "settings.h"

/* The states of the command tables; a session is in one of them. */
enum state {
	START = 1,		/* login half: no user yet */
	NAMED = 2,		/* login half: USER was given */
	READY = 4,		/* session half */
	RENAMING = 8		/* session half: RNFR was given */
};

/* The facts of MLST and MLSD, in the order of their table (facts.c). */
enum { FACT_TYPE = 1, FACT_SIZE = 2, FACT_MODIFY = 4, FACT_PERM = 8,
    FACT_UNIQUE = 16, FACT_MODE = 32, FACT_OWNER = 64, FACT_GROUP = 128,
    FACTS_ALL = 255 };

struct session {
	struct control	 control;
	struct peer	 peer;
	struct settings	 settings;
	const struct command *commands;		/* this half's table */
	char		 user[LOGIN_USER_MAX + 1];
	enum state	 state;
	char		*line;			/* being answered: its verb */
	int64_t		 login_until;		/* clock_ms() at its end */
	bool		 over;			/* hang up after the reply */
	unsigned	 unknown;		/* unknown verbs in a row */
	unsigned	 failed;		/* passwords refused */
	struct tls	 tls;
	bool		 may_login;		/* nobody can listen, or the
						   admin does not mind */
	bool		 pbsz;			/* PBSZ was given */

	struct root	 root;
	char		 cwd[PATH_SIZE];
	char		 rename_from[PATH_SIZE];
	uid_t		 uid;			/* who we are */
	gid_t		 gid;
	bool		 anonymous;
	bool		 read_only;
	bool		 ascii;			/* TYPE A */
	off_t		 restart;		/* REST's offset */
	off_t		 used;			/* octets of the home */
	bool		 counted;		/* used is true */
	unsigned	 facts;			/* OPTS MLST's choice */
	struct data	 data;
};

enum { UNKNOWN_MAX = 10 };	/* unknown verbs in a row: no FTP client */

/*
 * Answer lines by s->commands until the session is over; seconds() says how
 * long the next line may take.
 */
void	session_run(struct session *, int (*seconds)(const struct session *));

/*
 * The last line of a reply.  The text may hold names: a CR is sent as CR NUL
 * and octet 255 doubled (Telnet), a LF as "?".
 */
void	reply(struct session *, int code, const char *fmt, ...)
	    __attribute__((format(printf, 3, 4)));

/* A line before the last one: "230-text". */
void	reply_more(struct session *, int code, const char *fmt, ...)
	    __attribute__((format(printf, 3, 4)));

/* A line within a reply, set off by a space so that no name forges a code. */
void	reply_inner(struct session *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));

/*
 * The reply to a failure of the system on the named file: 450, 451, 452 and
 * 552 as errno says, else the given code, 550 or 553.
 */
void	reply_errno(struct session *, int code, const char *name);

/* The halves: commands.c and login.c hold their tables. */
extern const struct command login_commands[], session_commands[];

/*
 * protect.c: behind TLS the client is no socket that could be asked for the
 * addresses of its ends, so the login's tag carries them from one half to the
 * other.  tag has LOGIN_TAG_MAX + 1 octets; it may be NULL on arrival.
 */
void	protect_hand_over(const struct session *, char *tag, size_t size);
void	protect_take_over(struct session *, const char *tag);

/* login.c, session.c: talk to the client; the process's exit status. */
int	login_half(struct session *);
int	session_half(struct session *, const char *home);

#endif
