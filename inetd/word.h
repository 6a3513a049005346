/*
 * word.h - cut a line of the configuration into words
 *
 * A word may hold quoted parts, "like this", in which blanks and commas are
 * ordinary and \ takes the next character as it is.
 */
#ifndef WORD_H
#define WORD_H

#include <stdbool.h>

/*
 * Cut the next word off *text, in place; blanks separate.  Returns it, its
 * quotes still there, or NULL at the end.
 */
char	*word_next(char **text);

/* Cut what stands before the next comma outside quotes; NULL at the end. */
char	*word_option(char **text);

/* Take the quotes away, in place; false if one is not closed. */
bool	word_unquote(char *word);
#endif
