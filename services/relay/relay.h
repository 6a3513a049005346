/* relay.h - the parts of relay */

#ifndef LABNET_RELAY_H
#define LABNET_RELAY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include "dns/stub.h"
#include "io/buf.h"
#include "io/input.h"
#include "io/output.h"
#include "mail/queue.h"
#include "mail/reply.h"
#include "mail/settings.h"

enum { WAY_MAX = 10 };		/* servers that are tried for one domain */

struct site {
	struct mail_settings settings;
	struct stub	stub;
	int		new;	/* spool/queue/new */
	int		bad;	/* spool/queue/bad */
	struct buf	passwords;	/* auth_read() */
	char		double_bounce[PATH_TEXT_SIZE];	/* sender of these */
};

/* --- way.c: from a domain to the servers that take its mail -------------- */

struct server {
	struct sockaddr_storage address;
	char		host[STUB_HOST_SIZE];
};

struct way {
	size_t		n;
	struct server	server[WAY_MAX];
};

enum way_end { WAY_OK, WAY_LATER, WAY_NEVER };

/*
 * Where a recipient's mail goes: the route of its domain with an equals sign
 * in front, or the domain.  What has the same key has the same way.
 */
enum { WAY_KEY_SIZE = MAIL_HOST_SIZE + 2 };
void		way_key(const struct mail_settings *, const char *path,
		    char key[WAY_KEY_SIZE]);

/*
 * Static route, address literal, or MX and addresses (RFC 5321 5.1, RFC
 * 7505).  When there is no way reason is set, a reply as a server gives it.
 */
enum way_end	way_find(struct way *, const struct site *, const char *key,
		    const char **reason);

/*
 * The program that speaks TLS for relay listens here: it gets a line with
 * address ([address] for IPv6), port and host, says STARTTLS to that server,
 * and then passes on what is said.
 */
#define TLS_SOCKET	"spool/run/tls"

/* --- client.c: one connection -------------------------------------------- */

struct client {
	int		fd;		/* -1: not connected */
	struct input	in;
	struct output	out;
	struct reply	reply;		/* the last */
	int		timeout;	/* no wait is longer */
	/* What it can. */
	bool		pipelining, eight_bit, size, dsn, utf8;
	bool		starttls, auth_plain, auth_login;
	bool		tls;		/* a helper is in between */
	long		size_max;	/* octets of a message; 0: not said */
	bool		broken;		/* nothing more can be said over it */
	bool		used;		/* for a message before */
	char		host[STUB_HOST_SIZE];	/* the server's name */
	char		name[STUB_HOST_SIZE + 64];	/* host[address]:port */
};

enum client_end { CLIENT_OK, CLIENT_LATER, CLIENT_LOOP };

/*
 * Connect, hear the greeting, say EHLO or else HELO, go over to TLS and log in
 * as far as the settings want it.  Unless CLIENT_OK the reply says why, and
 * nothing is open; CLIENT_LOOP: it is this server.
 */
enum client_end	client_open(struct client *, const struct server *,
		    const struct site *);
/* Say QUIT, if it still listens, and close. */
void	client_close(struct client *);

/*
 * Read the reply to a command that takes so many seconds (RFC 5321
 * 4.5.3.2).  False if none came: then the connection is broken, as it is
 * behind a reply of 421.
 */
bool	client_hear(struct client *, int seconds);

/*
 * Is it there, and has nothing come that was not asked for?  Who answers
 * once too often would have that taken for the reply to what is said next.
 */
bool	client_is_ready(const struct client *);

/* --- auth.c: passwords for other servers ---------------------------------- */

/*
 * Read the file: a host, a user and a password a line; NUL-ended each in
 * list.  -1 after the log has been told what is wrong, also if others than
 * owner and group may read it, or than the owner change it.
 */
int	auth_read(struct buf *list, const char *file);

/*
 * Log in, if there is one; only where nobody listens in between.  False: the
 * reply says why.
 */
