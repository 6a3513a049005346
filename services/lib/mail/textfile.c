/* textfile.c - read or map */

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mail/textfile.h"

static void
unmap(struct textfile *f)
{
	if (f->map != NULL)
		munmap(f->map, f->len);
	f->map = NULL;
	f->text = "";
	f->len = 0;
}

static int
map(struct textfile *f, int fd)
{
	struct stat st;
	void *at;

	if (fstat(fd, &st) == -1)
		return -1;
	if ((uintmax_t)st.st_size > SIZE_MAX / 2) {
		errno = EFBIG;
		return -1;
	}
	at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (at == MAP_FAILED)
		return -1;
	f->map = at;
	f->text = at;
	f->len = (size_t)st.st_size;
	return 0;
}

int
textfile_read(struct textfile *f, int fd)
{
	ssize_t n;

	unmap(f);
	if (f->block == NULL && (f->block = malloc(TEXTFILE_BLOCK)) == NULL)
		return -1;
	/* A regular file gives less than it is asked for only at its end. */
	do
		n = pread(fd, f->block, TEXTFILE_BLOCK, 0);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return -1;
	if (n == TEXTFILE_BLOCK)
		return map(f, fd);
	f->text = f->block;
	f->len = (size_t)n;
	return 0;
}

void
textfile_free(struct textfile *f)
{
	unmap(f);
	free(f->block);
	f->block = NULL;
}
