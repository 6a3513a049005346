/*
 * port.h - port names
 */
#ifndef PORT_H
#define PORT_H

#include <stdbool.h>

/*
 * The port called name for protocol ("tcp" or "udp"): a number, one of the
 * classic names built in, or a line of /etc/services.
 */
bool	port_find(unsigned *port, const char *name, const char *protocol);
#endif
