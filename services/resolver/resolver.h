/*
 * resolver.h - what the process knows, and its event loop
 *
 * One thread.  Whatever waits for a descriptor is a struct watch; what was
 * begun for clients are walks (walk.h), which ask servers by queries
 * (query.h).
 */
#ifndef RESOLVER_RESOLVER_H
#define RESOLVER_RESOLVER_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "cache.h"
#include "random.h"
#include "servers.h"
#include "settings.h"
#include "statistics.h"

enum {
	TICK = 20,			/* ms between looks at deadlines */
	WALK_BUCKETS = 1024,
	SOURCES = 1024,
	RATES = 4096
};

struct walk;
struct query;

/* A descriptor that is waited for; the first member of what it is part of. */
struct watch {
	int		 fd;		/* -1: ended, to be freed */
	void		(*ready)(struct watch *, uint32_t events);
	struct watch	*next_dead;
};

/* Questions of a source in a second. */
struct rate {
	uint32_t	 hash;
	uint32_t	 second;
	uint32_t	 count;
};

struct resolver {
	struct settings	 settings;
	struct cache	 cache;
	struct servers	 servers;
	struct random	 random;
	struct counters	 counters;
	int64_t		 now;			/* ms; see resolver_clock() */
	int64_t		 stamp;			/* the same in us, for cache */
	int		 epoll;
	int64_t		 ticked;
	struct walk	*walks[WALK_BUCKETS];
	long		 walking;		/* how many there are */
	struct walk	*ready, **ready_end;	/* to be stepped */
	struct query	*queries;
	struct watch	*dead;
	long		 clients;		/* that wait */
	unsigned	 turn;			/* rotates sets */
	uint32_t	 seed;			/* of the hash of sources */
	uint16_t	 sources[SOURCES];	/* questions that wait */
	struct rate	 rates[RATES];
	int64_t		 prime_next;		/* not before */
	bool		 verbose;		/* say the steps */
	bool		 on_terminal;		/* on stdout, not in the log */
};

/* Settings, cache and all; false after the log has been told. */
bool	 resolver_open(struct resolver *, const char *conf);
void	 resolver_close(struct resolver *);

/* Count one more of that kind. */
static inline void
resolver_count(struct resolver *r, unsigned statistic)
{
	counters_add(&r->counters, statistic, 1);
}

/* Look at the clock: monotonic, so setting the date ages nothing. */
void	 resolver_clock(struct resolver *);

/* Wait for events on a descriptor: EPOLLIN, EPOLLOUT. */
bool	 resolver_watch(struct resolver *, struct watch *, uint32_t events);
bool	 resolver_rewatch(struct resolver *, struct watch *, uint32_t events);

/*
 * Close the descriptor; what the watch is part of, made by malloc, is freed
 * when no event can be under way to it any more.
 */
void	 resolver_unwatch(struct resolver *, struct watch *);

/*
 * Step what is ready, wait up to timeout ms for events and serve them, look
 * at deadlines.  The number of events; -1: the system failed, and it is
 * logged.
 */
int	 resolver_turn(struct resolver *, int timeout);

/*
 * SIGTERM ends the process; what it knows is to be saved first.  From here
 * on the signal makes every call that waits return, and resolver_stopped
 * true.  False: the system failed.
 */
extern volatile sig_atomic_t resolver_stopped;
bool	 resolver_catch_term(void);

/* Is anything under way? */
bool	 resolver_is_busy(const struct resolver *);

#endif
