/*
 * token.h - a zone file as words (RFC 1035 5.1)
 *
 * Comments, parentheses, quotes, line ends and blanks are settled here; the
 * words keep their backslashes, because only the reader of a word knows what
 * an escape means in it.  Reads from a descriptor or from memory, in blocks:
 * the size of the file does not matter.
 */
#ifndef LABNET_DNS_TOKEN_H
#define LABNET_DNS_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

enum {
	TOKEN_MAX = 132 * 1024,		/* characters: 64 KiB in hex and some */
	TOKEN_BLOCK = 64 * 1024
};

enum token {
	TOKEN_EOF,
	TOKEN_END,		/* the record's end: a newline outside ( ) */
	TOKEN_BLANK,		/* white space at the start of a record */
	TOKEN_WORD,
	TOKEN_QUOTED,		/* a word in quotes, which are left out */
	TOKEN_BAD		/* see error; nothing more can be read */
};

struct lexer {
	unsigned	 line;		/* of the last token, from 1 */
	const char	*error;
	bool		 failed;	/* it is that the file cannot be read */
	char		*text;		/* of the last word, NUL ended */
	size_t		 len;
	size_t		 octets;	/* read so far */
	/* private from here */
	int		 fd;		/* -1: all is in block */
	const char	*block;
	size_t		 at, end;
	char		*own;		/* block, if it is ours */
	unsigned	 next_line;
	unsigned	 parens;
	bool		 fresh;		/* at the start of a record */
};

/*
 * Begin to read fd, which stays the caller's; or, with fd -1, size octets at
 * data, which must outlive the lexer.  False: no memory.
 */
bool	 lexer_open(struct lexer *, int fd, const char *data, size_t size);
void	 lexer_close(struct lexer *);

/* Go on with other text: of a lexer opened on memory. */
void	 lexer_again(struct lexer *, const char *data, size_t size);

enum token lexer_next(struct lexer *);

#endif
