/*
 * conf.h - read services.conf
 *
 * conf.c reads files, line.c a line, option.c an option; services.conf(5)
 * is the grammar.  Nothing is bound or started here, and nothing opened but
 * what paths= names.
 */
#ifndef CONF_H
#define CONF_H

#include <stdbool.h>

#include "inetd.h"

/* What is wrong with a line, for people. */
struct complaint {
	char		 text[256];
};

/* Say what is wrong; always false, so that a parser can return it. */
bool	complain(struct complaint *, const char *format, ...)
	    __attribute__((format(printf, 2, 3)));

/*
 * Read path and what it includes, adding offset to each port but 0.  Every
 * error is logged as "file:line: what", not only the first; NULL if there
 * was one.  conf_free() frees the result, and its services unless the
 * caller has taken them over (services set to NULL).
 */
struct conf	*conf_read(const char *path, unsigned offset);
void		 conf_free(struct conf *);
void		 service_free(struct service *);

/*
 * Read one line into a service: text is cut up, and lives with the service
 * (the caller sets s->text).  False: complaint says why.
 */
bool	line_read(struct service *s, char *text, unsigned offset,
	    struct complaint *);

/* Read what stands behind the comma of the wait column into s. */
bool	option_read(struct service *s, char *text, struct complaint *);
#endif
