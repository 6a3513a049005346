/* smtpd.h - one SMTP session */

#ifndef LABNET_SMTPD_H
#define LABNET_SMTPD_H

#include <stdbool.h>
#include <stddef.h>

#include "dns/stub.h"
#include "io/buf.h"
#include "io/command.h"
#include "io/input.h"
#include "io/login.h"
#include "io/output.h"
#include "io/peer.h"
#include "io/tls.h"
#include "mail/parameter.h"
#include "mail/path.h"
#include "mail/settings.h"

enum {
	LINE_SIZE = 2048,	/* RFC 5321 4.5.3.1.4 asks for 512 and more
				   for what extensions add */
	ERRORS_MAX = 20,	/* then the client is told to go */
	IDLE_MAX = 1000,	/* commands since the last message taken */
	HOPS_MAX = 100,		/* Received fields: 6.3 */
	FIRST_SECONDS = 300,	/* until the settings are read */
	/* A message may take so often the time of a command, and a second for
	   each KiB more. */
	MESSAGE_TIMES = 2
};

/* Where a session stands; each is a bit of a command's `when'. */
enum state { START = 1, READY = 2, MAIL = 4, RCPT = 8, CHUNK = 16,
    CLOSED = 32 };

/* What the session is for: the name that the program was called by. */
enum role { SMTP, LMTP, SUBMISSION };

struct session {
	struct input	 in;
	struct output	 out;
	struct peer	 peer;
	struct mail_settings settings;
	enum role	 role;
	enum state	 state;
	bool		 extended;	/* EHLO, so enhanced status codes */
	bool		 lf_only;	/* no line so far ended in CR LF */
	bool		 utf8;		/* MAIL said SMTPUTF8 */
	long long	 declared;	/* its SIZE, or 0 */
	unsigned	 errors, idle;
	unsigned	 failures;	/* wrong passwords */
	struct tls	 tls;
	char		 account[LOGIN_USER_MAX + 1];	/* who logged in,
							   or "" */
	char		 client[PATH_DOMAIN_MAX + 1];	/* as it calls itself */
	char		 from[PATH_TEXT_SIZE];
	char		 to[PATH_TEXT_SIZE];	/* the recipient, if one */
	size_t		 recipients;
	struct buf	 names;		/* all of them, NUL-ended each */
	int		 deliver;	/* the socket to it, or -1 */
	struct stub	 dns;		/* who is asked for SPF */
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

/*
 * The states of a session as `when' has them: LMTP's stand further left, and
 * so LHLO is known there alone, HELO and EHLO are not (RFC 2033 4.1).
 */
enum { LMTP_SHIFT = 8 };
unsigned states_of(const struct session *, unsigned states);

/* Greet, unless the client talks first when it should not: then CLOSED. */
void	greet(struct session *);

/* The handlers of hello.c and envelope.c: HELO, EHLO (and LHLO); MAIL, RCPT. */
void	cmd_helo(struct session *, char *name);
void	cmd_ehlo(struct session *, char *name);
void	cmd_mail(struct session *, char *arg);
void	cmd_rcpt(struct session *, char *arg);
/* Of data.c and chunk.c. */
void	cmd_data(struct session *, char *arg);
void	cmd_bdat(struct session *, char *arg);
/* Let go of the places of a message whose last chunk will not come. */
void	chunk_forget(void);

/* Ask deliver; the reply is closed by NUL.  A deliver that is gone is 451. */
int	ask_deliver(struct session *, const char *verb, const char *argument,
	    char *answer);
/* Tell it.  False if it is gone. */
bool	tell_deliver(struct session *, const char *verb, const char *argument);

/* Let go of the message that is under way, if any. */
void	forget_message(struct session *);

/* auth.c: the lines of EHLO, and the commands. */
void	auth_capability(struct session *);
void	cmd_auth(struct session *, char *);
void	cmd_starttls(struct session *, char *);

/* May the client send to other sites? */
bool	may_relay(const struct session *);

/*
 * Write the Received field of RFC 5321 4.4 into text, lines ended by LF.
 * Returns its length; id is the message's name in reply and log.
 */
size_t	trace_received(const struct session *, const char *id, char *text,
	    size_t size);
enum { SPF_FIELD_SIZE = 2 * PATH_TEXT_SIZE + 2 * PATH_DOMAIN_MAX + 256 };

/*
 * The Received-SPF field of RFC 7208 9.1, if `spf' is on and the client is a
 * stranger; "" else.  Waits for DNS.  Returns its length.
 */
size_t	trace_spf(const struct session *, char text[SPF_FIELD_SIZE]);
enum {
	ID_SIZE = 32,
	/* Two names, the recipient, an address, the words between them. */
	RECEIVED_SIZE = 2 * PATH_DOMAIN_MAX + PATH_TEXT_SIZE + 256
};
void	trace_id(char id[ID_SIZE]);

#endif
