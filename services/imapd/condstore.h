/*
 * condstore.h - mod-sequences, and what happened since one (RFC 7162)
 *
 * The client switches CONDSTORE on by the first command that is about
 * mod-sequences (3.1); from then on each FETCH response with FLAGS has
 * MODSEQ as well.  QRESYNC must be enabled, and turns EXPUNGE to VANISHED.
 */
#ifndef LABNET_IMAPD_CONDSTORE_H
#define LABNET_IMAPD_CONDSTORE_H

#include "imapd.h"

/* Switch it on; a client in a mailbox is told its HIGHESTMODSEQ. */
void	condstore_enable(struct session *);
bool	condstore_is_on(const struct session *);

/* * OK [HIGHESTMODSEQ 1], or NOMODSEQ. */
void	condstore_describe(struct session *);

/* A number of a client's, which may be 0. */
bool	condstore_parse(struct reader *, uint64_t *modseq);

/* " MODSEQ (1)" behind FLAGS, if it is on. */
void	condstore_send(struct session *, const struct mail *);

/* "[HIGHESTMODSEQ 1] " in front of the reply to EXPUNGE, or nothing. */
enum { CONDSTORE_CODE = 48 };
const char *condstore_code(struct session *, char code[CONDSTORE_CODE]);

/*
 * * VANISHED (EARLIER): what is gone since a number, of the UIDs in known
 * unless it is empty.
 */
void	condstore_vanished(struct session *, uint64_t since,
	    const struct sequence *known);

/* --- (CONDSTORE) or (QRESYNC (...)) behind SELECT ------------------------ */

struct resync {
	bool		 condstore, qresync;
	uint32_t	 uidvalidity;
	uint64_t	 modseq;
	struct sequence	 known;		/* UIDs; empty: all */
};

/* `= {0}` before, resync_free() in any case. */
bool	resync_parse(struct session *, struct resync *);
/* In front of the first look into the mailbox, and behind its description. */
void	resync_begin(struct session *, const struct resync *);
void	resync_send(struct session *, const struct resync *);
void	resync_free(struct resync *);

#endif
