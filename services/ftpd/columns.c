/* columns.c - mode, links, owner, group, size, time */

#include <string.h>

#include "columns.h"
#include "io/decimal.h"
#include "session.h"
#include "times.h"

enum { LINKS_WIDTH = 4, OWNER_WIDTH = 8, SIZE_WIDTH = 10 };

/* The ten letters. */
static char *
mode_text(char *to, mode_t mode)
{
	static const char bits[] = "rwxrwxrwx";
	int i;

	to[0] = S_ISDIR(mode) ? 'd' : S_ISLNK(mode) ? 'l' :
	    S_ISFIFO(mode) ? 'p' : S_ISSOCK(mode) ? 's' :
	    S_ISCHR(mode) ? 'c' : S_ISBLK(mode) ? 'b' : '-';
	for (i = 0; i < 9; i++)
		to[i + 1] = (mode & (0400u >> i)) != 0 ? bits[i] : '-';
	if ((mode & S_ISUID) != 0)
		to[3] = to[3] == 'x' ? 's' : 'S';
	if ((mode & S_ISGID) != 0)
		to[6] = to[6] == 'x' ? 's' : 'S';
	if ((mode & S_ISVTX) != 0)
		to[9] = to[9] == 'x' ? 't' : 'T';
	return to + 10;
}

char *
number_text(char *to, unsigned long long n, int width)
{
	int len = decimal_len(n);

	for (; width > len; width--)
		*to++ = ' ';
	to = decimal_fixed(to, n, len);
	*to = '\0';
	return to;
}

/*
 * Our own files carry the account's name.  All others carry their number:
 * the names of other accounts are not for an account to read.
 */
static char *
owner_text(char *to, const struct session *s, unsigned long id,
    unsigned long own)
{
	char *end = to;

	if (id == own && s->user[0] != '\0')
		end += strlen(strcpy(to, s->user));
	else
		end = number_text(to, id, 0);
	while (end < to + OWNER_WIDTH)
		*end++ = ' ';
	*end++ = ' ';
	return end;
}

char *
columns_text(const struct session *s, const struct stat *st, time_t now,
    char *line)
{
	char *to = mode_text(line, st->st_mode);

	*to++ = ' ';
	to = number_text(to, st->st_nlink, LINKS_WIDTH);
	*to++ = ' ';
	to = owner_text(to, s, st->st_uid, s->uid);
	to = owner_text(to, s, st->st_gid, s->gid);
	to = number_text(to, (unsigned long long)st->st_size, SIZE_WIDTH);
	*to++ = ' ';
	to = time_column(to, st->st_mtime, now);
	*to++ = ' ';
	return to;
}
