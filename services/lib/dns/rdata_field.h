/*
 * rdata_field.h - between rdata.c and the readers of single fields
 *
 * A reader finds its first word in text->lex, with its kind in text->token;
 * it takes the words it needs with field_next() and leaves the word behind
 * them.  It returns NULL, or in words what is wrong.
 */
#ifndef LABNET_DNS_RDATA_FIELD_H
#define LABNET_DNS_RDATA_FIELD_H

#include "dns/rdata.h"

struct rdata_text {
	struct lexer		*lex;
	const struct name	*origin;
	struct rdata		*out;
	enum token		 token;
};

typedef const char *field_reader(struct rdata_text *);

/* Take the next word. */
void	 field_next(struct rdata_text *);
/* Is there a word? */
bool	 field_more(const struct rdata_text *);
/* Append; false if the rdata would pass 65535 octets. */
bool	 field_put(struct rdata_text *, const void *octets, size_t len);
bool	 field_put_number(struct rdata_text *, uint32_t n, size_t octets);
/* Text with its escapes undone, at most size octets; false if it is bad. */
bool	 field_unescape(const char *text, size_t len, uint8_t *out, size_t size,
	    size_t *used);

field_reader field_hex, field_base64, field_salt, field_base32, field_bitmap,
	     field_moment, field_eui48, field_eui64, field_id64,
	     field_algorithm, field_certificate, field_location,
	     field_parameters;

/* How they are called when the rdata is too long or a word is missing. */
extern const char field_too_long[], field_missing[];

#endif
