/* arena.c - room that grows, in memory or in a file */
#define _GNU_SOURCE		/* O_TMPFILE */

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dns/arena.h"

void
arena_init(struct arena *a, int folder)
{
	*a = (struct arena){ .folder = folder, .fd = -1 };
}

static void
let_go(struct arena *a)
{
	if (a->fd == -1)
		free(a->octets);
	else if (a->octets != NULL)
		munmap(a->octets, a->size);
	a->octets = NULL;
}

void
arena_free(struct arena *a)
{
	let_go(a);
	if (a->fd != -1)
		close(a->fd);
	arena_init(a, a->folder);
}

static bool
grow_memory(struct arena *a, size_t size)
{
	uint8_t *grown = realloc(a->octets, size);

	if (grown == NULL)
		return false;
	a->octets = grown;
	a->size = size;
	return true;
}

/*
 * Blocks are reserved at once: a page that finds no room on the disk later
 * would be a signal.
 */
static bool
grow_file(struct arena *a, size_t size)
{
	int fd = a->fd != -1 ? a->fd : openat(a->folder, ".",
	    O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	uint8_t *map;

	if (fd == -1)
		return false;
	map = posix_fallocate(fd, 0, (off_t)size) != 0 ? MAP_FAILED :
	    mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED) {
		if (fd != a->fd)
			close(fd);
		return false;
	}
	if (a->fd == -1)
		memcpy(map, a->octets, a->used);
	let_go(a);
	a->fd = fd;
	a->octets = map;
	a->size = size;
	return true;
}

/* A file system without such files has to do with memory. */
static bool
grow(struct arena *a, size_t size)
{
	if (size > UINT32_MAX)
		return false;
	if (size > ARENA_KEPT && a->folder != -1 && grow_file(a, size))
		return true;
	return a->fd == -1 && grow_memory(a, size);
}

bool
arena_take(struct arena *a, size_t octets, uint32_t *at)
{
	size_t size = a->size != 0 ? a->size : 4096;

	octets = (octets + 3) & ~(size_t)3;
	while (size - a->used < octets)
		size *= 2;
	if (size != a->size && !grow(a, size))
		return false;
	*at = (uint32_t)a->used;
	a->used += octets;
	return true;
}
