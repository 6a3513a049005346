/*
 * folder.h - the zone files of a folder, compared with what is compiled
 */
#ifndef ZONEC_FOLDER_H
#define ZONEC_FOLDER_H

#include "segment.h"

struct job {
	struct name	 apex;
	char		 file[ZONE_PATH];
	const struct zonedb_zone *old;	/* NULL: a new zone */
	bool		 changed;
};

struct folder {
	int		 fd;
	struct job	*jobs;		/* by file name */
	size_t		 count, room;
	bool		 changed;	/* a job, or a zone has gone */
	bool		 gone;		/* a zone has */
};

/*
 * Look at all *.zone files.  File names that are no zone's name are logged
 * only if `say`.  False, with errno set, if the folder cannot be read.
 */
bool	 folder_scan(struct folder *, int fd, const struct zonedb *old,
	    bool say);
void	 folder_free(struct folder *);

/* Are these files as they were when noted? */
bool	 folder_unchanged(int fd, const struct zone_source *, size_t count);

#endif
