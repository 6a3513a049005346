/* querylog.c - a line a query, as BIND writes them */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "io/log.h"
#include "querylog.h"

enum { ADDRESS = INET6_ADDRSTRLEN + 8 };

static void
client_text(char out[ADDRESS], const struct sockaddr *sa)
{
	const struct sockaddr_in *four = (const void *)sa;
	const struct sockaddr_in6 *six = (const void *)sa;
	char text[INET6_ADDRSTRLEN] = "";
	unsigned port = 0;

	if (sa->sa_family == AF_INET) {
		inet_ntop(AF_INET, &four->sin_addr, text, sizeof text);
		port = ntohs(four->sin_port);
	} else if (sa->sa_family == AF_INET6) {
		inet_ntop(AF_INET6, &six->sin6_addr, text, sizeof text);
		port = ntohs(six->sin6_port);
	}
	snprintf(out, ADDRESS, "%s#%u", *text != '\0' ? text : "local", port);
}

/* Without the last dot, but for the root. */
static void
question_text(char out[DNS_NAME_TEXT], const struct query *q)
{
	size_t len;

	name_to_text(out, q->octets + HEADER);
	len = strlen(out);
	if (len > 1)
		out[len - 1] = '\0';
}

void
querylog_write(const struct reply *r, const struct client *client)
{
	static const char *const rcodes[] = { "NOERROR", "FORMERR",
	    "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN" };
	static const char *const classes[] = { "CLASS0", "IN", "CS", "CH" };
	const struct query *q = r->query;
	char from[ADDRESS], name[DNS_NAME_TEXT], type[TYPE_TEXT], edns[8] = "";
	const char *class = q->class < 4 ? classes[q->class] : "CLASS";

	client_text(from, client->address);
	if (q->end == HEADER) {
		log_line("client %s: no query: %s", from,
		    r->rcode <= YXDOMAIN ? rcodes[r->rcode] : "other");
		return;
	}
	question_text(name, q);
	type_text(type, q->type);
	if (r->rcode == REFUSED) {
		log_line("client %s (%s): query '%s/%s/%s' denied", from,
		    name, name, type, class);
		return;
	}
	if (q->edns.present)
		snprintf(edns, sizeof edns, "E(%u)", q->edns.version);
	log_line("client %s (%s): query: %s %s %s %s%s%s%s%s %s", from, name,
	    name, class, type, q->flags & FLAG_RD ? "+" : "-", edns,
	    client->transport == TCP ? "T" : "", q->edns.dnssec ? "D" : "",
	    q->edns.cookie != NULL ? "K" : "",
	    r->rcode <= YXDOMAIN ? rcodes[r->rcode] : "other");
}
