/*
 * listing.h - directories on their way to the client
 *
 * Lines are gathered and sent in large pieces, over the data connection or,
 * for STAT, inside a reply.  Names are sorted in batches of some megabytes of
 * directory, so memory is bounded whatever the directory holds.  A control
 * character in a name is shown as "?": no name forges a line.
 */
#ifndef FTPD_LISTING_H
#define FTPD_LISTING_H

#include <stdbool.h>
#include <sys/stat.h>
#include <time.h>

#include "data.h"
#include "io/buf.h"

struct session;

enum listing_style {
	LISTING_LONG,		/* like ls -l */
	LISTING_NAMES,		/* one name a line */
	LISTING_FACTS		/* RFC 3659 7.2 */
};

struct listing {
	struct session		*s;
	enum listing_style	 style;
	bool			 in_reply;	/* not over a data connection */
	bool			 all;		/* also .names */
	bool			 recursive;
	const char		*prefix;	/* before each name shown */
	const char		*label;		/* -R: the directory's name */
	time_t			 now;
	enum outcome		 went;
	struct buf		 out;		/* lines not sent yet */
	struct buf		 later;		/* -R: labels still to come */
};

void	listing_init(struct listing *, struct session *, enum listing_style);

/*
 * Every name of the directory at the virtual path that matches pattern (NULL:
 * all), then with -R those beneath it; label is how the client named it.
 */
void	listing_directory(struct listing *, const char *path,
	    const char *label, const char *pattern);

/* One entry: name in the directory dir, whose virtual path is given. */
void	listing_entry(struct listing *, int dir, const char *path,
	    const char *name, const char *shown);

/* A line made elsewhere: its facts, and the name it ends in. */
void	listing_text(struct listing *, const char *facts, const char *name);

/* What -R says in front of a directory. */
void	listing_label(struct listing *, const char *label);

/*
 * Does errno say that something is not for this user, or gone meanwhile?  It
 * may lack in a listing, but not for anything that fails.
 */
bool	listing_may_lack(void);

/* Send the lines that were gathered so far. */
void	listing_flush(struct listing *);

/* Send the rest and free all.  How it all went. */
enum outcome	listing_end(struct listing *);

enum { FACTS_SIZE = 320 };	/* room for all facts of a file */

/*
 * facts.c: "type=file;size=3; " as chosen by OPTS MLST; type NULL: by st.
 * parent: may the session change names in the directory that holds it?  Its
 * end.
 */
char	*facts_line(const struct session *, const struct stat *,
	    const char *type, bool parent, char *text);

/* The facts named in "type;size;", for OPTS MLST; the list is cut up. */
unsigned facts_choose(char *list);

#endif
