/*
 * quota.h - how much a maildir holds and may hold: Maildir++
 *
 * The file maildirsize beside cur/, new/ and tmp/ of the maildir has the
 * limits in its first line, like `1000000S,1000C` (octets of the files and
 * messages, one of them or both), and below it one line `octets messages`
 * for each change, which may be negative; their sum is what all folders hold
 * together.  Whoever puts messages in or takes them out adds a line, with
 * one write(2).  The messages are counted anew when the file has grown to
 * 5120 octets, makes no sense, or says that too much is there and is older
 * than 15 minutes or has more than one line.  Two who add at the same time
 * may both pass the limit, and a line lost in a crash is missing until the
 * next count: it is a bound on growth, not an account of octets.
 *
 * A maildir without the file has no limits, and nothing is counted in it.
 *
 * Functions return 0, or -1 with errno set, unless they say otherwise.
 */
#ifndef LABNET_MAIL_QUOTA_H
#define LABNET_MAIL_QUOTA_H

#include <stdbool.h>
#include <stdint.h>

struct quota {
	int64_t	max_octets, max_messages;	/* 0: no limit */
	int64_t	octets, messages;		/* that are there */
};

/*
 * Read the file of the maildir whose directory is open as root.  Without one
 * everything is 0.
 */
int	quota_read(int root, struct quota *);

/*
 * The same, with the limits that the maildir shall have: if the file says
 * others, or is not there, it is written.  Two zeros take the limits away,
 * and the file with them.
 */
int	quota_set(int root, int64_t max_octets, int64_t max_messages,
	    struct quota *);

/* May so much more be put in? */
bool	quota_fits(const struct quota *, int64_t octets, int64_t messages);

/* Both in one: 0 if it may, or -1 with errno EDQUOT. */
int	quota_admit(int root, int64_t octets, int64_t messages);

/* Does the maildir keep count?  One system call. */
bool	quota_is_kept(int root);

/*
 * So much was put in, or taken out if negative.  Without the file nothing
 * happens; a line that cannot be written is logged.
 */
void	quota_add(int root, int64_t octets, int64_t messages);

/* Nobody knows how much was taken out: count.  What fails is logged. */
void	quota_recount(int root);

#endif
