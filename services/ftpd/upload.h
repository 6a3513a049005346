/*
 * upload.h - a file that comes into being only when it is whole
 *
 * A new content is written beside the file under a name that listings hide,
 * and becomes the file by rename(2) when it is complete and on disk: until
 * then the old file stands untouched.  A file is written in place where that
 * is what the client asks for: APPE, STOU, a restart at its end, or everything
 * if settings say `upload direct`.
 */
#ifndef FTPD_UPLOAD_H
#define FTPD_UPLOAD_H

#include <stdbool.h>
#include <sys/types.h>

struct session;

#define UPLOAD_PART	".ftpd-part."	/* how hidden names start */

enum upload_how { UPLOAD_REPLACE, UPLOAD_APPEND, UPLOAD_UNIQUE };

struct upload {
	int		dir;		/* where the file is to be */
	int		fd;		/* what is written */
	const char	*name;		/* in dir, part of the caller's path */
	char		part[64];	/* the hidden name, "" if in place */
	bool		fresh;		/* the file was not there before */
	bool		unique;		/* UPLOAD_UNIQUE */
	bool		begun;		/* the file itself may have changed */
	off_t		keep;		/* octets in place before we came */
	off_t		old;		/* size of the file there was */
	off_t		start;		/* where the client's octets go */
};

/*
 * Start to write path from the offset on (UPLOAD_REPLACE; else 0).  For
 * UPLOAD_UNIQUE the file must not exist.  0, or -1 with errno set: ESPIPE if
 * the offset is past the end, EEXIST for a name that is no plain file (or
 * simply taken, for UPLOAD_UNIQUE), EAGAIN if another session writes to it,
 * EPERM for a name as hidden ones are.
 */
int	upload_open(struct session *, struct upload *, const char *path,
	    enum upload_how, off_t offset);

/* The data is about to come: cut what is to be overwritten.  0 or -1. */
int	upload_begin(struct upload *);

/* Make what was written the file, durably.  0, or -1 with errno set. */
int	upload_commit(struct session *, struct upload *);

/*
 * Give up: what stood before stands again.  Only a file that was written in
 * place, and not for UPLOAD_UNIQUE, keeps what came in if `kept` says so: the
 * client may then go on from there.
 */
void	upload_drop(struct upload *, bool kept);

/* True for a name that only an unfinished upload has. */
bool	upload_hides(const char *name);

/*
 * Remove the unfinished upload of that name in a directory if the session
 * that wrote it is no more (killed, or the machine went down).
 */
void	upload_sweep(int dir, const char *name);

#endif
