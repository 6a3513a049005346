/*
 * delivery.h - what smtpd and deliver say to each other
 *
 * Over the SEQPACKET socket DELIVERY_SOCKET, one record a request and one a
 * reply.  A request is a verb and its argument.  These are told, and have no
 * reply: nobody waits for a deliver that is still starting.  What is wrong
 * with a sender is what RCPT will say.
 *
 *	FROM <path's text>	a new message (any unfinished one is dropped)
 *	SUBMIT <path's text>	the same, of a client that may send to others
 *				than our own users
 *	SIZE <octets>		of it, as the client says: for RCPT
 *	RSET			drop the message
 *
 * The others are asked, in lock-step:
 *
 *	RCPT <path's text>	one more recipient
 *	DATA			lend me the places
 *	COMMIT <lines> [each]	it is all written: make it durable; with
 *				`each' in every place that can be had
 *	RESULT <n>		what of that became of recipient n, from 0
 *	VERIFY <path's text>	what would RCPT say?
 *	OWNS <user> <path's text>
 *				250 if it is his account or an alias that leads
 *				there, 550 if not, 451 if that is not known now
 *
 * Behind the path of FROM, SUBMIT and RCPT the parameters of MAIL and RCPT
 * may stand, behind a TAB, as parameter.h writes them.
 *
 * A reply is a reply of SMTP: code, enhanced status code (RFC 3463), text.
 * DATA's good reply is 354 and carries a descriptor for each place, open for
 * writing behind the trace header that deliver has put there.  Each of them
 * gets the whole message, line ends as LF.  COMMIT's 250 promises that the
 * message would survive a power cut in each of the places; lines is how many
 * LF were written into one of them.
 *
 * All recipients of other sites are one place, a file of the queue (queue.h).
 * A client may name them only after SUBMIT; an alias here may lead to them
 * whoever writes.
 */
#ifndef LABNET_MAIL_DELIVERY_H
#define LABNET_MAIL_DELIVERY_H

#include <stddef.h>

#define DELIVERY_SOCKET	"spool/run/deliver"

enum {
	DELIVERY_RECORD_MAX = 2048,
	DELIVERY_PLACES_MAX = 250	/* of one message: FDPASS_MAX */
};

/* Connect.  The socket, or -1 with errno set. */
int	delivery_open(void);

/* Tell.  0, or -1 with errno set if deliver is gone: then close the socket. */
int	delivery_tell(int sock, const char *verb, const char *argument);

/*
 * Ask; the reply is closed by NUL.  Returns its code, 200 to 599, or -1 with
 * errno set if deliver is gone: then close the socket.  No more than a
 * minute passes, or nine until a COMMIT's.
 */
int	delivery_ask(int sock, const char *verb, const char *argument,
	    char reply[DELIVERY_RECORD_MAX]);

/* Ask for DATA: fds gets *n descriptors.  Otherwise as above. */
int	delivery_places(int sock, int fds[DELIVERY_PLACES_MAX], size_t *n,
	    char reply[DELIVERY_RECORD_MAX]);

#endif
