/*
 * sandbox.h - what a process gives up before it listens to a stranger
 *
 * Each kind of process has a profile, a row of the table in sandbox.c: which
 * system calls it may make (seccomp), what it may see of the file system
 * (Landlock), and how much it may use (rlimits).  security(7) shows the rows
 * and says why.  What this kernel cannot do is left out, and said once by
 * the processes that live long; with `sandbox strict' in SECURITY_CONF it is
 * an error instead.
 *
 * Entered once, for good: there is no way back, also for what is executed.
 */
#ifndef LABNET_IO_SANDBOX_H
#define LABNET_IO_SANDBOX_H

#include <stdbool.h>
#include <sys/types.h>

#define SECURITY_CONF	"etc/security.conf"

/*
 * Enter the profile of that name.  path is the one place that profiles of
 * sessions leave open (a maildir, a home), or NULL.  0, or -1 with errno set
 * after the log has been told: then exit with EXIT_LATER.  An unknown name
 * is a fault of ours and aborts.
 */
int	sandbox_enter(const char *profile, const char *path);

/*
 * Leave only the paths of that profile open, in a process that has been born
 * with the filter and the limits of another, which has CALLS_CLOSE.  To make
 * a filter is most of what a sandbox costs; this is next to nothing.  0, or
 * -1 as above.
 */
int	sandbox_close(const char *profile);

/*
 * sandbox_enter() for a program that is told by its arguments what to work on:
 * these paths alone, fewer than SANDBOX_PATHS, are left open.
 */
struct sandbox_path;
enum { SANDBOX_PATHS = 8 };
int	sandbox_enter_with(const char *profile, const struct sandbox_path *);

/* --- what the profiles are made of, for sandbox_*.c ---------------------- */

/* Kinds of system calls; each adds to CALLS_TALK, which everybody has. */
enum {
	CALLS_TALK = 0,		/* descriptors that are there, memory, time */
	CALLS_FILES = 1,	/* open, rename, sync ... */
	CALLS_LOCAL = 2,	/* a socket of family AF_UNIX, and connect */
	CALLS_NET = 4,		/* sockets of AF_INET and AF_INET6 */
	CALLS_ACCOUNT = 8,	/* take an account's ids, and one's own again */
	CALLS_ANY = 16,		/* all but what the gate names: see below */
	CALLS_FORK = 32,	/* processes of the same program, no exec */
	CALLS_SYSTEM = 64,	/* with CALLS_ACCOUNT: the machine's, too */
	CALLS_CLOSE = 128,	/* sandbox_close() in a child */
	/*
	 * Not so many that the kernel need find out beforehand which of them
	 * are always allowed: that takes longer than to run the filter for a
	 * thousand of them.
	 */
	CALLS_FEW = 256
};

/*
 * Put the filter over this process.  With CALLS_ANY everything is allowed
 * but: ids other than an account's, ptrace, mounts, modules, namespaces, and
 * what else no service has any business with.  Else only what is named is.
 * What is not allowed fails with EPERM.  0, or -1 with errno set.
 */
int	sandbox_filter(unsigned calls);

/* Make the program's tables of handlers read-only.  0, or -1 with errno set. */
int	sandbox_tables(void);

/* What may be done below one path. */
struct sandbox_path {
	const char	*path;		/* NULL closes a list */
	bool		 write;		/* else only read */
};

/*
 * Leave only these paths open, and no TCP unless net; a path that is not
 * there, or not for this user, is left out.  0, or -1 with errno set; ENOSYS
 * or EOPNOTSUPP where the kernel has no Landlock.
 */
int	sandbox_paths(const struct sandbox_path *, bool net);

#endif
