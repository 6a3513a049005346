/*
 * server.h - what one dnsd process knows, and how it answers a message
 */
#ifndef DNSD_SERVER_H
#define DNSD_SERVER_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>

#include "dns/digest.h"
#include "dns/zonedb.h"
#include "network.h"

enum {
	MESSAGE_MAX = 65535,
	UDP_MAX = 1232,			/* RFC 9715 3.2: never a fragment */
	ANSWER_MAX = 4096 + 1024,	/* over UDP: udp-size, OPT and TSIG */
	TICK = 250			/* ms between looks at the clock */
};

/* etc/dns.conf; the keys are those of dns.conf(5). */
struct settings {
	char		 version[256];	/* "": version.bind is refused */
	char		 identity[256];	/* id.server and NSID; "": refused */
	char		 secret[64];	/* for cookies, hexadecimal */
	long		 udp_size;
	long		 tcp_connections, tcp_per_source;
	long		 tcp_idle, tcp_message;		/* seconds */
	bool		 additional;	/* addresses of MX, SRV, NS hosts */
	bool		 log_queries;
	long		 rate, slip;	/* like answers a second; 0: no limit */
	struct networks	 exempt;	/* from the limit */
	struct networks	 transfer;	/* who may have whole zones */
};

struct server {
	struct settings	 settings;
	int		 spool;		/* open on spool/dns */
	int		 watch;		/* inotify's for it, or -1 */
	struct zonedb	 db;		/* db.map NULL: nothing to serve yet */
	int		 fd;		/* open on the mapped zones.db */
	struct stat	 file;		/* of the same */
	time_t		 now;		/* wall clock, as of the last tick */
	unsigned	 turn;		/* counts rotated sets */
	uint8_t		 secret[SIPHASH_KEY];
};

enum transport { UDP, TCP };

/* Who asks: for cookies and limits. */
struct client {
	enum transport	 transport;
	const struct sockaddr *address;	/* family AF_UNSPEC: not known */
};

/* True, and the program may go on, if the settings make sense. */
bool	 settings_read(struct settings *, const char *file);

/*
 * Open the spool and map zones.db, if there is one yet.  False: the system
 * failed, and it is logged.
 */
bool	 server_open(struct server *, const char *spool);

/*
 * From now on signals raise server_ticked every TICK ms, and server_changed
 * when a zones.db is put in place.  False: there is no clock; logged.
 */
bool	 server_start_clock(struct server *, const char *spool);
extern volatile sig_atomic_t server_ticked, server_changed;

/*
 * When they are raised: the time, and a new zones.db if there is one, also
 * if nothing can tell of it; and the new zones.db alone.
 */
void	 server_tick(struct server *);
void	 server_change(struct server *);

/*
 * Answer a message of size octets; the answer goes to out, MESSAGE_MAX
 * octets, or over UDP ANSWER_MAX.  Gives its length; 0: no answer is to be
 * sent, or, over TCP, the answer is the transfer that has been put into
 * *transfer, the caller's to free.
 */
struct transfer;
size_t	 server_respond(struct server *, const uint8_t *message, size_t size,
	    const struct client *, uint8_t *out, struct transfer **transfer);

/* Put header and OPT to what is written; gives the message's length. */
struct reply;
size_t	 server_finish(const struct server *, struct reply *,
	    const struct client *);

/*
 * The ways of being called.  Each serves until it has been idle for that
 * many seconds, or the client is gone.  Exit status of the program.
 */
int	 udp_serve(struct server *, int fd, long idle);
int	 tcp_serve(struct server *, int fd, long idle);
int	 stream_serve(struct server *, int in, int out);

#endif
