/* ports.c - where the data connection comes from (RFC 959 4.1.2, RFC 2428) */

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "commands.h"
#include "io/log.h"
#include "session.h"

/* RFC 2428 2: what a family is called on the wire. */
enum { FAMILY_4 = 1, FAMILY_6 = 2 };

static int
peer_family(const struct session *s)
{
	return strchr(s->peer.ip, ':') != NULL ? FAMILY_6 : FAMILY_4;
}

/* RFC 2428 4: after EPSV ALL nothing else may set up a connection. */
static bool
only_epsv(struct session *s)
{
	if (s->data.only_epsv)
		reply(s, 503, "Only EPSV after EPSV ALL.");
	return s->data.only_epsv;
}

/*
 * Numbers 0 to 255 between commas, no sign, no space, nothing behind.
 * Returns how many there are, or 0 if the text is no such list.
 */
static int
numbers(const char *text, unsigned *n, int most)
{
	char *end;
	int count = 0;

	for (;; text = end + 1) {
		if (count == most || !isdigit((unsigned char)*text))
			return 0;
		n[count] = (unsigned)strtoul(text, &end, 10);
		if (end - text > 3 || n[count++] > 255)
			return 0;
		if (*end != ',')
			return *end == '\0' ? count : 0;
	}
}

static void
set_port(struct session *s, const union address *to)
{
	if (data_set_port(s, to)) {
		reply(s, 200, "Data connections will go there.");
		return;
	}
	log_line("PORT of %s to another host or a low port refused",
	    peer_name(&s->peer));
	reply(s, 500, "Data goes to your own address, port 1024 or above.");
}

void
cmd_port(struct session *s, char *arg)
{
	union address to;
	unsigned n[6];
	char ip[INET_ADDRSTRLEN];

	if (only_epsv(s))
		return;
	if (numbers(arg, n, 6) != 6) {
		reply(s, 501, "Syntax: PORT <h1,h2,h3,h4,p1,p2>");
		return;
	}
	snprintf(ip, sizeof ip, "%u.%u.%u.%u", n[0] & 255, n[1] & 255,
	    n[2] & 255, n[3] & 255);
	address_set(&to, ip, n[4] << 8 | n[5]);
	set_port(s, &to);
}

/*
 * Cut "|family|address|port|" in place; any printable octet delimits.  False
 * if it is not of that form.
 */
static bool
cut_eprt(char *arg, char *field[3])
{
	char delimiter = *arg;
	int i;

	if (delimiter < 33 || delimiter > 126 || isalnum(delimiter))
		return false;
	for (i = 0; i < 3; i++) {
		*arg++ = '\0';
		field[i] = arg;
		arg = strchr(arg, delimiter);
		if (arg == NULL)
			return false;
	}
	*arg++ = '\0';
	return *arg == '\0';
}

void
cmd_eprt(struct session *s, char *arg)
{
	char *field[3], *end;
	union address to;
	unsigned long port;
	int family;

	if (only_epsv(s))
		return;
	if (!cut_eprt(arg, field) || !isdigit((unsigned char)*field[2]) ||
	    strlen(field[2]) > 5 || (port = strtoul(field[2], &end, 10)) == 0 ||
	    port > 65535 || *end != '\0') {
		reply(s, 501, "Syntax: EPRT |<family>|<address>|<port>|");
		return;
	}
	family = strcmp(field[0], "1") == 0 ? FAMILY_4 :
	    strcmp(field[0], "2") == 0 ? FAMILY_6 : 0;
	if (family != peer_family(s))
		reply(s, 522, "Network protocol not supported, use (%d)",
		    peer_family(s));
	else if (!address_set(&to, field[1], (unsigned)port) ||
	    (to.any.sa_family == AF_INET) != (family == FAMILY_4))
		reply(s, 501, "Not an address of that family.");
	else
		set_port(s, &to);
}

static bool
is_private(const char *ip)
{
	struct in_addr a;
	uint32_t n;

	if (inet_pton(AF_INET, ip, &a) != 1)
		return true;
	n = ntohl(a.s_addr);
	return n >> 24 == 10 || n >> 24 == 127 || n >> 20 == 0xac1 ||
	    n >> 16 == 0xc0a8 || n >> 16 == 0xa9fe;
}

/* The outside address is for clients from outside: not for the LAN's own. */
static const char *
announced_ip(const struct session *s)
{
	return s->settings.passive_address[0] != '\0' &&
	    !is_private(s->peer.ip) ? s->settings.passive_address :
	    s->peer.local_ip;
}

/* The port of a new data connection; 0, and 425 sent, if there is none. */
static unsigned
listen_for(struct session *s)
{
	unsigned port = data_listen(s);

	if (port == 0) {
		log_errno("passive port");
		reply(s, 425, "Can't open passive connection.");
	}
	return port;
}

void
cmd_pasv(struct session *s, char *arg)
{
	unsigned char h[4] = { 0 };
	unsigned port;

	(void)arg;
	if (only_epsv(s))
		return;
	if (peer_family(s) == FAMILY_6) {
		reply(s, 502, "PASV is for IPv4, use EPSV.");
		return;
	}
	port = listen_for(s);
	if (port == 0)
		return;
	inet_pton(AF_INET, announced_ip(s), h);
	reply(s, 227, "Entering Passive Mode (%u,%u,%u,%u,%u,%u)", h[0], h[1],
	    h[2], h[3], port >> 8, port & 255);
}

void
cmd_epsv(struct session *s, char *arg)
{
	unsigned port;

	if (strcasecmp(arg, "ALL") == 0) {
		s->data.only_epsv = true;
		reply(s, 200, "EPSV ALL command successful.");
		return;
	}
	if (*arg != '\0' && (arg[0] != '0' + peer_family(s) ||
	    arg[1] != '\0')) {
		reply(s, isdigit((unsigned char)*arg) ? 522 : 501,
		    "Network protocol not supported, use (%d)",
		    peer_family(s));
		return;
	}
	port = listen_for(s);
	if (port == 0)
		return;
	reply(s, 229, "Entering Extended Passive Mode (|||%u|)", port);
}
