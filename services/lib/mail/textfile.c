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

/* To the end, which only a read of nothing tells from a broken disk. */
static int
fill(char *block, size_t *len, int fd)
{
	ssize_t n;

	*len = 0;
	do {
		n = pread(fd, block + *len, TEXTFILE_BLOCK - *len,
		    (off_t)*len);
		if (n > 0)
			*len += (size_t)n;
	} while ((n > 0 && *len < TEXTFILE_BLOCK) ||
	    (n == -1 && errno == EINTR));
	return n == -1 ? -1 : 0;
}

int
textfile_read(struct textfile *f, int fd)
{
	size_t len;

	unmap(f);
	if (f->block == NULL && (f->block = malloc(TEXTFILE_BLOCK)) == NULL)
		return -1;
	if (fill(f->block, &len, fd) == -1)
		return -1;
	if (len == TEXTFILE_BLOCK)
		return map(f, fd);
	f->text = f->block;
	f->len = len;
	return 0;
}

void
textfile_free(struct textfile *f)
{
	unmap(f);
	free(f->block);
	f->block = NULL;
}
