/*
 * notify_parse.h - what NOTIFY SET says (RFC 5465 8)
 */
#ifndef LABNET_IMAPD_NOTIFY_PARSE_H
#define LABNET_IMAPD_NOTIFY_PARSE_H

#include "fetch.h"
#include "notify.h"

enum { GROUPS_MAX = 64 };

enum filter { SELECTED_NOW, SELECTED_DELAYED, PERSONAL, SUBSCRIBED, SUBTREE,
    MAILBOXES };

struct group {
	enum filter	 filter;
	unsigned	 events;
	size_t		 names;		/* where they begin ... */
	unsigned	 n;		/* ... and how many they are */
};

struct notify {
	struct group	 group[GROUPS_MAX];
	unsigned	 n;
	struct buf	 names;		/* each closed by NUL */
	unsigned	 selected;	/* what of the selected mailbox */
	bool		 has_selected, delays;
	bool		 status;	/* STATUS of all at once */
	bool		 unsupported;
	bool		 has_attributes;
	struct fetch	 attributes;	/* of new messages */
	struct buf	 texts;		/* of these */
};

/*
 * Behind SET, into one that holds nothing, to the end of the command.  False
 * on a syntax error.  The attributes point into the command.
 */
bool	notify_parse(struct session *, struct notify *);

/* NO [BADEVENT ...] with all that is supported. */
void	notify_refuse(struct session *);

#endif
