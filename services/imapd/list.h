/*
 * list.h - LIST responses that nobody asked for
 */
#ifndef LABNET_IMAPD_LIST_H
#define LABNET_IMAPD_LIST_H

#include "imapd.h"
#include "tree.h"

/* RFC 9051 6.3.9.7: * LIST of a mailbox, with the name it had unless NULL. */
void	list_announce(struct session *, const char *name, const char *old);

/* RFC 5465 5.4, 5.5: the same with all attributes that it has now. */
void	list_changed(struct session *, const struct entry *, const char *old);

#endif
