/*
 * order.h - inside the mail store: the order of messages that arrived
 */
#ifndef LABNET_MAIL_ORDER_H
#define LABNET_MAIL_ORDER_H

#include "mail/mailbox.h"

/*
 * Sort the messages from index old on: those with a UID by it; behind them
 * the others by the instant their names tell, and where that is the same by
 * name, so that every program that looks gives them the same numbers.
 * 0, or -1 with errno set.
 */
int	order_tail(struct mailbox *, size_t old);

#endif
