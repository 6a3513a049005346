/* confine.c - what of the file system a program may see (paths=) */

#define _GNU_SOURCE	/* O_PATH, syscall(2) */
#include <sys/stat.h>
#include <sys/syscall.h>
#include <linux/landlock.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "confine.h"
#include "self.h"

/* Named here, since the kernel's headers may be older than the kernel. */
#define EXECUTE		(1ULL << 0)
#define WRITE_FILE	(1ULL << 1)
#define READ_FILE	(1ULL << 2)
#define READ_DIR	(1ULL << 3)
#define FIRST_VERSION	((1ULL << 13) - 1)
#define REFER		(1ULL << 13)
#define TRUNCATE	(1ULL << 14)

/* What this kernel can forbid; 0 without Landlock. */
static uint64_t
all_rights(void)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);

	return version < 1 ? 0 : FIRST_VERSION | (version >= 2 ? REFER : 0) |
	    (version >= 3 ? TRUNCATE : 0);
}

/* Leave path open for these rights. */
static bool
allow(int rules, const char *path, uint64_t rights)
{
	struct landlock_path_beneath_attr rule = { .allowed_access = rights };
	struct stat st;
	bool done;

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd == -1)
		return false;
	if (fstat(rule.parent_fd, &st) == 0 && !S_ISDIR(st.st_mode))
		rule.allowed_access &= EXECUTE | WRITE_FILE | READ_FILE |
		    TRUNCATE;
	done = syscall(SYS_landlock_add_rule, rules,
	    LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
	close(rule.parent_fd);
	return done;
}

static bool
allow_program(int rules, const char *program)
{
	char beside[PATH_MAX];
	const char *path = self_beside(beside, program);

	return path != NULL && allow(rules, path, EXECUTE | READ_FILE);
}

int
confine_rules(char *paths, const char *program, struct complaint *why)
{
	uint64_t all = all_rights();
	struct landlock_ruleset_attr attr = { .handled_access_fs = all };
	char *rest, *path = strtok_r(paths, ", ", &rest);
	const char *wrong = program;
	int rules;

	rules = all == 0 ? -1 : (int)syscall(SYS_landlock_create_ruleset,
	    &attr, sizeof attr.handled_access_fs, 0);
	if (rules == -1) {
		complain(why, "this kernel has no Landlock");
		return -1;
	}
	for (; path != NULL; path = strtok_r(NULL, ", ", &rest)) {
		size_t len = strlen(path);
		bool write = len > 1 && path[len - 1] == '+';

		if (write)
			path[len - 1] = '\0';
		if (!allow(rules, path, write ? all :
		    EXECUTE | READ_FILE | READ_DIR)) {
			wrong = path;
			break;
		}
	}
	if (path == NULL && allow_program(rules, program))
		return rules;
	complain(why, "%s: %s", wrong, strerror(errno));
	close(rules);
	return -1;
}

int
confine_enter(int rules)
{
	return (int)syscall(SYS_landlock_restrict_self, rules, 0);
}
