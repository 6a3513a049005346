/*
 * header.h - the fields of a message header, where they lie in the text
 *
 * Lines end in LF or CR LF, in any mixture.  Nothing is copied or changed
 * but by header_unfold().  RFC 5322 2.2, and its obsolete blanks in front of
 * the colon (4.5.8).
 */
#ifndef LABNET_MAIL_HEADER_H
#define LABNET_MAIL_HEADER_H

#include <stdbool.h>
#include <stddef.h>

struct field {
	const char	*start;		/* the field with all its lines ... */
	size_t		 len;		/* ... and their ends */
	size_t		 name_len;	/* start begins with the name; 0: the
					   line is no field at all */
	const char	*value;		/* behind the colon and the blanks */
	size_t		 value_len;	/* without the last line end */
};

/*
 * The field at *at, which moves on behind it.  False at end, or at the empty
 * line that closes a header.
 */
bool	header_next(const char **at, const char *end, struct field *);

/* The empty line that closes the header at p, or end. */
const char *header_end(const char *p, const char *end);

/* The first field of that name in [at, end), whatever its case. */
bool	header_find(const char *at, const char *end, const char *name,
	    struct field *);
bool	field_is(const struct field *, const char *name, size_t len);

/*
 * The value of f on one line: line ends go, the blanks behind them stay (RFC
 * 5322 2.2.3); blanks at both ends go.  to has room for f->value_len octets;
 * returns the length.
 */
size_t	header_unfold(const struct field *f, char *to);

#endif
