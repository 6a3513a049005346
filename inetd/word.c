/* word.c - cut a line of the configuration into words */

#include <stddef.h>
#include <string.h>

#include "word.h"

/* Cut *text at the first of separators that is not quoted. */
static char *
cut(char **text, const char *separators)
{
	char *start = *text, *p;
	bool quoted = false;

	for (p = start; *p != '\0'; p++) {
		if (*p == '"')
			quoted = !quoted;
		else if (quoted && *p == '\\' && p[1] != '\0')
			p++;
		else if (!quoted && strchr(separators, *p) != NULL)
			break;
	}
	*text = *p == '\0' ? p : p + 1;
	*p = '\0';
	return start;
}

char *
word_next(char **text)
{
	*text += strspn(*text, " \t");
	return **text == '\0' ? NULL : cut(text, " \t");
}

char *
word_option(char **text)
{
	return **text == '\0' ? NULL : cut(text, ",");
}

bool
word_unquote(char *word)
{
	char *to = word;
	bool quoted = false;

	for (; *word != '\0'; word++) {
		if (*word == '"') {
			quoted = !quoted;
			continue;
		}
		if (quoted && *word == '\\' && word[1] != '\0')
			word++;
		*to++ = *word;
	}
	*to = '\0';
	return !quoted;
}
