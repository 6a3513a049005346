/* report.h - one report to a sender, between report.c and report_text.c */

#ifndef LABNET_RELAY_REPORT_H
#define LABNET_RELAY_REPORT_H

#include "relay.h"

enum report_kind { REPORT_DELAYED, REPORT_FAILED, REPORT_SUCCESS,
    REPORT_KINDS };

enum { RECEIVED_FROM_SIZE = 320 };

struct report {
	const struct site *site;
	struct queue_message *m;
	int		 fd;		/* its file */
	const char	*name;		/* and that one's name */
	enum report_kind kind;
	const char	*to;		/* who is told */
	bool		 full;		/* with the whole message, or its
					   header (RFC 3461 4.3) */
	bool		 eight_bit;	/* what is returned is not ASCII */
	/* "name ([address])" of the client whom it came from, or "". */
	char		 received_from[RECEIVED_FROM_SIZE];
};

/* Does this report speak of the recipient? */
bool	report_tells(const struct report *, const struct queue_recipient *);

/*
 * What stands in front of the returned text, and behind it.  0, or -1 if
 * memory lacks.
 */
int	report_head(struct buf *, const struct report *);
int	report_tail(struct buf *, const struct report *);

#endif
