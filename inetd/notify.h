/*
 * notify.h - tell our parent how we are, as sd_notify(3) describes
 */
#ifndef NOTIFY_H
#define NOTIFY_H

/*
 * Send state ("READY=1", "RELOADING=1", "STOPPING=1") to the socket named by
 * NOTIFY_SOCKET; without one, or if nobody listens there, do nothing.  The
 * time is added where it is asked for.
 */
void	notify(const char *state);
#endif
