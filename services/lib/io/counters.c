/* counters.c - what a program counts, in a file that any other can print */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "io/counters.h"
#include "io/log.h"

static void
name_rows(struct counters_file *f, const char *const *names, unsigned n)
{
	char name[COUNTERS_NAME];
	bool same = f->rows == n &&
	    memcmp(f->magic, COUNTERS_MAGIC, sizeof f->magic) == 0;

	for (unsigned i = 0; i < n; i++) {
		memset(name, 0, sizeof name);
		strncpy(name, names[i], sizeof name - 1);
		if (!same || memcmp(f->row[i].name, name, sizeof name) != 0)
			f->row[i].value = 0;
		memcpy(f->row[i].name, name, sizeof name);
	}
	memcpy(f->magic, COUNTERS_MAGIC, sizeof f->magic);
	f->rows = n;
}

void
counters_open(struct counters *c, const char *path, const char *const *names,
    unsigned n)
{
	size_t size = sizeof *c->file + n * sizeof *c->file->row;
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	void *map = MAP_FAILED;

	c->file = NULL;
	if (fd == -1) {
		if (errno != ENOENT && errno != EACCES && errno != EROFS)
			log_errno("%s", path);
		return;
	}
	if (ftruncate(fd, (off_t)size) == 0)
		map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		    0);
	if (map == MAP_FAILED)
		log_errno("%s", path);
	close(fd);
	if (map == MAP_FAILED)
		return;
	c->file = map;
	name_rows(c->file, names, n);
}
