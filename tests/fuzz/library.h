/*
 * library.h - what a target must bring that links all of the libraries
 *
 * The dispatcher of lib/io/command.h calls the program's command_refuse();
 * a target that runs no commands has no use for it.
 */
#ifndef LABNET_FUZZ_LIBRARY_H
#define LABNET_FUZZ_LIBRARY_H

#include <stdlib.h>

#include "io/command.h"

void
command_refuse(struct session *s, enum refusal why, const struct command *c)
{
	(void)s;
	(void)why;
	(void)c;
	abort();
}

#endif
