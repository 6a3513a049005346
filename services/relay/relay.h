/* relay.h - the parts of relay */

#ifndef LABNET_RELAY_H
#define LABNET_RELAY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include "dns/stub.h"
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
 * Static route, address literal, or MX and addresses (RFC 5321 5.1, RFC
 * 7505).  When there is no way reason is set, a reply as a server gives it.
 */
enum way_end	way_find(struct way *, const struct site *, const char *domain,
		    const char **reason);

/* --- client.c: one connection -------------------------------------------- */

struct client {
	int		fd;		/* -1: not connected */
	struct input	in;
	struct output	out;
	struct reply	reply;		/* the last */
	int		timeout;	/* no wait is longer */
	bool		pipelining, eight_bit, size, dsn, utf8;	/* it can */
	long		size_max;	/* octets of a message; 0: not said */
	bool		broken;		/* nothing more can be said over it */
	char		name[STUB_HOST_SIZE + 64];	/* host[address]:port */
};

enum client_end { CLIENT_OK, CLIENT_LATER, CLIENT_LOOP };

/*
 * Connect, hear the greeting, say EHLO or else HELO.  Unless CLIENT_OK the
 * reply says why, and nothing is open; CLIENT_LOOP: it is this server.
 */
enum client_end	client_open(struct client *, const struct server *,
		    const struct mail_settings *);
/* Say QUIT, if it still listens, and close. */
void	client_close(struct client *);

/*
 * Read the reply to a command that takes so many seconds (RFC 5321
 * 4.5.3.2).  False if none came: then the connection is broken.
 */
bool	client_hear(struct client *, int seconds);

/* --- send.c: one message over it ------------------------------------------ */

/*
 * Send the message of an open queue file to those of its recipients that to
 * names (indices, n of them).  Their state and reason are set: QUEUE_DONE or
 * QUEUE_RELAYED, QUEUE_FAILED, or QUEUE_WAITING for later.  client->broken says whether the
 * connection can be used on.
 */
void	send_message(struct client *, struct queue_message *, int fd,
	    const size_t *to, size_t n);

/* --- job.c: what a child does --------------------------------------------- */

/* The domain of a job that writes reports to senders. */
#define JOB_REPORT	""

/* How a job ends: its exit status. */
enum { JOB_OK = 0, JOB_DEAD = 1 };

/*
 * Send what is due of n queue files to one domain, or report what has
 * failed.  Each file says afterwards how far it got.  JOB_DEAD if nobody was
 * there to take it.
 */
int	job_run(const struct site *, const char *domain,
	    const char *const *names, size_t n);

/* Does the recipient's domain match, whatever its case? */
bool	job_is_for(const struct queue_recipient *, const char *domain);

/* Seconds until the next attempt: longer each time, and never quite even. */
int64_t	job_backoff(const struct mail_settings *, unsigned attempts);

/*
 * When is the recipient's next attempt?  Now, if it is so far ahead that the
 * clock must have been set back; INT64_MAX if there is none.
 */
int64_t	job_due(const struct site *, const struct queue_recipient *,
	    int64_t now);

/* Open a queue file and lock it against removal.  -1: not to be had. */
int	job_open(const struct site *, const char *name,
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

/* Look at one message, new or changed; or at all that are in the queue. */
void	schedule_look(const struct site *, const char *name);
void	schedule_look_at_all(const struct site *);

/* Forget which destinations were not there: all is tried again. */
void	schedule_forgive(void);

/* Start the jobs whose time has come. */
void	schedule_start(const struct site *);

/* Collect the jobs that have ended. */
void	schedule_reap(const struct site *);

/* Seconds until something is due; 0: now; -1: nothing is in the queue. */
int64_t	schedule_next(void);
bool	schedule_is_busy(void);		/* jobs are running */

#endif
