/*
 * reader.h - one command of a client, read as its grammar unfolds
 *
 * A command is a line, but a line that ends in {n} goes on with n octets and
 * then another line (RFC 3501 4.3).  So reading and parsing go together: a
 * string that turns out to be a literal is fetched there and then, and a
 * client whose command is wrong already is never asked for more.  {n+} comes
 * unasked (RFC 7888).
 *
 * All text of one command stands in one fixed buffer: what a function gives
 * out stays good until the next command.  A function that fails keeps the
 * reason in `wrong`; the dispatcher turns it into the one BAD.  After a
 * failure all further calls fail too.
 */
#ifndef LABNET_IMAPD_READER_H
#define LABNET_IMAPD_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/input.h"
#include "io/output.h"
#include "mail/text.h"

enum {
	READER_SIZE = 256 * 1024,	/* a command with its literals */
	READER_LOGIN_SIZE = 8192	/* the same before login */
};

struct reader {
	struct input	*in;
	struct output	*out;
	size_t		 size;		/* most octets of a command */
	size_t		 at, len;	/* how far it is parsed and read */
	const char	*wrong;		/* what is, or NULL */
	enum input_end	 end;		/* not INPUT_OK: the client is gone */
	uint64_t	 unread;	/* octets of a {n+} still to come */
	bool		 literal_open;	/* the line goes on behind a literal */
	char		 text[READER_SIZE];
};

void	reader_init(struct reader *, struct input *, struct output *,
	    size_t size);

/*
 * Read the first line of the next command.  False if there is none: see end.
 * A line that is too long or holds a NUL is one that is wrong.
 */
bool	reader_next(struct reader *);

/*
 * Leave the command: swallow what the client sends of it all the same.
 * False if the client is gone, or sends far too much (wrong is set then).
 */
bool	reader_finish(struct reader *);

bool	reader_fail(struct reader *, const char *why);	/* always false */

/* The octet that comes next, or '\0' at the end of the command. */
char	reader_peek(const struct reader *);

bool	reader_end(struct reader *);		/* no more may come */
bool	reader_space(struct reader *);
bool	reader_char(struct reader *, char);
bool	reader_try(struct reader *, char);	/* if it is there; no failure */

bool	reader_tag(struct reader *, struct text *);
bool	reader_atom(struct reader *, struct text *);
bool	reader_string(struct reader *, struct text *);	/* quoted, literal */
bool	reader_astring(struct reader *, struct text *);
bool	reader_nstring(struct reader *, struct text *);	/* NIL: s is NULL */
bool	reader_list_mailbox(struct reader *, struct text *);
/* A flag or keyword, with its backslash (RFC 3501 9, flag). */
bool	reader_flag(struct reader *, struct text *);
/* The characters of a sequence set: digits, colons, commas, stars, dollar. */
bool	reader_set(struct reader *, struct text *);
bool	reader_number(struct reader *, uint32_t *);
bool	reader_number64(struct reader *, uint64_t *);
/* Letters, digits and what stands in names of items: up to " ()[]<". */
bool	reader_word(struct reader *, struct text *);

/*
 * A literal whose octets the caller wants to take himself: its size; binary
 * is set for ~{n}.  The client has been asked to go on.  He then reads exactly
 * that many with reader_octets(), which gives at least one octet a call and
 * at most the rest of the literal, and then calls reader_literal_end().
 */
bool	reader_literal(struct reader *, uint64_t *size, bool *binary,
	    uint64_t most);
bool	reader_octets(struct reader *, const char **p, size_t *n);
bool	reader_literal_end(struct reader *);

/*
 * Behind the end of the command, which has been checked: ask for one line
 * more, as AUTHENTICATE and IDLE do (RFC 3501 7.5); prompt is "+ ...".
 */
bool	reader_continue(struct reader *, const char *prompt, struct text *);
bool	reader_line(struct reader *, struct text *);	/* no prompt */

bool	text_is(const struct text *, const char *word);	/* any case */

#endif
