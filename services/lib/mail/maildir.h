/*
 * maildir.h - file names and directories of a maildir
 *
 * A message is one file in new/ (nobody has seen it) or cur/.  Its name is
 *
 *	time.unique.host,S=octets,W=octets-on-the-wire:2,FLAGS
 *
 * The part before the colon is its *base*: it never changes, while any
 * program may at any time rename the file to change the flags or to move it
 * from new/ to cur/.  S= is the file's size, W= the size with each line end
 * counted as CRLF; both are optional.  Flags are letters in ASCII order:
 * D F P R S T, and a to z for keywords.  Keywords beyond 26 are the other
 * capitals and the digits, which mean nothing to other programs: those leave
 * them as they are (keywords.h).
 */
#ifndef LABNET_MAIL_MAILDIR_H
#define LABNET_MAIL_MAILDIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

enum { MAILDIR_NAME_SIZE = 256 };	/* NAME_MAX and a NUL */

/* The flags as bits, in the order of their letters. */
enum {
	FLAG_DRAFT = 1,		/* D */
	FLAG_FLAGGED = 2,	/* F */
	FLAG_PASSED = 4,	/* P: resent or forwarded; IMAP's $Forwarded */
	FLAG_REPLIED = 8,	/* R: IMAP's \Answered */
	FLAG_SEEN = 16,		/* S */
	FLAG_TRASHED = 32,	/* T: IMAP's \Deleted */
	FLAG_ALL = 63
};

/* A file name taken apart.  Nothing is copied: it points into the name. */
struct maildir_name {
	size_t		 base;		/* octets of the base */
	int64_t		 size, wire;	/* S= and W=, or -1 */
	unsigned	 flags;		/* FLAG_ bits */
	uint64_t	 keywords;	/* bit 0 is the letter a */
	bool		 plain;		/* base, ":2," and known flags in
					   order: nothing else to remember */
};

/*
 * Take a name apart.  False if it cannot be a message's: empty, starting
 * with a dot, too long, or holding a control character.
 */
bool	maildir_name_parse(const char *name, struct maildir_name *);

/*
 * The name with other flags: the base of old, ":2,", the flags sorted, and
 * the letters of old that we do not know.  0, or -1 with ENAMETOOLONG.
 */
int	maildir_name_make(char new[MAILDIR_NAME_SIZE], const char *old,
	    unsigned flags, uint64_t keywords);

/*
 * Write the letters, in order and closed by NUL: MAILDIR_LETTERS octets at
 * most.  Points to the NUL.
 */
enum { MAILDIR_KEYWORDS = 56, MAILDIR_LETTERS = 63 };
char	*maildir_letters(char *to, unsigned flags, uint64_t keywords);

/*
 * A base that no other file ever had: time, microseconds, process, a count
 * and a random part, the host's name (made safe).  size and wire are added
 * as S= and W= unless they are -1.
 */
void	maildir_name_new(char name[MAILDIR_NAME_SIZE], int64_t size,
	    int64_t wire);

/* Three directories, open; all calls go through them. */
struct maildir_dirs {
	int	folder;		/* the directory that holds the three */
	int	cur, new, tmp;
};

/*
 * Open the folder named by dir ("." for the maildir itself, ".Work.2026")
 * below the directory root.  Symbolic links are not followed.  0, or -1 with
 * errno set and nothing open.
 */
int	maildir_open(struct maildir_dirs *, int root, const char *dir);
void	maildir_close(struct maildir_dirs *);

/*
 * Make the three, and what holds them, where they are missing; nothing is
 * synced.  1 if something was made, 0 if all was there, or -1 with errno set.
 */
int	maildir_begin(int root, const char *dir);

/* The same, and what was made is on the disk.  0, or -1 with errno set. */
int	maildir_make(int root, const char *dir);

#endif
