/*
 * entries.h - the entries of a directory, many a system call
 *
 * What the kernel writes, getdents64(2): readdir(3) would do the same with a
 * smaller buffer, which in musl means sixteen times the calls.
 */
#ifndef LABNET_IO_ENTRIES_H
#define LABNET_IO_ENTRIES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	ENTRIES_SIZE = 32768,
	ENTRY_LEAST = 24,	/* octets of an entry with its name */
	ENTRY_MOST = 280
};

struct entry {
	uint64_t	ino;
	int64_t		off;
	uint16_t	len;
	uint8_t		type;		/* DT_REG ...; perhaps DT_UNKNOWN */
	char		name[];
};

struct entries {
	int	 fd;
	int	 error;		/* errno of a failed read, or 0 */
	size_t	 at, end;
	uint64_t buf[ENTRIES_SIZE / sizeof(uint64_t)];	/* aligned */
};

/*
 * Begin at the first entry of the open directory fd, which is not owned.
 * 0, or -1 with errno set.
 */
int	entries_start(struct entries *, int fd);

/*
 * The next entry, "." and ".." among them, good until the next call; or NULL:
 * at the end, or with error set.
 */
const struct entry	*entries_next(struct entries *);

/*
 * Read on in the open directory fd: as many whole entries, each at the one
 * before it + len, as go into the size octets of buf, which is aligned for
 * struct entry and holds ENTRY_MOST at least.  The octets read, 0 at the end,
 * or -1 with errno set.
 */
ssize_t	entries_read(int fd, void *buf, size_t size);

#endif
