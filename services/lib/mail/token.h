/*
 * token.h - the words of a structured header field (RFC 5322 3.2, RFC 2045
 * 5.1): atoms, quoted strings, domain literals, single specials; comments
 * and line ends between them are skipped
 *
 * Nothing is refused: an open quote, bracket or comment runs to the end, and
 * an octet that may not stand in an atom but is no special counts as one
 * that may.  Tokens lie in the text; token_text() takes the quoting off.
 */
#ifndef LABNET_MAIL_TOKEN_H
#define LABNET_MAIL_TOKEN_H

#include <stddef.h>

#define TOKEN_ADDRESS	"<>@,;:"	/* specials of an address list */
#define TOKEN_MIME	"<>@,;:/[]?="	/* of MIME fields */

enum token_kind {
	TOKEN_END,
	TOKEN_ATOM,
	TOKEN_QUOTED,
	TOKEN_DOMAIN,		/* [...] , brackets included */
	TOKEN_SPECIAL		/* one octet */
};

struct token {
	enum token_kind	 kind;
	const char	*s;		/* raw, without the quotes */
	size_t		 n;
};

struct lexer {
	const char	*p, *end;
	const char	*specials;
	struct token	 comment;	/* the last one skipped; n 0: none */
};

void	lexer_init(struct lexer *, const char *text, size_t len,
	    const char *specials);
enum token_kind	token_next(struct lexer *, struct token *);

/*
 * The token's text without quoting and line ends; to has room for its n
 * octets.  Returns the length.
 */
size_t	token_text(const struct token *, char *to);

#endif
