/* stop.c - an orderly end */

#include <unistd.h>

#include "resolver.h"

volatile sig_atomic_t	resolver_stopped;

/*
 * It may come just before a call that waits, which would not notice: so it
 * comes again as an alarm, until somebody looks.
 */
static void
on_signal(int number)
{
	(void)number;
	resolver_stopped = 1;
	alarm(1);
}

bool
resolver_catch_term(void)
{
	struct sigaction act = { .sa_handler = on_signal };

	sigemptyset(&act.sa_mask);
	return sigaction(SIGTERM, &act, NULL) == 0 &&
	    sigaction(SIGALRM, &act, NULL) == 0;
}
