/*
 * calls.h - which system calls a program may make (calls=)
 *
 * A seccomp filter, made when services.conf is read; a child has one system
 * call to make.  It forbids what is named and leaves the rest, since it is
 * for programs that others wrote.  What is forbidden fails with EPERM.
 */
#ifndef CALLS_H
#define CALLS_H

#include "conf.h"

struct sock_fprog;

/*
 * The filter of these words (cut up here), blanks or commas between them;
 * services.conf(5) says what they mean.  It is never freed: there is one for
 * each combination.  NULL: complaint says why.
 */
const struct sock_fprog	*calls_filter(char *words, struct complaint *);

/* Does the filter, if there is one, forbid new processes? */
bool	calls_forbid_fork(const struct sock_fprog *);

/* In a child that has given up new privileges: obey.  0, or -1 with errno. */
int	calls_enter(const struct sock_fprog *);
#endif
