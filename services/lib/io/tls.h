/*
 * tls.h - TLS by another program: UCSPI-TLS, and who stands in front
 *
 * A UCSPI-TLS server (s6-ucspitlsd, sslserver -n) starts a service with the
 * client as descriptors 0 and 1, in clear, and names three more in the
 * environment: SSLCTLFD, SSLREADFD and SSLWRITEFD.  An octet `y' written to
 * the first makes it take the client over and speak TLS; from then on the
 * service reads and writes the other two.  STARTTLS, STLS and AUTH TLS are
 * offered exactly where these stand.
 *
 * A program that speaks TLS from the start says so by PROTO=SSL (sslserver)
 * or SSL_PROTOCOL (s6-tlsd); for stunnel see security(7).
 */
#ifndef LABNET_IO_TLS_H
#define LABNET_IO_TLS_H

#include <stdbool.h>

#include "io/input.h"
#include "io/output.h"
#include "io/peer.h"

struct tls {
	bool	active;		/* what the client sends comes through TLS */
	int	control;	/* -1: there is nobody who could start it */
	int	read, write;
};

/* Look into the environment.  What is no open descriptor is not there. */
void	tls_init(struct tls *);

/* May the client ask for it now? */
bool	tls_is_offered(const struct tls *);

/*
 * Nobody can listen: TLS is there, or the peer is on this machine.  Else no
 * password is asked for unless the admin has said `plaintext yes'.
 */
bool	tls_is_private(const struct tls *, const struct peer *);

/*
 * Go over to TLS, behind the reply that says so.  What the client sent in
 * clear behind its command is thrown away (RFC 3207 4.2), and whatever the
 * session holds of it must be, by the caller.  The two go on under the numbers
 * that they had.  0, or -1 with errno set: the session must end.
 */
int	tls_start(struct tls *, struct input *, struct output *);

#endif
