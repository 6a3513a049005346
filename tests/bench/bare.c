/*
 * bare.c - stands in for the sandbox, so that callgrind can look at a program
 *
 * Valgrind makes code at run time and writes files, which no service may.
 */
#include "io/sandbox.h"

int
sandbox_enter(const char *profile, const char *path)
{
	(void)profile;
	(void)path;
	return 0;
}
