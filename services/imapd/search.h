/*
 * search.h - a search as a program of keys (RFC 3501 6.4.4)
 *
 * Keys that stand side by side must all match; each such list is kept sorted
 * by what its keys cost, so that no message is opened for a key if a cheaper
 * one has said no.
 */
#ifndef LABNET_IMAPD_SEARCH_H
#define LABNET_IMAPD_SEARCH_H

#include "imapd.h"

enum {
	SEARCH_KEYS_MAX = 16384,
	SEARCH_DEPTH_MAX = 1000		/* of parentheses, OR and NOT */
};

/* In the order of what a test costs. */
enum cost { COST_NOTHING, COST_STAT, COST_HEADER, COST_BODY };

enum key_kind {
	KEY_ALL, KEY_FLAG, KEY_KEYWORD, KEY_RECENT, KEY_NEW, KEY_UID,
	KEY_NUMBER, KEY_BEFORE, KEY_ON, KEY_SINCE, KEY_OLDER, KEY_YOUNGER,
	KEY_LARGER, KEY_SMALLER, KEY_SENTBEFORE, KEY_SENTON, KEY_SENTSINCE,
	KEY_MODSEQ, KEY_SAVEDBEFORE, KEY_SAVEDON, KEY_SAVEDSINCE, KEY_EMAILID,
	KEY_THREADID, KEY_HEADER, KEY_BODY, KEY_TEXT, KEY_OR, KEY_LIST
};

struct key {
	enum key_kind	 kind;
	enum cost	 cost;
	bool		 not;
	uint64_t	 number;	/* flags, days, seconds, octets */
	struct text	 name;		/* of a header field, or an id */
	bool		 kept;		/* the cache has that field (kept.c) */
	struct text	 needle;	/* folded; from malloc(3) */
	struct sequence	 set;
	unsigned	 next;		/* in its list; 0: the last */
	unsigned	 child, other;	/* lists */
};

struct search {
	struct key	*key;		/* key[0] is the whole as a KEY_LIST */
	unsigned	 n, room;
	unsigned	 depth;
	bool		 modseq;	/* there is a key MODSEQ */
	char		*texts;		/* of search_keep() */
};

/*
 * Parse keys up to the end of the command.  False after a failure that the
 * reader or the reply tells.  search_free() in any case.
 */
bool	search_parse(struct session *, struct search *);
void	search_free(struct search *);

/* Parse the name of a charset; NO [BADCHARSET] if it is not known. */
bool	search_charset(struct session *);

/*
 * Does the message match?  1 or 0; -1 with errno set if it could not be
 * read (ENOENT: it is gone).
 */
int	search_match(struct session *, const struct search *, size_t index);

/* --- search_keep.c ------------------------------------------------------- */

/* The bit of a keyword; 0: the mailbox does not have it. */
uint64_t search_keyword(const struct session *, const struct text *);

/*
 * Let it outlive the command: its texts are its own, and message numbers are
 * those messages, whatever their numbers will be.  0, or -1: no memory.
 */
int	search_keep(struct session *, struct search *);
/* Look for keywords that the mailbox did not have. */
void	search_renew(const struct session *, struct search *);
/* Are there keys that match another message as time goes by? */
bool	search_is_timed(const struct search *);

/* --- textsearch.c -------------------------------------------------------- */

/* needle folded, as the searches want it.  0, or -1: no memory. */
int	needle_make(struct text *needle, const struct text *);

/*
 * Is the needle in a field of that name of the header [at, end)?  An empty
 * needle is in each.  1, 0, -1.  name NULL: in any field, its name as well.
 */
int	text_in_header(const char *at, const char *end,
	    const struct text *name, const struct text *needle);

/*
 * Is it in the text of a parsed message: its text parts decoded, and the
 * headers of all parts but the first, which header adds?
 */
int	text_in_message(const struct message *, const struct text *needle,
	    bool header);

#endif
