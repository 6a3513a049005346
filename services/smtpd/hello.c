/* hello.c - how a session begins: the greeting, and HELO and its kin */

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <strings.h>

#include "io/log.h"
#include "mail/delivery.h"
#include "smtpd.h"

/* True if the client has sent something within these seconds. */
static bool
talks(const struct session *s, long seconds)
{
	struct pollfd p = { s->in.fd, POLLIN, 0 };
	int64_t until = clock_ms() + seconds * 1000, left;
	int n = 0;

	while ((left = until - clock_ms()) > 0) {
		n = poll(&p, 1, (int)left);
		if (n >= 0 || errno != EINTR)
			break;
	}
	return n > 0 && (p.revents & POLLIN) != 0;
}

/*
 * RFC 5321 4.3.1: a client waits for the greeting.  Who has it all to say
 * before is a program that sends to so many that it does not listen.
 */
void
greet(struct session *s)
{
	if (s->settings.greet_delay > 0 && s->role != LMTP && !may_relay(s) &&
	    talks(s, s->settings.greet_delay)) {
		log_line("%s: talks before the greeting", peer_name(&s->peer));
		reply(s, 554, NULL, "%s You talk before you are greeted",
		    s->settings.hostname);
		s->state = CLOSED;
		return;
	}
	reply(s, 220, NULL, "%s %s labnet", s->settings.hostname,
	    s->role == LMTP ? "LMTP" : "ESMTP");
}

/* What `helo-check' has against a name; NULL: nothing. */
static const char *
doubt(const struct session *s, const char *name)
{
	if (!s->settings.helo_check || may_relay(s))
		return NULL;
	if (name[0] == '[')
		return path_is_address(name, s->peer.ip) ? NULL :
		    "That is not your address";
	if (strchr(name, '.') == NULL)
		return "That is no full name of a host";
	if (strcasecmp(name, s->settings.hostname) == 0 ||
	    mail_domain_is_local(&s->settings, name))
		return "That is my name, not yours";
	return NULL;
}

/* A name that may stand in a Received field: 4.1.2's Domain or literal. */
static bool
set_client(struct session *s, const char *name)
{
	size_t n = strlen(name);
	const char *wrong;

	if (n == 0 || n > PATH_DOMAIN_MAX || strspn(name, "0123456789-_."
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ[]:") != n) {
		reply(s, 501, "5.5.2", "Not the name of a host");
		return false;
	}
	wrong = doubt(s, name);
	if (wrong != NULL) {
		reply(s, 550, "5.7.1", "%s", wrong);
		return false;
	}
	strcpy(s->client, name);
	forget_message(s);
	s->state = READY;
	/* Who had to wait for the greeting has no deliver yet. */
	if (s->deliver == -1)
		s->deliver = delivery_open();
	return true;
}

void
cmd_helo(struct session *s, char *name)
{
	if (!set_client(s, name))
		return;
	s->extended = false;
	reply(s, 250, NULL, "Hello %.200s, pleased to meet you", s->client);
}

void
cmd_ehlo(struct session *s, char *name)
{
	if (!set_client(s, name))
		return;
	s->extended = true;
	/* A reply line has at most 512 octets: 4.5.3.1.5. */
	output_format(&s->out, "250-%s Hello %.200s, pleased to meet you\r\n"
	    "250-PIPELINING\r\n250-SIZE %ld\r\n250-8BITMIME\r\n"
	    "250-SMTPUTF8\r\n250-CHUNKING\r\n250-DSN\r\n"
	    "250-ENHANCEDSTATUSCODES\r\n250-LIMITS RCPTMAX=%ld\r\n",
	    s->settings.hostname, s->client, s->settings.size_limit,
	    s->settings.recipients_max);
	if (s->role != LMTP)
		auth_capability(s);
	output_text(&s->out, "250 HELP\r\n");
}
