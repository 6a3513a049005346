/*
 * fetch.h - what a FETCH asks for
 */
#ifndef LABNET_IMAPD_FETCH_H
#define LABNET_IMAPD_FETCH_H

#include "partial.h"
#include "section.h"

enum { FETCH_ITEMS_MAX = 256 };

enum item_kind { ITEM_FLAGS, ITEM_UID, ITEM_INTERNALDATE, ITEM_SIZE,
    ITEM_ENVELOPE, ITEM_BODY, ITEM_STRUCTURE, ITEM_SECTION, ITEM_BINARY,
    ITEM_BINARY_SIZE, ITEM_SAVEDATE, ITEM_PREVIEW, ITEM_EMAILID,
    ITEM_THREADID, ITEM_MODSEQ };

/* How much of a message must be read, in rising order. */
enum fetch_reads { FETCH_NO_TEXT, FETCH_HEADER, FETCH_WHOLE };

struct item {
	enum item_kind	 kind;
	enum fetch_reads reads;
	enum cache_kind	 cache;		/* 0: not kept */
	const char	*label;		/* as it is answered */
	bool		 bare;		/* RFC822.*: no section in the label */
	bool		 has_section;	/* its label ends in [..] */
	bool		 lazy;		/* only if it is at hand */
	struct section	 section;
};

struct fetch {
	struct item	 item[FETCH_ITEMS_MAX];
	size_t		 n;
	bool		 sets_seen;	/* a body without PEEK is asked for */
	struct section_names names;

	/* The modifiers behind the items. */
	bool		 has_since, vanished, has_partial;
	uint64_t	 since;
	struct partial	 partial;
};

/* Parse one item, a macro or a list; false on a syntax error. */
bool	fetch_parse(struct reader *, struct fetch *);

/* What follows the items (RFC 7162 3.1.4, 3.2.6, RFC 9394 3.3). */
bool	fetch_parse_modifiers(struct session *, struct fetch *);
/* Leave of the selection what they leave, and tell what vanished. */
void	fetch_choose(struct session *, const struct fetch *,
	    struct selection *);

/* UID FETCH answers with the UID, asked for or not. */
bool	fetch_add_uid(struct reader *, struct fetch *);
/* So does each with flags with MODSEQ, once CONDSTORE is on. */
bool	fetch_add_modseq(struct session *, struct fetch *);

/*
 * Move all texts that it points to out of the command in hand into a buffer,
 * so that it outlives the command.  0, or -1: no memory.
 */
int	fetch_keep(struct fetch *, struct buf *);
/*
 * * FETCH of a message that nobody asked for just now: \Seen stays as it is.
 * cache_flush() is due behind the last one.
 */
void	fetch_tell(struct session *, const struct fetch *, size_t index);

#endif
