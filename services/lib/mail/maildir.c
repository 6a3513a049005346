/* maildir.c - file names of a maildir, and its directories */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "mail/maildir.h"

static const char flag_letters[] = "DFPRST";
static const char keyword_letters[] = "abcdefghijklmnopqrstuvwxyz"
    "ABCEGHIJKLMNOQUVWXYZ0123456789";

enum { LOWER = 26 };		/* of the keywords' letters */

/* The bit of a flag's letter, or 0. */
static unsigned
flag_bit(char letter)
{
	const char *p = letter == '\0' ? NULL : strchr(flag_letters, letter);

	return p == NULL ? 0 : 1u << (p - flag_letters);
}

/* The bit of a keyword's letter, or 0. */
static uint64_t
keyword_bit(char letter)
{
	const char *p;

	if (letter >= 'a' && letter <= 'z')
		return UINT64_C(1) << (letter - 'a');
	p = letter == '\0' ? NULL : strchr(keyword_letters + LOWER, letter);
	return p == NULL ? 0 : UINT64_C(1) << (p - keyword_letters);
}

/* The number at p up to a comma or end; -1 if it is none. */
static int64_t
number(const char *p, const char *end)
{
	int64_t n = 0;
	int digits = 0;

	for (; p < end && *p != ','; p++) {
		if (*p < '0' || *p > '9' || ++digits > 18)
			return -1;
		n = n * 10 + (*p - '0');
	}
	return digits == 0 ? -1 : n;
}

/* S= and W= in [p, end). */
static void
parse_sizes(const char *p, const char *end, struct maildir_name *n)
{
	while ((p = memchr(p, ',', (size_t)(end - p))) != NULL) {
		p++;
		if (end - p < 3 || p[1] != '=')
			continue;
		if (p[0] == 'S')
			n->size = number(p + 2, end);
		else if (p[0] == 'W')
			n->wire = number(p + 2, end);
	}
}

/* The letters behind ":2,". */
static void
parse_flags(const char *p, struct maildir_name *n)
{
	char last = '\0';

	n->plain = true;
	for (; *p != '\0' && *p != ','; last = *p++) {
		if (*p <= last)
			n->plain = false;
		if (flag_bit(*p) != 0)
			n->flags |= flag_bit(*p);
		else if (keyword_bit(*p) != 0)
			n->keywords |= keyword_bit(*p);
		else
			n->plain = false;
	}
	if (*p != '\0')
		n->plain = false;
}

/*
 * Is an octet below a blank, or DEL, among them?  Eight at a time: a large
 * mailbox has megabytes of names.
 */
static bool
has_control(const char *p, size_t len)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), high = ones << 7;
	uint64_t word, del, found = 0;

	for (; len >= sizeof word; p += sizeof word, len -= sizeof word) {
		memcpy(&word, p, sizeof word);
		del = word ^ ones * 0x7f;
		found |= ((word - ones * ' ') & ~word & high) |
		    ((del - ones) & ~del & high);
	}
	for (; len > 0; p++, len--)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return true;
	return found != 0;
}

bool
maildir_name_parse(const char *name, struct maildir_name *n)
{
	size_t len = strlen(name);
	const char *colon = memchr(name, ':', len);

	if (*name == '.' || colon == name || len == 0 ||
	    len >= MAILDIR_NAME_SIZE || has_control(name, len))
		return false;
	*n = (struct maildir_name){ .size = -1, .wire = -1 };
	n->base = colon == NULL ? len : (size_t)(colon - name);
	parse_sizes(name, name + n->base, n);
	/* Each line end adds one octet at most. */
	if (n->size >= 0 && (n->wire < n->size || n->wire / 2 > n->size))
		n->wire = -1;
	if (colon != NULL && colon[1] == '2' && colon[2] == ',')
		parse_flags(colon + 3, n);
	return true;
}

/* Mark the letters of old that mean nothing to us; what follows them. */
static const char *
unknown_letters(const char *old, bool there[256])
{
	const char *p = strchr(old, ':');

	if (p == NULL || p[1] != '2' || p[2] != ',')
		return "";
	for (p += 3; *p != '\0' && *p != ','; p++)
		if (keyword_bit(*p) == 0 && flag_bit(*p) == 0)
			there[(unsigned char)*p] = true;
	return p;
}

char *
maildir_letters(char *to, unsigned flags, uint64_t keywords)
{
	const char *all = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	if (keywords >> LOWER != 0)
		for (; *all != '\0'; all++) {
			if ((flag_bit(*all) & flags) != 0 ||
			    (keyword_bit(*all) & keywords) != 0)
				*to++ = *all;
		}
	else
		for (size_t i = 0; flag_letters[i] != '\0'; i++)
			if ((flags & 1u << i) != 0)
				*to++ = flag_letters[i];
	keywords &= (UINT64_C(1) << LOWER) - 1;
	for (int i = 0; keywords >> i != 0; i++)
		if ((keywords >> i & 1) != 0)
			*to++ = (char)('a' + i);
	*to = '\0';
	return to;
}

