/* zonefile_state.h - between zonefile.c, zonefile_open.c and generate.c */
#ifndef LABNET_DNS_ZONEFILE_STATE_H
#define LABNET_DNS_ZONEFILE_STATE_H

#include "dns/rdata.h"
#include "dns/zone.h"

/* How far a reader has come; one for all files of a zone. */
struct zonefile {
	struct zone	*zone;
	int		 folder;
	unsigned	 depth;
	unsigned	 source;	/* the file being read */
	struct lexer	*lex;
	struct name	 origin, owner;
	bool		 has_owner, has_default, has_ttl;
	uint32_t	 default_ttl;	/* $TTL */
	uint32_t	 ttl;		/* of the last record */
	struct rdata	 rdata;		/* of the record being read */
};

/* [ttl] [class] type in any order, the first word already seen. */
struct record_head {
	bool		 has_ttl;
	uint32_t	 ttl;
	uint16_t	 type;
};
const char *zonefile_head(struct zonefile *, enum token,
	    struct record_head *);

/* Add the record in file->rdata at owner. */
const char *zonefile_add(struct zonefile *, const struct name *owner,
	    const struct record_head *, unsigned line);

/* The rest of a $GENERATE line. */
const char *zonefile_generate(struct zonefile *);

/*
 * Open a file beneath a folder: no "..", no symbolic link on the way, a
 * regular file.  A descriptor, or -1 with *error set, and *failed too if it is
 * the system's fault.
 */
int	 zonefile_open(int folder, const char *path, const char **error,
	    bool *failed);

#endif
