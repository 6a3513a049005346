/*
 * pop3d.h - one POP3 session: RFC 1939
 *
 * Two halves, one program.  The login half (login.c) knows a name and a
 * password and owns nothing; authd starts the session half (commands.c) as
 * the user, on the same socket.  Each has its own table of commands.
 */
#ifndef LABNET_POP3D_H
#define LABNET_POP3D_H

#include <stdbool.h>
#include <stdint.h>

#include "io/buf.h"
#include "io/command.h"
#include "io/input.h"
#include "io/output.h"
#include "io/peer.h"
#include "io/tls.h"
#include "mail/mailbox.h"

enum {
	LINE_SIZE = 254,	/* a command of 255 octets: RFC 2449 4 */
	IDLE_SECONDS = 600,	/* RFC 1939 3: ten minutes at least */
	ERRORS_MAX = 20		/* wrong commands before we hang up */
};

enum state {
	START = 1,		/* nobody is known */
	NAMED = 2,		/* USER was given, PASS is due */
	TRANSACTION = 4,
	CLOSED = 8
};

enum {				/* session.mark, by message */
	MARK_DELETED = 1,	/* DELE: to be removed in UPDATE */
	MARK_READ = 2		/* RETR: to be flagged as seen in UPDATE */
};

struct settings {		/* etc/pop3d.conf */
	bool		 uidl_by_name;
	long		 login_delay;	/* seconds; 0: none */
};

struct ahead {			/* ahead.c's: indices of messages */
	size_t		 next;		/* behind the one that was sent last */
	size_t		 told;		/* the kernel knows of those below */
};

struct session {
	enum state	 state;
	struct input	 in;
	struct output	 out;
	unsigned	 errors;
	int		 status;	/* to exit with */

	/* The login half's. */
	struct peer	 peer;
	char		 user[LINE_SIZE];
	unsigned	 failures;	/* wrong passwords */
	struct tls	 tls;
	bool		 may_login;	/* nobody can listen, or the admin
					   does not mind */

	bool		 utf8;		/* the client reads UTF-8: RFC 6856.
					   Both halves: see UTF8_TAG */

	/* The session half's. */
	const char	*name;		/* of the account, for words and log */
	struct settings	 settings;
	int		 root;		/* the maildir */
	struct mailbox	 box;		/* as it was when the session began */
	unsigned char	*mark;		/* MARK_ bits, one a message */
	struct ahead	 ahead;
};

/* What the login half lets the session half know (LOGIN_TAG, authd(8)). */
#define UTF8_TAG	"UTF8"

/* pop3d.c: the dialogue */
void	reply_ok(struct session *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
void	reply_err(struct session *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
/*
 * A line of a listing: the message's number, a blank, and the text.  By hand,
 * not by printf(3): a listing may have 100,000 of them.
 */
void	reply_line(struct session *, size_t i, const char *text, size_t n);
/* Serve lines until the session is CLOSED or the client is gone. */
void	session_serve(struct session *, const struct command *table);

/* login.c */
extern const struct command login_commands[];

/* commands.c */
extern const struct command mail_commands[];
/*
 * Open the maildir at path, count what is in it and say so.  0, or -1 after
 * the client has been told.
 */
int	maildrop_open(struct session *, const char *path);
void	maildrop_close(struct session *);

bool	is_deleted(const struct session *, size_t i);
/*
 * The index of the message that arg names, and nothing else.  False after
 * the client has been told.
 */
bool	only_message(struct session *, char *arg, size_t *i);

/* uidl.c, lang.c */
void	cmd_uidl(struct session *, char *);
void	cmd_lang(struct session *, char *);

/* settings.c */
void	settings_read(struct settings *);
/* Has the user logged in less than login_delay ago?  If not: now. */
bool	is_too_soon(struct session *);

/*
 * update.c: what QUIT does.  The number of messages it could not remove, or
 * not for certain.
 */
size_t	maildrop_update(struct session *);

/*
 * surrogate.c: how many octets of text are a header with octets beyond ASCII
 * in it, without the empty line; 0 if there are none.  And such a header
 * without them, added to the buf: 0, or -1 with errno set.
 */
size_t	surrogate_wanted(const char *text, size_t n);
int	surrogate_make(struct buf *, const char *text, size_t n);

/*
 * ahead.c: message i was opened in so many nanoseconds of ahead_clock().  If
 * that was long, and the client takes one after the other, the next ones are
 * fetched from the disk meanwhile.
 */
int64_t	ahead_clock(void);
void	ahead_note(struct session *, size_t i, int64_t took);

/* capa.c: both halves answer it alike. */
void	cmd_capa(struct session *, char *);

/*
 * send.c: a message on its way out.  send_prepare() reads the first of the
 * open file fd, so that the client can still be told if that fails.
 * send_message() sends that and the rest, with CR LF and dots stuffed; after
 * the header only `lines` lines of the body.  The closing dot is the
 * caller's, and so is fd.  Both: 0, or -1 with errno set; after the second
 * the dialogue is broken off.  One letter at a time: they share the memory.
 */
struct letter {
	int	 fd;
	ssize_t	 n;		/* octets read and not yet sent */
	size_t	 header;	/* so many of them are a header that must be
				   changed, for the client reads no UTF-8 */
	int64_t	 octets;	/* sent, as LIST counts them */
	bool	 open;		/* the last line got an end, not counted */
};
int	send_prepare(const struct session *, struct letter *, int fd);
int	send_message(struct session *, struct letter *, uint64_t lines);
#define ALL_LINES	UINT64_MAX

#endif
