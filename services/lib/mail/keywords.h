/*
 * keywords.h - the names behind the letters a to z: dovecot-keywords
 *
 * One line a keyword, "<index> <name>"; index 0 is the letter a.  A letter
 * that got a name keeps it for ever, so reading needs no lock; a new name is
 * added under dovecot-keywords.lock and by rename.
 */
#ifndef LABNET_MAIL_KEYWORDS_H
#define LABNET_MAIL_KEYWORDS_H

#include <stdint.h>
#include <sys/stat.h>

enum { KEYWORDS_MAX = 26, KEYWORD_SIZE = 64 };
#define KEYWORDS_ALL	((UINT32_C(1) << KEYWORDS_MAX) - 1)

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

/*
 * The same, but an unknown name gets a free letter, which is written to the
 * disk first.  -1 with errno set: EOVERFLOW if no letter is free, EINVAL if
 * the name is empty, too long or not printable ASCII without blanks.
 */
int	keywords_add(struct keywords *, int folder, const char *name);

#endif
