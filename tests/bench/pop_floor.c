/*
 * pop_floor.c - the least a POP3 server can do
 *
 *	pop_floor copy|sendfile directory
 *
 * Answers RETR n with the n-th file of the directory, by name, between "+OK"
 * and the dot; STAT with their number; LIST and UIDL with as many lines, which
 * it has ready.  `copy' reads, makes LF to CR LF, and writes: a read until the
 * end, and a write for each 16 KiB or message.  `sendfile' does not look at
 * what it sends.  Neither knows any size, doubles dots, checks who has renamed
 * what, sets flags, nor is in a sandbox.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../services/lib/io/group.h"

enum { READ = 65536, WRITE = 16384 };

static char	in[READ], out[WRITE + 2 * GROUP];
static char	*list, *uidl;
static size_t	list_len, uidl_len;

static void
put(const char *p, size_t n)
{
	ssize_t done;

	for (; n > 0; p += done, n -= (size_t)done)
		if ((done = write(1, p, n)) <= 0)
			exit(1);
}

/* Convert n octets behind the held ones of out; how many are held then. */
static size_t
convert(size_t held, const char *p, size_t n)
{
	const char *end = p + n;
	char *to = out + held;
	size_t moved;

	while (p < end) {
		if (to - out >= WRITE) {
			put(out, WRITE);
			memmove(out, out + WRITE, (size_t)(to - out) - WRITE);
			to -= WRITE;
		}
		if (end - p >= GROUP) {
			moved = group_copy_until(to, p, group_of('\n'));
		} else {
			moved = *p == '\n' ? 0 : 1;
			*to = *p;
		}
		to += moved;
		p += moved;
		if (p < end && *p == '\n') {
			if (to == out || to[-1] != '\r')
				*to++ = '\r';
			*to++ = *p++;
		}
	}
	return (size_t)(to - out);
}

static void
copy(int fd)
{
	size_t held = 5;
	ssize_t n;

	memcpy(out, "+OK\r\n", held);
	while ((n = read(fd, in, sizeof in)) > 0)
		held = convert(held, in, (size_t)n);
	memcpy(out + held, ".\r\n", 3);
	put(out, held + 3);
}

static void
send_as_is(int fd)
{
	if (send(1, "+OK\r\n", 5, MSG_MORE) != 5)
		exit(1);
	while (sendfile(1, fd, NULL, 1 << 20) > 0)
		continue;
	put(".\r\n", 3);
}

/* What there is to be said of n messages, as long as ours. */
static void
prepare(int n)
{
	FILE *l = open_memstream(&list, &list_len);
	FILE *u = open_memstream(&uidl, &uidl_len);

	fprintf(l, "+OK %d messages (388170 octets)\r\n", n);
	fputs("+OK unique ids follow\r\n", u);
	for (int i = 1; i <= n; i++) {
		fprintf(l, "%d %d\r\n", i, 3879);
		fprintf(u, "%d %08x%08x\r\n", i, i, 0x6b02b8d1);
	}
	fputs(".\r\n", l);
	fputs(".\r\n", u);
	fclose(l);
	fclose(u);
}

static int
no_dots(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

int
main(int argc, char *argv[])
{
	struct dirent **names;
	char line[64];
	int fd, n, i;

	if (argc != 3 || chdir(argv[2]) == -1 ||
	    (n = scandir(".", &names, no_dots, alphasort)) == -1)
		return 1;
	prepare(n);
	while (fgets(line, sizeof line, stdin) != NULL) {
		if (sscanf(line, "RETR %d", &i) == 1 && i >= 1 && i <= n &&
		    (fd = open(names[i - 1]->d_name, O_RDONLY)) != -1) {
			if (argv[1][0] == 's')
				send_as_is(fd);
			else
				copy(fd);
			close(fd);
		} else if (strncmp(line, "LIST", 4) == 0) {
			put(list, list_len);
		} else if (strncmp(line, "UIDL", 4) == 0) {
			put(uidl, uidl_len);
		} else if (strncmp(line, "STAT", 4) == 0) {
			put(out, (size_t)snprintf(out, sizeof out,
			    "+OK %d 0\r\n", n));
		} else {
			break;
		}
	}
	return 0;
}
