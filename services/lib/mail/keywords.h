/*
 * keywords.h - the names behind the letters of keywords: dovecot-keywords
 *
 * One line a keyword, "<index> <name>"; index 0 is the letter a.  A letter
 * that got a name keeps it for ever, so reading needs no lock; a new name is
 * added under dovecot-keywords.lock and by rename.
 *
 * Dovecot has the letters a to z, and keeps further keywords to itself.  Ours
 * from index 26 on are further lines of the same file, which Dovecot passes
 * over, and letters that it leaves in the names (maildir.h).  It does not
 * write the file any more when a to z are taken, and none of ours comes
 * before.
 */
#ifndef LABNET_MAIL_KEYWORDS_H
#define LABNET_MAIL_KEYWORDS_H

#include <stdint.h>
#include <sys/stat.h>

#include "mail/maildir.h"

enum { KEYWORDS_MAX = MAILDIR_KEYWORDS, KEYWORD_SIZE = 64 };

struct keywords {
	char		 name[KEYWORDS_MAX][KEYWORD_SIZE];  /* "": free */
	struct stat	 seen;		/* the file as it was read */
};

/*
 * Read the file of the folder if it changed; no file means no names.
 * 0, or -1 with errno set.
 */
int	keywords_read(struct keywords *, int folder);

/* The letter's index of a name (any case), or -1 if none has it. */
int	keywords_find(const struct keywords *, const char *name);

/* The letters that have a name, as bits: others may mean something else. */
uint64_t keywords_named(const struct keywords *);

/*
 * The same, but an unknown name gets a free letter, which is written to the
 * disk first.  -1 with errno set: EOVERFLOW if no letter is free, EINVAL if
 * the name is empty, too long or not printable ASCII without blanks.
 */
int	keywords_add(struct keywords *, int folder, const char *name);

#endif
