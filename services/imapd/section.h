/*
 * section.h - BODY[section]<partial> (RFC 3501 6.4.5)
 */
#ifndef LABNET_IMAPD_SECTION_H
#define LABNET_IMAPD_SECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "imapd.h"

enum { SECTION_NAMES_MAX = 1024 };	/* header names in one command */

enum section_what { SECTION_ALL, SECTION_HEADER, SECTION_FIELDS,
    SECTION_FIELDS_NOT, SECTION_TEXT, SECTION_MIME };

struct section {
	struct text	 path;		/* "1.2.3"; n 0: the message itself */
	enum section_what what;
	const struct text *names;	/* of the header fields */
	size_t		 n_names;
	bool		 kept;		/* they are all in s->header */
	bool		 partial;
	uint64_t	 skip, count;	/* octets of a partial one */
};

/* The header names of all sections of a command. */
struct section_names {
	struct text	 name[SECTION_NAMES_MAX];
	size_t		 n;
};

/*
 * Parse behind `[`, up to and with `]` and a partial.  If kept is set then
 * load_header() into s->header is all it needs.
 */
bool	section_parse(struct reader *, struct section *,
	    struct section_names *);

/* The same of BINARY: part numbers only; a size has no partial. */
bool	section_parse_binary(struct reader *, struct section *, bool size);

/* Does it need all parts of the message to be known? */
bool	section_is_deep(const struct section *);

/*
 * Send "[1.MIME]<0> {3}..." of the loaded message: NIL if it has no such
 * part.  With bare set only the string is sent (RFC822 and its sisters).
 */
void	section_send(struct session *, const struct section *, bool bare);

/* The part that a path of numbers leads to; NULL: there is none. */
const struct part *section_part(const struct session *, const struct text *);
/* "[1.MIME]<0> " */
void	section_send_label(struct session *, const struct section *);
/*
 * The text of a section of the loaded message, as stored; s is NULL if there
 * is no such part.  Good until the next use of session.scratch.
 */
struct text section_text(struct session *, const struct section *);
/* What a partial leaves of size octets. */
void	section_cut(const struct section *, uint64_t *skip, uint64_t *size);

/* --- binary.c (RFC 3516) ------------------------------------------------- */

/* Of the loaded message: do we know how the part is encoded? */
bool	binary_known(const struct session *, const struct section *);
/* Send "[1]<0> {3}..." decoded, and "[1] 3". */
void	binary_send(struct session *, const struct section *);
void	binary_send_size(struct session *, const struct section *);

#endif
