/*
 * check.h - the few lines that a unit test needs
 *
 *	CHECK(2 + 2 == 4);
 *	CHECK_TEXT(path.text, "bob@hamburger.edu");
 *	return check_end("path");
 *
 * A check that fails says where and what; the last line is
 * "NAME: N checks, N failed", and the exit status tells too.
 */
#ifndef LABNET_TESTS_CHECK_H
#define LABNET_TESTS_CHECK_H

#include <stdio.h>
#include <string.h>

static unsigned check_count, check_failed;

#define CHECK(truth) do {						\
	check_count++;							\
	if (!(truth)) {							\
		check_failed++;						\
		printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #truth); \
	}								\
} while (0)

#define CHECK_TEXT(got, wanted) do {					\
	const char *check_got = (got);					\
	check_count++;							\
	if (strcmp(check_got, (wanted)) != 0) {				\
		check_failed++;						\
		printf("%s:%d: wanted \"%s\", got \"%s\"\n", __FILE__,	\
		    __LINE__, (wanted), check_got);			\
	}								\
} while (0)

static inline int
check_end(const char *name)
{
	printf("%s: %u checks, %u failed\n", name, check_count, check_failed);
	return check_failed != 0;
}

#endif