bool	auth_say(struct client *, const struct site *, const char *host,
	    bool is_private);

/* --- send.c: one message over it ------------------------------------------ */

/*
 * Send the message of an open queue file to those of its recipients that to
 * names (indices, n of them).  Their state, reason and server are set:
 * QUEUE_DONE or QUEUE_RELAYED, QUEUE_FAILED, or QUEUE_WAITING for later.
 * client->broken says whether the connection can be used on.
 *
 * Some may be sent it again at once, with nothing written down: these stand
 * first in to afterwards, and are counted.  All, if the server had closed the
 * connection behind an earlier message; some, if it took the message for
 * others and these were too many (RFC 5321 4.5.3.1.10).
 */
size_t	send_message(struct client *, struct queue_message *, int fd,
	    size_t *to, size_t n);

/* --- job.c: what a child does --------------------------------------------- */

/* The key of a job that writes reports to senders. */
#define JOB_REPORT	""

/* How a job ends: its exit status. */
enum { JOB_OK = 0, JOB_DEAD = 1 };

/* What is left of one message. */
struct job_result {
	int64_t		due;	/* seconds of the epoch; INT64_MAX: nothing */
	bool		report;	/* there is something to tell the sender */
	bool		known;	/* the job has come so far */
};

/*
 * Send what is due of n queue files where the key leads, or report what has
 * failed.  Each file says afterwards how far it got, and so does its row of
 * results.  JOB_DEAD if nobody was there to take it.
 */
int	job_run(const struct site *, const char *key,
	    const char *const *names, size_t n, struct job_result *results);

/* Is this where the recipient's mail goes? */
bool	job_is_for(const struct site *, const struct queue_recipient *,
	    const char *key);

/* Seconds until the next attempt: longer each time, and never quite even. */
int64_t	job_backoff(const struct mail_settings *, unsigned attempts);

/*
 * So many attempts are made within these seconds at least, if nothing stops
 * them: who has not made so many has not tried for so long, whatever a clock
 * says that has been set.
 */
unsigned job_attempts_within(const struct mail_settings *, int64_t seconds);

/*
 * When is the recipient's next attempt?  Now, if it is so far ahead that the
 * clock must have been set back; INT64_MAX if there is none.
 */
int64_t	job_due(const struct site *, const struct queue_recipient *,
	    int64_t now);

/* The same for the first of a message's recipients where the key leads. */
int64_t	job_due_there(const struct site *, const struct queue_message *,
	    const char *key);

/* --- queued.c: the queue's files ------------------------------------------ */

/*
 * Read an envelope.  False if there is none; a file that is no queued message
 * has then been set aside.
 */
bool	queued_read(const struct site *, const char *name,
	    struct queue_message *);
/* Open a queue file and lock it against removal.  -1: not to be had. */
int	queued_open(const struct site *, const char *name,
	    struct queue_message *);

/* --- report.c: what the sender is told: RFC 3464 ------------------------- */

/* Is there anything to tell the sender? */
bool	report_is_due(const struct site *, const struct queue_message *);

/*
 * Tell it, and write down that it is told.  False if it must wait, because
 * deliver does not take it now.
 */
bool	report_send(const struct site *, struct queue_message *, int fd,
	    const char *name);

/* --- schedule.c: which job when ----------------------------------------- */

/* Look at a message, new or changed; at those not known yet; or at all. */
void	schedule_look(const struct site *, const char *name);
void	schedule_look_at_new(const struct site *);
void	schedule_look_at_all(const struct site *);

/* Forget which destinations were not there: all is tried again. */
void	schedule_forgive(const struct site *);

/* Start the jobs whose time has come. */
void	schedule_start(const struct site *);

/* Collect the jobs that have ended. */
void	schedule_reap(const struct site *);

/* Milliseconds until something is due; -1: nothing is in the queue. */
int64_t	schedule_next(void);
bool	schedule_is_busy(void);		/* jobs are running */

#endif
