/*
 * intake.h - a message on its way from the client into the places that
 * deliver lends: its header judged, its text written, blocks at a time
 *
 * How the message comes is data.c's and chunk.c's to know.  They give it in
 * lines: intake_text() any part of one, intake_line_end() its end.
 */
#ifndef LABNET_INTAKE_H
#define LABNET_INTAKE_H

#include <stdint.h>

#include "mail/delivery.h"
#include "smtpd.h"
#include "submission.h"

enum {
	INTAKE_BLOCK = 32768,	/* what is written to a file at once */
	/* What is looked at of a header line's start: a Delivered-To whole. */
	INTAKE_PROBE = 16 + PATH_TEXT_SIZE
};

struct intake {
	struct session	*s;
	int64_t		 begun;		/* clock_ms() */
	int		 places[DELIVERY_PLACES_MAX];
	size_t		 n;
	char		 block[INTAKE_BLOCK];
	size_t		 len;
	int		 error;		/* errno of a failed write, or 0 */
	int64_t		 size;		/* as it came, line ends as two */
	size_t		 lines;		/* LF written */
	unsigned	 hops;		/* Received fields */
	bool		 bare;		/* a bare CR or LF was in it */
	bool		 loop;		/* it has been at a recipient's */

	bool		 line_start;	/* where the framing stands ... */
	bool		 dot, cr, done;
	bool		 header;	/* ... and the header */
	bool		 dropping, probing, first;
	char		 probe[INTAKE_PROBE];
	size_t		 probed;
	struct submission submission;	/* if that is what it is */
	char		 id[ID_SIZE];
	/* What deliver said instead of lending places; "": it did. */
	char		 refusal[DELIVERY_RECORD_MAX];
};

/*
 * Ask deliver for the places, and put the trace in front.  If it refuses the
 * message is taken all the same, to be thrown away; then that is the reply.
 */
void	intake_open(struct intake *, struct session *);

/* For tests and for the above: an intake without places. */
void	intake_init(struct intake *, struct session *);

void	intake_text(struct intake *, const char *, size_t);
void	intake_line_end(struct intake *);

/* A CR without LF, or a LF without CR, of a session that has CR LF. */
void	intake_bare(struct intake *, char octet);

/* How much of p is plain text up to the next CR or LF. */
size_t	intake_span(const char *p, size_t n);

/* The text is at its end, perhaps within the header. */
void	intake_end(struct intake *);

/* Write what is held. */
void	intake_flush(struct intake *);

/*
 * What the client sent next, for the caller to skip.  False, and logged, if
 * the client is gone, silent, or has taken too long for a message of this
 * size (RFC 5321 4.5.3.2.5); NULL for one that is not kept.
 */
bool	intake_peek(const struct intake *, struct session *, const char **p,
	    size_t *n);

/*
 * The message is whole: say what is wrong with it, or have it kept; one reply
 * for all recipients, or in LMTP one for each.  Closes the places.
 */
void	intake_settle(struct intake *, struct session *);

/* It will not get whole: close the places. */
void	intake_drop(struct intake *);

#endif
