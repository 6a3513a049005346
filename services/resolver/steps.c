/* steps.c - what happens, told in numbered steps */

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "io/log.h"
#include "steps.h"
#include "text.h"

enum { LINE = 900 };

static void
out(const struct resolver *r, const char *line)
{
	if (r->on_terminal)
		puts(line);
	else
		log_line("%s", line);
}

void
steps_note(const struct resolver *r, const char *fmt, ...)
{
	char line[LINE];
	va_list args;

	va_start(args, fmt);
	snprintf(line, sizeof line, "    ");
	vsnprintf(line + 4, sizeof line - 4, fmt, args);
	va_end(args);
	out(r, line);
}

static void __attribute__((format(printf, 3, 4)))
say(const struct resolver *r, unsigned step, const char *fmt, ...)
{
	char line[LINE];
	va_list args;
	int n = snprintf(line, sizeof line, "%2u. ", step);

	va_start(args, fmt);
	vsnprintf(line + n, sizeof line - (size_t)n, fmt, args);
	va_end(args);
	out(r, line);
}

/* "gaia.cs.umass.edu" without the final dot, as people say it. */
static char *
spoken(char text[DNS_NAME_TEXT], const uint8_t *name)
{
	size_t len = strlen(name_to_text(text, name));

	if (len > 1)
		text[len - 1] = '\0';
	return text;
}

/* The first step of a question is its own, whoever begins the walk. */
static unsigned
next_step(const struct walk *w)
{
	if (w->effort->step == 0)
		w->effort->step = 1;
	return ++w->effort->step;
}

enum { CLIENT_TEXT = ADDRESS_TEXT + 16 };

/* The client in a sentence. */
static void
client_said(char text[CLIENT_TEXT], const struct client *c, bool asks)
{
	char ip[ADDRESS_TEXT];
	struct address a;

	if (c->peer.ss_family == AF_UNSPEC) {
		strcpy(text, asks ? "You ask me" : "I tell you");
		return;
	}
	address_of(&a, &c->peer);
	address_text(ip, &a);
	snprintf(text, CLIENT_TEXT, asks ? "%s asks me" : "I tell %s", ip);
}

static char *
type_said(char text[TYPE_TEXT], uint16_t type)
{
	if (type == TYPE_ANY)
		return strcpy(text, "ANY");
	return type_text(text, type);
}

void
steps_question(const struct resolver *r, const struct client *c,
    const struct question *q)
{
	char client[CLIENT_TEXT];
	char name[DNS_NAME_TEXT], type[TYPE_TEXT];

	client_said(client, c, true);
	say(r, 1, "%s: %s %s?", client, spoken(name, q->name.wire),
	    type_said(type, q->type));
}

/* What the zone's servers are to a reader. */
static const char *
title(const struct walk *w, char text[DNS_NAME_TEXT + 40])
{
	char name[DNS_NAME_TEXT];
	unsigned labels = name_labels(w->zone.wire);

	if (w->route != NULL && w->route->forward)
		return "a forwarder";
	if (labels == 0)
		return "a root server";
	sprintf(text, labels == 1 ? "a TLD server of %s" :
	    "an authoritative server of %s", spoken(name, w->zone.wire));
	return text;
}

void
steps_ask(const struct walk *w)
{
	char name[DNS_NAME_TEXT], type[TYPE_TEXT], ip[ADDRESS_TEXT],
	    who[DNS_NAME_TEXT + 40];

	say(w->resolver, next_step(w), "I ask %s, %s: %s %s?%s",
	    address_text(ip, &w->last_server), title(w, who),
	    spoken(name, w->asked), type_said(type, w->asked_type),
	    w->query->tcp ? " (over TCP)" : "");
}

/* The hosts of the zone referred to, with the addresses known of them. */
static void
list_hosts(const struct walk *w, const struct sift *s, char *text,
    size_t size)
{
	struct cache *c = &w->resolver->cache;
	const struct entry *ns = cache_find_name(c, s->cut.wire, TYPE_NS,
	    RANK_REFERRAL, s->now), *glue;
	const uint8_t *p;
	size_t used = 0;

	text[0] = '\0';
	if (ns == NULL)
		return;
	p = entry_data(ns);
	for (unsigned i = 0; i < ns->count && used < size; i++) {
		char name[DNS_NAME_TEXT], ip[RDATA_TEXT] = "";

		glue = cache_find_name(c, p + 2, TYPE_A, RANK_REFERRAL,
		    s->now);
		if (glue != NULL)
			rdata_text(ip, TYPE_A, entry_data(glue) + 2, 4);
		used += (size_t)snprintf(text + used, size - used,
		    "%s%s%s%s%s", i > 0 ? ", " : "", spoken(name, p + 2),
		    glue != NULL ? " (" : "", ip, glue != NULL ? ")" : "");
		p += get16(p) + 2U;
	}
}

