/* local_conf.c - the local data of resolver.conf, a line each */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dns/rdata.h"
#include "io/conf.h"
#include "local.h"

enum { TTL = 3600 };

const char *
local_add_zone(struct settings *s, const char *text)
{
	struct local_zone *z = malloc(sizeof *z);
	const char *wrong;

	if (z == NULL)
		return "no memory";
	wrong = name_from_text(&z->name, text, strlen(text), NULL);
	if (wrong != NULL) {
		free(z);
		return wrong;
	}
	name_lower(&z->name);
	z->next = s->local_zones;
	s->local_zones = z;
	return NULL;
}

/* The words before the data: NAME [TTL] TYPE.  NULL, or what is wrong. */
static const char *
read_head(struct lexer *lex, struct local_record *head)
{
	const char *wrong;
	int type;

	if (lexer_next(lex) != TOKEN_WORD)
		return "no name";
	wrong = name_from_text(&head->name, lex->text, lex->len, NULL);
	if (wrong != NULL)
		return wrong;
	name_lower(&head->name);
	if (lexer_next(lex) != TOKEN_WORD)
		return "no type";
	head->ttl = TTL;
	if (lex->text[0] >= '0' && lex->text[0] <= '9') {
		wrong = ttl_from_text(&head->ttl, lex->text, lex->len);
		if (wrong != NULL)
			return wrong;
		if (lexer_next(lex) != TOKEN_WORD)
			return "no type";
	}
	type = type_number(lex->text, lex->len);
	if (type == -1)
		return "no such type";
	/* What only a zone's own server can say, or stands for many names. */
	if (type == TYPE_DNAME || type == TYPE_SOA || type == TYPE_OPT)
		return "not a type for local data";
	head->type = (uint16_t)type;
	return NULL;
}

/* An alias stands alone, and other data not beside it (RFC 2181 10.1). */
static bool
is_at_odds(const struct settings *s, const struct local_record *fresh)
{
	const struct local_record *r = s->local_records;

	for (; r != NULL; r = r->next)
		if (name_equal(r->name.wire, fresh->name.wire) &&
		    (r->type == TYPE_CNAME || fresh->type == TYPE_CNAME))
			return true;
	return false;
}

static const char *
read_record(struct settings *s, struct lexer *lex)
{
	static struct rdata rdata;
	struct local_record head = { 0 }, *r, **at = &s->local_records;
	const char *wrong = read_head(lex, &head);

	rdata.len = 0;
	if (wrong == NULL)
		wrong = rdata_read(&rdata, head.type, lex, NULL);
	if (wrong == NULL && is_at_odds(s, &head))
		wrong = "an alias and other data under one name";
	if (wrong != NULL)
		return wrong;
	r = malloc(sizeof *r + rdata.len);
	if (r == NULL)
		return "no memory";
	head.len = (uint16_t)rdata.len;
	*r = head;
	memcpy(r->rdata, rdata.octets, rdata.len);
	while (*at != NULL)
		at = &(*at)->next;
	*at = r;
	return NULL;
}

const char *
local_add_record(struct settings *s, const char *text)
{
	char line[CONF_LINE_MAX + 2];
	struct lexer lex;
	const char *wrong;
	int n = snprintf(line, sizeof line, "%s\n", text);

	if (n < 0 || (size_t)n >= sizeof line)
		return "too long";
	if (!lexer_open(&lex, -1, line, (size_t)n))
		return "no memory";
	wrong = read_record(s, &lex);
	lexer_close(&lex);
	return wrong;
}

void
local_free(struct settings *s)
{
	struct local_zone *z;
	struct local_record *r;

	while ((z = s->local_zones) != NULL) {
		s->local_zones = z->next;
		free(z);
	}
	while ((r = s->local_records) != NULL) {
		s->local_records = r->next;
		free(r);
	}
}
