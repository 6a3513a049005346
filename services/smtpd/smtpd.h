/* smtpd.h - one SMTP session */

#ifndef LABNET_SMTPD_H
#define LABNET_SMTPD_H

#include <stdbool.h>
#include <stddef.h>

#include "io/buf.h"
#include "io/command.h"
#include "io/input.h"
#include "io/login.h"
#include "io/output.h"
#include "io/peer.h"
#include "mail/path.h"
#include "mail/settings.h"

enum {
	LINE_SIZE = 2048,	/* RFC 5321 4.5.3.1.4 asks for 512 and more
				   for what extensions add */
	ERRORS_MAX = 20,	/* then the client is told to go */
	HOPS_MAX = 100,		/* Received fields: 6.3 */
	COMMAND_SECONDS = 300	/* 4.5.3.2.7 */
};

/* Where a session stands; each is a bit of a command's `when'. */
enum state { START = 1, READY = 2, MAIL = 4, RCPT = 8, CLOSED = 16 };

struct session {
	struct input	 in;
	struct output	 out;
	struct peer	 peer;
	struct mail_settings settings;
	enum state	 state;
	bool		 extended;	/* EHLO, so enhanced status codes */
	bool		 lf_only;	/* no line so far ended in CR LF */
	unsigned	 errors;
	unsigned	 failures;	/* wrong passwords */
	char		 account[LOGIN_USER_MAX + 1];	/* who logged in,
							   or "" */
	char		 client[PATH_DOMAIN_MAX + 1];	/* as it calls itself */
	char		 from[PATH_TEXT_SIZE];
	char		 to[PATH_TEXT_SIZE];	/* the recipient, if one */
	size_t		 recipients;
	struct buf	 names;		/* all of them, NUL-ended each */
	int		 deliver;	/* the socket to it, or -1 */
};

extern const struct command	commands[];

/*
 * Reply with a code, the enhanced status code of RFC 3463 (left out for a
 * client that said HELO) and a text.  Codes from 400 up count as errors.
 */
void	reply(struct session *, int code, const char *status,
	    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* The same with a whole reply, "250 2.1.0 text", as deliver gives it. */
void	reply_line(struct session *, const char *line);

/* Ask deliver; the reply is closed by NUL.  A deliver that is gone is 451. */
int	ask_deliver(struct session *, const char *verb, const char *argument,
	    char *answer);

/* Let go of the message that is under way, if any. */
void	forget_message(struct session *);

/*
 * Take the message behind DATA's 354, and reply.  False if the client went
 * away or stalled in the middle.
 */
bool	data_receive(struct session *);

/* auth.c: the line of EHLO, and the command. */
void	auth_capability(struct session *);
void	cmd_auth(struct session *, char *);

/*
 * Write the Received field of RFC 5321 4.4 into text, lines ended by LF.
 * Returns its length; id is the message's name in reply and log.
 */
size_t	trace_received(const struct session *, const char *id, char *text,
	    size_t size);
enum {
	ID_SIZE = 32,
	/* Two names, the recipient, an address, the words between them. */
	RECEIVED_SIZE = 2 * PATH_DOMAIN_MAX + PATH_TEXT_SIZE + 256
};
void	trace_id(char id[ID_SIZE]);

#endif
