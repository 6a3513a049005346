/*
 * conf.h - the files of etc/ that hold one `key value` a line
 *
 * Blank lines and lines that start with # say nothing; white space around
 * key and value is dropped; a value may hold white space.  Keys match without
 * regard to case.  Each program has a table of the keys it wants and the
 * reader's own default stands where a key is not given.  A key that no row
 * names is an error unless the table ends in a row with the key "*" (a file
 * shared by several programs).
 */
#ifndef LABNET_IO_CONF_H
#define LABNET_IO_CONF_H

#include <stdbool.h>
#include <stddef.h>

struct setting {
	const char	*key;		/* NULL closes the table */
	enum { CONF_TEXT, CONF_NUMBER, CONF_BOOL, CONF_CALL, CONF_SKIP } kind;
	void		*to;		/* char[], long, bool; for CONF_CALL
					   what call() gets */
	long		 min, max;	/* number's range; text's size in max */
	/* False if the value is wrong; *why may then say how. */
	bool		(*call)(void *to, const char *value, const char **why);
};

/*
 * Read the file.  0; or -1 after each fault has been logged as
 * "file:line: what", or with nothing logged and errno set if it could not be
 * opened or read.  The settings read before a fault are set.
 */
enum { CONF_LINE_MAX = 1024 };		/* octets of a line, with its LF */
int	conf_read(const char *file, const struct setting *table);

/*
 * Any file of etc/, line by line, without stdio: a daemon that reads its
 * settings at each start needs no heap for it.
 */
struct conf_file {
	int		 fd;
	int		 error;		/* errno of a read that failed, or 0 */
	size_t		 start, end;	/* of what buf holds unread */
	char		 buf[1024];
};

/* 0, or -1 with errno set; the file is closed on exec. */
int	conf_open(struct conf_file *, const char *path);

/*
 * The next line, without its LF.  1; 0 at the end, or where reading failed
 * (conf_close() tells); -1 for a line that does not fit with a NUL behind it,
 * or that holds one: all of it has been passed over, and line is what came
 * before.
 */
int	conf_line(struct conf_file *, char *line, size_t size);

/* Begin again with the first line. */
void	conf_rewind(struct conf_file *);

/* 0, or -1 with errno set if the file was not read to its end. */
int	conf_close(struct conf_file *);

#endif
