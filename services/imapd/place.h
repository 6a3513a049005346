/*
 * place.h - a mailbox as NOTIFY knows it, and what becomes of its name
 *
 * Inside of places.c, place_names.c and place_tell.c only.
 */
#ifndef LABNET_IMAPD_PLACE_H
#define LABNET_IMAPD_PLACE_H

#include "folderwatch.h"
#include "imapd.h"

struct place {
	char		*name;
	bool		 exists, subscribed, has_children;
	unsigned	 events;	/* that are wanted */
	struct folderwatch_dirs dirs;
	bool		 stirred;	/* something happened in it */
	struct mailbox_status told;	/* as the client knows it */

	/* While the names are compared. */
	bool		 listed;	/* there is such a name now */
	struct place	*was;		/* the same one before, or NULL */
	bool		 went;		/* it is another's `was` */
	bool		 gone;		/* another of this name is */
	bool		 parted;	/* renamed, but told as gone and new */
	unsigned	 news;		/* EVENT_ bits that happened to it */
};

struct places {
	struct place	*p;		/* sorted by name */
	size_t		 n;
};

struct place *place_find(const struct places *, const char *name);
void	places_free(struct places *);

/* A folder has come that was called from, or "".  0, or -1: no memory. */
int	place_came(const char *name, const char *from);

/*
 * The names as they are, and those that were known and are not there any
 * more; what came of each.  0, or -1 with errno set.
 */
int	places_read(struct session *, struct places *now,
	    struct places *known);

/* Has it another name than it was known by? */
bool	place_is_renamed(const struct place *);

/* * LIST of all with news that are wanted, but for those about a and b. */
void	places_tell_names(struct session *, const struct places *,
	    const char *a, const char *b);

#endif