int
maildir_name_make(char new[MAILDIR_NAME_SIZE], const char *old,
    unsigned flags, uint64_t keywords)
{
	bool there[256] = { false };
	char set[257];
	size_t base = strcspn(old, ":"), n = 0;
	const char *rest = unknown_letters(old, there);
	int len;

	maildir_letters(set, flags, keywords);
	for (const char *p = set; *p != '\0'; p++)
		there[(unsigned char)*p] = true;
	for (int c = 1; c < 256; c++)
		if (there[c])
			set[n++] = (char)c;
	set[n] = '\0';
	len = snprintf(new, MAILDIR_NAME_SIZE, "%.*s:2,%s%s", (int)base, old,
	    set, rest);
	if (len < 0 || len >= MAILDIR_NAME_SIZE) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return 0;
}

/* The host's name with nothing in it that means something in a file name. */
static void
safe_host(char host[65])
{
	if (gethostname(host, 65) == -1)
		host[0] = '\0';
	host[64] = '\0';
	for (char *p = host; *p != '\0'; p++)
		if (*p <= ' ' || *p > '~' || strchr("/:,", *p) != NULL)
			*p = '_';
	if (host[0] == '\0')
		strcpy(host, "localhost");
}

void
maildir_name_new(char name[MAILDIR_NAME_SIZE], int64_t size, int64_t wire)
{
	static unsigned count;	/* tells apart two messages of one instant */
	uint32_t chance = 0;
	struct timespec now;
	char host[65];
	int n;

	safe_host(host);
	clock_gettime(CLOCK_REALTIME, &now);
	/* Without it the name is still unique on this host. */
	if (getrandom(&chance, sizeof chance, GRND_NONBLOCK) == -1)
		chance = 0;
	n = snprintf(name, MAILDIR_NAME_SIZE, "%lld.M%ldP%ldQ%uR%08x.%s",
	    (long long)now.tv_sec, now.tv_nsec / 1000, (long)getpid(), count++,
	    (unsigned)chance, host);
	if (size >= 0)
		n += snprintf(name + n, (size_t)(MAILDIR_NAME_SIZE - n),
		    ",S=%lld", (long long)size);
	if (wire >= 0)
		snprintf(name + n, (size_t)(MAILDIR_NAME_SIZE - n), ",W=%lld",
		    (long long)wire);
}

static int
open_dir(int at, const char *name)
{
	return openat(at, name,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

int
maildir_open(struct maildir_dirs *d, int root, const char *dir)
{
	*d = (struct maildir_dirs){ -1, -1, -1, -1 };
	if ((d->folder = open_dir(root, dir)) != -1 &&
	    (d->cur = open_dir(d->folder, "cur")) != -1 &&
	    (d->new = open_dir(d->folder, "new")) != -1 &&
	    (d->tmp = open_dir(d->folder, "tmp")) != -1)
		return 0;
	maildir_close(d);
	return -1;
}

static void
close_one(int *fd)
{
	int saved = errno;

	if (*fd != -1)
		close(*fd);
	*fd = -1;
	errno = saved;
}

void
maildir_close(struct maildir_dirs *d)
{
	close_one(&d->tmp);
	close_one(&d->new);
	close_one(&d->cur);
	close_one(&d->folder);
}

/* 1 if it was made, 0 if it is there already, or -1. */
static int
make_dir(int at, const char *name)
{
	if (mkdirat(at, name, 0700) == 0)
		return 1;
	return errno == EEXIST ? 0 : -1;
}

int
maildir_begin(int root, const char *dir)
{
	static const char *const parts[] = { "tmp", "new", "cur" };
	int fd, made, status;

	made = status = make_dir(root, dir);
	if (status == -1 || (fd = open_dir(root, dir)) == -1)
		return -1;
	for (size_t i = 0; i < 3 && status != -1; i++) {
		status = make_dir(fd, parts[i]);
		made |= status;
	}
	close_one(&fd);
	return status == -1 ? -1 : made;
}

/* Sync a directory and the one that holds it. */
static int
sync_both(int root, const char *dir)
{
	int fd = open_dir(root, dir), parent, status = -1;

	if (fd == -1)
		return -1;
	parent = open_dir(fd, "..");
	if (parent != -1 && fsync(fd) == 0 && fsync(parent) == 0)
		status = 0;
	close_one(&parent);
	close_one(&fd);
	return status;
}

int
maildir_make(int root, const char *dir)
{
	int made = maildir_begin(root, dir);

	return made == 1 ? sync_both(root, dir) : made;
}
