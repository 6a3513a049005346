/*
 * reload.h - exchange the configuration while services run
 */
#ifndef RELOAD_H
#define RELOAD_H

#include <stdbool.h>

#include "loop.h"

/*
 * Read services.conf again.  With any error in it the old configuration
 * stays in force, and false is returned.  Otherwise listeners that are in
 * both keep their sockets and what waits in them, sessions go on, listeners
 * that are no more are closed, and the new ones are left to be opened (fd
 * -1, due 0).
 *
 * A file may be read while an editor is writing it.  If one that has just
 * been written lacks a listener, nothing is done but to ask for a reload a
 * moment later (in->again), when it is whole.
 */
bool	reload(struct inetd *);
#endif