/* What is now known of the name that was asked about, and for how long. */
static void
say_cached(const struct walk *w, const struct sift *s, enum said said)
{
	char name[DNS_NAME_TEXT], type[TYPE_TEXT], text[RDATA_TEXT];
	uint16_t key = said == SAID_ALIAS ? TYPE_CNAME :
	    said == SAID_NXDOMAIN ? (uint16_t)TYPE_NAME : s->type;
	const struct entry *e = cache_find_name(&w->resolver->cache, s->name,
	    key, RANK_ANSWER, s->now);

	if (e == NULL)	/* said of the name behind an alias */
		return;
	spoken(name, s->name);
	if (e->kind == KIND_DATA)
		steps_note(w->resolver, "cached: %s %s %s for %u s%s", name,
		    type_said(type, e->type), rdata_text(text, e->type,
		    entry_data(e) + 2, get16(entry_data(e))), e->ttl,
		    e->count > 1 ? " (and others)" : "");
	else
		steps_note(w->resolver, "cached: no %s%s%s for %u s", name,
		    e->type == TYPE_NAME ? "" : " ", e->type == TYPE_NAME ?
		    "" : type_said(type, e->type), e->ttl);
}

void
steps_said(const struct walk *w, const struct message *m, enum said said,
    const struct sift *s)
{
	char ip[ADDRESS_TEXT], name[DNS_NAME_TEXT], cut[DNS_NAME_TEXT],
	    hosts[LINE - 300];
	const struct resolver *r = w->resolver;
	unsigned step = next_step(w);

	address_text(ip, &w->last_server);
	spoken(name, s->name);
	switch (said) {
	case SAID_NOTHING:
		say(r, step, "%s says nothing of use (rcode %u)", ip,
		    m->flags & RCODE_MASK);
		return;
	case SAID_REFERRAL:
		list_hosts(w, s, hosts, sizeof hosts);
		say(r, step, "%s says: I don't know %s, but ask %s", ip, name,
		    hosts);
		steps_note(r, "cached: the servers of %s for %u s",
		    spoken(cut, s->cut.wire), s->ttl);
		return;
	case SAID_ANSWER:
		say(r, step, "%s says: I know %s", ip, name);
		break;
	case SAID_ALIAS:
		say(r, step, "%s says: %s is an alias", ip, name);
		break;
	case SAID_NODATA:
		say(r, step, "%s says: %s has nothing of that type", ip,
		    name);
		break;
	case SAID_NXDOMAIN:
		say(r, step, "%s says: there is no %s", ip, name);
		break;
	}
	say_cached(w, s, said);
}

void
steps_lookup(const struct walk *w, const struct name *host)
{
	char name[DNS_NAME_TEXT];

	steps_note(w->resolver, "first I need the address of %s",
	    spoken(name, host->wire));
}

void
steps_truncated(const struct walk *w)
{
	char ip[ADDRESS_TEXT];

	say(w->resolver, next_step(w),
	    "%s says: that is too long for a datagram",
	    address_text(ip, &w->last_server));
}

void
steps_silence(const struct walk *w)
{
	char ip[ADDRESS_TEXT];

	steps_note(w->resolver, "%s does not answer",
	    address_text(ip, &w->last_server));
}

/* The records of the answer section, one a line. */
static void
list_answer(const struct resolver *r, const struct message *m)
{
	char name[DNS_NAME_TEXT], type[TYPE_TEXT], text[RDATA_TEXT];
	static uint8_t rdata[SET_OCTETS];
	struct record_reader reader;
	struct record record;
	struct name question;
	uint16_t qtype, class;
	long n;

	records_begin(&reader, m, message_question(m, &question, &qtype,
	    &class));
	while (records_next(&reader, &record) && record.section == ANSWER) {
		n = record_rdata(m, &record, rdata, sizeof rdata);
		if (n != -1)
			steps_note(r, "%s %u %s %s", spoken(name,
			    record.owner.wire), record.ttl, type_said(type,
			    record.type), rdata_text(text, record.type, rdata,
			    (size_t)n));
	}
}

void
steps_answer(const struct resolver *r, const struct client *c,
    const struct effort *effort, const uint8_t *octets, size_t size)
{
	static const char *const words[] = {
	    "here it is", "I do not understand you", "I cannot find out",
	    "there is no such name", "I cannot do that", "not for you" };
	unsigned step = effort != NULL && effort->step > 0 ?
	    effort->step + 1 : 2;
	char client[CLIENT_TEXT];
	struct message m;
	unsigned rcode;

	client_said(client, c, false);
	if (!message_open(&m, octets, size))
		return;
	rcode = m.flags & RCODE_MASK;
	say(r, step, "%s: %s%s", client, rcode == NOERROR &&
	    m.counts[ANSWER] == 0 ? "there is nothing of that type" :
	    rcode <= REFUSED ? words[rcode] : "no", effort == NULL ?
	    " (from my cache)" : "");
	list_answer(r, &m);
}
