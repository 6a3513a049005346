/*
 * confine.h - what of the file system a program may see (paths=)
 *
 * Landlock: the rules are made when services.conf is read, and wait in a
 * descriptor; a child has one system call to make.
 */
#ifndef CONFINE_H
#define CONFINE_H

#include "conf.h"

/*
 * Make the rules for paths (cut up here), blanks or commas between them, a
 * "+" behind what may also be written, and for the program itself, which has
 * no slash if it is beside us.  Returns a descriptor, or -1: complaint says
 * why.
 */
int	confine_rules(char *paths, const char *program, struct complaint *);

/* In a child that has given up new privileges: obey.  0, or -1 with errno. */
int	confine_enter(int rules);
#endif
