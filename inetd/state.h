/*
 * state.h - what one inetd tells the next in an upgrade
 *
 * Lines with tabs between their fields.  Services go by type, column and name,
 * listeners by those and their place; what the new configuration lacks is
 * retired, or closed.
 */
#ifndef STATE_H
#define STATE_H

#include <stddef.h>
#include <stdio.h>

#include "loop.h"

/* Write everything. */
void	state_save(FILE *, const struct inetd *);

/*
 * Read only what is needed to open the listeners: the sockets go to
 * inherit_add().  Returns how many sessions there are.
 */
size_t	state_sockets(FILE *);

/* The listeners are open: take over sessions, counts and times. */
void	state_load(FILE *, struct inetd *);
#endif
