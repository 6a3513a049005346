/* sandbox_paths.c - Landlock, by its raw system calls */

#define _GNU_SOURCE	/* O_PATH, syscall(2) */
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "io/close.h"
#include "io/sandbox.h"

/*
 * The kernel's headers may be older than the kernel, and the other way
 * round: what is younger than the first version is named here.
 */
enum { ABI_REFER = 2, ABI_TRUNCATE = 3, ABI_TCP = 4, ABI_SCOPE = 6 };
#define FS_V1		((1ULL << 13) - 1)
#define FS_REFER	(1ULL << 13)
#define FS_TRUNCATE	(1ULL << 14)
#define TCP_BIND_CONNECT 3ULL
#define SCOPE_ABSTRACT_SIGNAL 3ULL

#define FS_EXECUTE	(1ULL << 0)
#define FS_WRITE_FILE	(1ULL << 1)
#define FS_READ_FILE	(1ULL << 2)
#define FS_READ_DIR	(1ULL << 3)
/* Devices, sockets and fifos are for nobody to make. */
#define FS_MAKE_SPECIAL	(1ULL << 6 | 1ULL << 9 | 1ULL << 10 | 1ULL << 11)

struct ruleset {	/* struct landlock_ruleset_attr of ABI 6 */
	uint64_t	fs, net, scoped;
};

static uint64_t
all_rights(long abi)
{
	return FS_V1 | (abi >= ABI_REFER ? FS_REFER : 0) |
	    (abi >= ABI_TRUNCATE ? FS_TRUNCATE : 0);
}

static size_t
attribute_size(long abi)
{
	return abi >= ABI_SCOPE ? sizeof(struct ruleset) : abi >= ABI_TCP ?
	    offsetof(struct ruleset, scoped) : offsetof(struct ruleset, net);
}

/* Open one path again for this ruleset. */
static int
allow(int ruleset, const struct sandbox_path *p, uint64_t handled)
{
	struct landlock_path_beneath_attr rule;
	int fd = open(p->path, O_PATH | O_CLOEXEC);
	long status;

	/*
	 * What is not there cannot be opened later either; but what there was
	 * only no descriptor or no memory for would be missed for good.
	 */
	if (fd == -1)
		return errno == ENOENT || errno == ENOTDIR ||
		    errno == EACCES ? 0 : -1;
	rule.parent_fd = fd;
	rule.allowed_access = p->write ?
	    handled & ~(FS_EXECUTE | FS_MAKE_SPECIAL) :
	    FS_READ_FILE | FS_READ_DIR;
	status = syscall(SYS_landlock_add_rule, ruleset,
	    LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	if (status == -1 && errno == EINVAL) {	/* a file, not a directory */
		rule.allowed_access &= FS_READ_FILE | FS_WRITE_FILE |
		    FS_TRUNCATE;
		status = syscall(SYS_landlock_add_rule, ruleset,
		    LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	}
	close_quietly(fd);
	return status == -1 ? -1 : 0;
}

int
sandbox_paths(const struct sandbox_path *p, bool net)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);
	struct ruleset r = { 0 };
	int ruleset, status = 0;

	if (abi == -1)
		return -1;
	r.fs = all_rights(abi);
	r.net = net ? 0 : TCP_BIND_CONNECT;
	r.scoped = SCOPE_ABSTRACT_SIGNAL;
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &r,
	    attribute_size(abi), 0);
	if (ruleset == -1)
		return -1;
	for (; p->path != NULL && status == 0; p++)
		status = allow(ruleset, p, r.fs);
	if (status == 0 && syscall(SYS_landlock_restrict_self, ruleset, 0) ==
	    -1)
		status = -1;
	close_quietly(ruleset);
	return status;
}
