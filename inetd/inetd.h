/*
 * inetd.h - what a service, a listener and a session are
 *
 * services.conf becomes a list of services, one a line.  A service has
 * listeners: one an address (times instances=); a timer has one that opens
 * nothing.  A child of inetd is a session, whether it serves one client
 * (`nowait'), a whole listener (`wait') or the clock (`@1s').
 *
 * Times are milliseconds of the monotonic clock; 0 means never, or at once.
 */
#ifndef INETD_H
#define INETD_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "address.h"
#include "network.h"
#include "rate.h"
#include "users.h"

enum {
	LINE_SIZE = 2048,	/* a line of services.conf with its NUL */
	ARGS_MAX = 32,		/* words of a command */
	ADDRESSES_MAX = 8,	/* addresses of one line */
	INSTANCES_MAX = 64,
	SESSIONS_MAX = 65536,	/* the highest max= */
	DEFAULT_MAX = 256,	/* sessions of a service without max= */
	DEFAULT_BACKLOG = 512
};

enum kind { NOWAIT, WAIT, TIMER };

struct service {
	struct service	*next;

	/* The line. */
	char		*file;
	int		 line;
	char		*whole;		/* its text as it stands */
	char		*text;		/* ... and cut into the words below */
	const char	*column;	/* the service column, whole */
	const char	*name;		/* what people call it */
	enum kind	 kind;
	int		 type;		/* SOCK_STREAM ... */
	int		 family;	/* AF_UNIX, AF_INET, AF_INET6, or
					   AF_UNSPEC: whatever the address is */
	struct address	*addresses;
	size_t		 naddresses;
	int64_t		 interval;	/* of a TIMER */
	struct user	 user;
	const char	*program;
	char		*argv[ARGS_MAX + 1];
	const struct small *small;	/* `internal', NULL: a program */

	/* Its options. */
	unsigned	 max;
	unsigned	 per_source;	/* 0: no such limit */
	struct rate	 rate;		/* of all, and of each source */
	struct rate	 source_rate;
	unsigned	 instances;
	unsigned	 backlog;
	bool		 activation;	/* pass the socket as systemd does */
	const char	*refuse;	/* NULL: close without a word */
	struct networks	 networks;	/* who may come */
	int64_t		 timeout;	/* of a whole session, 0: none */
	struct limits {			/* of each process, 0: as inetd's */
		int		 nice;
		uint64_t	 memory;	/* bytes of address space */
		unsigned	 files;		/* open at once */
		unsigned	 cpu;		/* seconds */
	} limits;
	char		*paths;		/* what it may see, NULL: all; and the
					   descriptor of these rules, or 0 */
	int		 rules;
	const struct sock_fprog *calls;	/* the filter of calls=, or NULL */
	mode_t		 mode;		/* of a Unix socket */
	uid_t		 owner;		/* of a Unix socket, -1: as it is */
	gid_t		 group;

	/* While inetd runs. */
	unsigned	 running;	/* sessions now */
	unsigned	 failures;	/* in a row */
	int64_t		 hold;		/* start nothing before then */
	int64_t		 bucket;	/* the state of rate */
	int64_t		 expiry;	/* look for overdue sessions then */
	uint64_t	 started, refused, failed;
	int64_t		 cpu;		/* us, of all sessions that ended */
	int64_t		 longest;	/* of them */
	bool		 paused;	/* by inetctl(8) */
	bool		 traced;
	char		 trace[128];	/* the directory of its traces */
	uint64_t	 unsaid;	/* refusals since one was logged */
	int64_t		 said;		/* when that was */
	struct service	*successor;	/* in a new configuration */
	bool		 retired;	/* no longer in the configuration:
					   see retired.h */
};

struct listener {
	struct service	*service;
	unsigned	 instance;	/* 0 to instances - 1 */
	struct address	 address;	/* as configured, offset and all */
	struct address	 bound;		/* as the kernel has it */
	int		 fd;		/* -1 while it is not open */
	int		 held;		/* a client that no child could be
					   made for yet, or -1; it is ... */
	struct source	 held_client, held_here;
	bool		 held_proxied;	/* held_here is known */
	pid_t		 child;		/* who has it (WAIT, TIMER), or 0 */
	bool		 dismissed;	/* ... and was told to end */
	int64_t		 due;		/* open, run or poll it then */
	int64_t		 step;		/* of the back-off that due is from */
	int		 unread;	/* ends in a row that left the same
					   unread (unread.h) */
	struct timespec	 stamp;		/* of the datagram left */
	dev_t		 device;	/* of the file of a Unix socket, and */
	ino_t		 inode;		/* ... or 0: which one is not known */
	unsigned	 alone;		/* rounds in a row with one client */
	bool		 polled;	/* in this round of the loop */
	struct listener	*successor;	/* in a new configuration */
};

/* The services of one reading of services.conf, and their listeners. */
struct conf {
	struct service	*services;
	struct listener	*listeners;	/* in the order of the services */
	size_t		 nlisteners;
	struct pollfd	*polls;		/* the loop's */
	struct timespec	 written;	/* the newest of its files */
};
#endif
