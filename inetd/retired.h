/*
 * retired.h - services that are no longer in the configuration
 *
 * They listen nowhere, but their sessions go on, and so do those sessions'
 * timeout=, until the last one ends.
 */
#ifndef RETIRED_H
#define RETIRED_H

#include "inetd.h"

/* Take a service over that has sessions and no successor. */
void	retired_add(struct service *);

/* Its last session has ended: free it. */
void	retired_end(struct service *);

/* All of them, one after the other: NULL begins and ends. */
struct service	*retired_next(const struct service *);
#endif
