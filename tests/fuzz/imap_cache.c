/*
 * imap_cache.c - any octets as labnet.cache
 *
 * The first octet chooses: the octets are the whole file, or records behind
 * a head that is right.  What is given out must lie in the file and be as it
 * was put in; what is put in afterwards is there again.
 *
 * fuzz: services/imapd/cache.c
 */
#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../services/imapd/cache.h"
#include "library.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static char directory[] = "/tmp/labnet-fuzz-XXXXXX";

static void
remove_directory(void)
{
	char path[64];

	snprintf(path, sizeof path, "%s/labnet.cache", directory);
	unlink(path);
	rmdir(directory);
}

static void
write_file(int folder, const uint8_t *data, size_t size)
{
	static const char head[] = "labnet1\n\7\0\0\0\0\0\0";
	int fd = openat(folder, "labnet.cache",
	    O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert(fd != -1);
	if (size > 0 && (data[0] & 1) == 0)
		assert(write(fd, head, sizeof head) == sizeof head);
	if (size > 1)
		assert(write(fd, data + 1, size - 1) == (ssize_t)size - 1);
	close(fd);
}

/* Every octet is looked at, so that one outside of the file is found. */
static void
get_all(struct cache *c)
{
	struct text t;
	size_t sum = 0;

	for (uint32_t uid = 1; uid < 20; uid++)
		for (int kind = 1; kind < CACHE_KINDS; kind++)
			if (cache_get(c, uid, (enum cache_kind)kind, &t))
				for (size_t i = 0; i < t.n; i++)
					sum += (unsigned char)t.s[i];
	assert(sum != SIZE_MAX);
}

static void
put_one(struct cache *c)
{
	const struct text in = { "(NIL)", 5 };
	struct text out;

	cache_put(c, 3, CACHE_BODY, &in);
	cache_flush(c);
	if (!c->off && cache_get(c, 3, CACHE_BODY, &out))
		assert(out.n == in.n && memcmp(out.s, in.s, in.n) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mailbox box = { .uidvalidity = 7, .count = 5 };
	struct cache c = { .box = NULL };

	if (directory[sizeof directory - 2] == 'X') {
		assert(mkdtemp(directory) != NULL);
		atexit(remove_directory);
	}
	box.dir.folder = open(directory, O_RDONLY | O_DIRECTORY);
	assert(box.dir.folder != -1);
	write_file(box.dir.folder, data, size);
	for (int i = 0; i < 2; i++) {
		cache_open(&c, &box);
		get_all(&c);
		put_one(&c);
		get_all(&c);
		cache_close(&c);
	}
	close(box.dir.folder);
	return 0;
}
