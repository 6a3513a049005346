/* ftp_path.c - virtual paths: the text, and the two ways to a file */

#define _GNU_SOURCE	/* as path.c, which is compiled here */
#include "../../services/ftpd/path.c"
#include <stdio.h>
#include <stdlib.h>
#include "check.h"

static const char *
joined(const char *cwd, const char *name)
{
	static char path[PATH_SIZE];

	return path_join(path, cwd, name) == 0 ? path : "error";
}

static void
check_join(void)
{
	char longest[PATH_SIZE + 8];

	CHECK_TEXT(joined("/", ""), "/");
	CHECK_TEXT(joined("/", "a"), "/a");
	CHECK_TEXT(joined("/a/b", ""), "/a/b");
	CHECK_TEXT(joined("/a/b", "c"), "/a/b/c");
	CHECK_TEXT(joined("/a/b", ".."), "/a");
	CHECK_TEXT(joined("/a", ".."), "/");
	CHECK_TEXT(joined("/", "../../.."), "/");
	CHECK_TEXT(joined("/a", "/"), "/");
	CHECK_TEXT(joined("/a", "//b//./c/../d/"), "/b/d");
	CHECK_TEXT(joined("/a", "..."), "/a/...");
	CHECK_TEXT(joined("/a", "./.b"), "/a/.b");
	memset(longest, 'x', sizeof longest);
	longest[PATH_SIZE - 2] = '\0';
	CHECK(strlen(joined("/", longest)) == PATH_SIZE - 1);
	longest[PATH_SIZE - 2] = 'x';
	longest[PATH_SIZE - 1] = '\0';
	CHECK_TEXT(joined("/", longest), "error");
	CHECK_TEXT(joined("/a", longest), "error");
}

/* Open, and say what came of it: 0, or the errno. */
static int
result(const struct root *r, const char *path, int flags)
{
	int fd = path_open(r, path, flags, 0);

	if (fd == -1)
		return errno;
	close(fd);
	return 0;
}

static void
check_open(struct root *r)
{
	const char *last;
	int fd;

	CHECK(result(r, "/", O_PATH | O_DIRECTORY) == 0);
	CHECK(result(r, "/d", O_PATH | O_DIRECTORY) == 0);
	CHECK(result(r, "/d/f", O_RDONLY) == 0);
	CHECK(result(r, "/d/f", O_PATH | O_DIRECTORY) == ENOTDIR);
	CHECK(result(r, "/d/f/g", O_RDONLY) == ENOTDIR);
	CHECK(result(r, "/nothing", O_RDONLY) == ENOENT);
	CHECK(result(r, "/passwd", O_RDONLY) == (r->openat2 ? ENOENT : ELOOP));
	CHECK(result(r, "/loop", O_PATH) == ELOOP);
	CHECK(result(r, "/link/f", O_RDONLY) ==
	    (r->openat2 ? 0 : ENOTDIR));
	CHECK(path_parent(r, "/", &last) == -1 && errno == EPERM);
	fd = path_parent(r, "/d/f", &last);
	CHECK(fd != -1);
	CHECK_TEXT(last, "f");
	CHECK(faccessat(fd, last, F_OK, 0) == 0);
	close(fd);
	fd = path_parent(r, "/f", &last);
	CHECK(fd != -1);
	CHECK_TEXT(last, "f");
	CHECK(faccessat(fd, "d", F_OK, 0) == 0);
	close(fd);
}

int
main(void)
{
	char home[] = "/tmp/ftp_path.XXXXXX", command[256];
	struct root r;

	check_join();
	if (mkdtemp(home) == NULL) {
		perror(home);
		return 1;
	}
	snprintf(command, sizeof command, "cd %s && mkdir d && echo x >d/f && "
	    "ln -s /etc/passwd passwd && ln -s loop loop && ln -s d link",
	    home);
	CHECK(system(command) == 0);
	CHECK(root_open(&r, home) == 0);
	check_open(&r);
	r.openat2 = false;
	check_open(&r);
	close(r.fd);
	snprintf(command, sizeof command, "rm -r %s", home);
	CHECK(system(command) == 0);
	return check_end("ftp_path");
}
