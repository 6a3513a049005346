/* protect.c - AUTH TLS, PBSZ and PROT: RFC 4217, RFC 2228 */

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "commands.h"
#include "io/log.h"
#include "session.h"

/* RFC 4217 17: TLS and TLS-C leave the data connections in clear. */
void
cmd_auth(struct session *s, char *arg)
{
	if (s->tls.active || !tls_is_offered(&s->tls)) {
		reply(s, s->tls.active ? 503 : 502, s->tls.active ?
		    "TLS is on already." : "There is no TLS here.");
		return;
	}
	if (strcasecmp(arg, "TLS") != 0 && strcasecmp(arg, "TLS-C") != 0) {
		reply(s, 504, "AUTH TLS is what there is.");
		return;
	}
	reply(s, 234, "Begin TLS.");
	if (tls_start(&s->tls, &s->control.in, &s->control.out) == -1) {
		log_errno("TLS");
		s->over = true;
		return;
	}
	control_reset(&s->control);
	s->may_login = true;
	s->state = START;
	s->user[0] = '\0';
}

void
cmd_auth_late(struct session *s, char *arg)
{
	(void)arg;
	reply(s, 503, "Too late for AUTH.");
}

/* RFC 4217 8: of no meaning with TLS, but it must come before PROT. */
void
cmd_pbsz(struct session *s, char *arg)
{
	(void)arg;
	s->pbsz = s->tls.active;
	if (s->pbsz)
		reply(s, 200, "PBSZ=0");
	else
		reply(s, 503, "AUTH TLS first.");
}

/*
 * TLS is another program's, which holds the control connection alone: data
 * connections are in clear, and whoever asks for more is told so.
 */
void
cmd_prot(struct session *s, char *arg)
{
	if (!s->pbsz)
		reply(s, 503, "PBSZ first.");
	else if (strcasecmp(arg, "C") == 0)
		reply(s, 200, "Data connections are in clear.");
	else if (strlen(arg) == 1 && strchr("SEPsep", *arg) != NULL)
		reply(s, 536, "Data connections can only be in clear.");
	else
		reply(s, 504, "PROT C is what there is.");
}

void
protect_hand_over(const struct session *s, char *tag, size_t size)
{
	tag[0] = '\0';
	if (s->tls.active)
		snprintf(tag, size, "TLS %u %s %u", s->peer.port,
		    s->peer.local_ip, s->peer.local_port);
}

void
protect_take_over(struct session *s, const char *tag)
{
	struct peer p = s->peer;

	s->tls.control = -1;
	s->tls.active = tag != NULL && sscanf(tag, "TLS %u %45s %u", &p.port,
	    p.local_ip, &p.local_port) == 3;
	if (s->tls.active)
		s->peer = p;
}
