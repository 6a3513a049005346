/*
 * refuse.h - clients that are sent away, and what the log says of them
 */
#ifndef REFUSE_H
#define REFUSE_H

#include <stdint.h>

#include "inetd.h"

enum { REFUSE_TELL = 1000 };	/* ms between two lines on refusals */

/*
 * Send the client at fd away in the words of its protocol, why among them,
 * and close it when it has heard them.
 */
void	refuse(struct service *, const struct source *client, int fd,
	    const char *why, int64_t now);

/* Tell of refusals that no line was logged for yet, once a second. */
void	refuse_tell(struct service *, int64_t now);
#endif
