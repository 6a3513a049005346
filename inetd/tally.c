/* tally.c - what services count, in files that anybody may print */

#include <ctype.h>
#include <errno.h>
#include <glob.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "tally.h"

enum { ROWS = 256, FOLDER = sizeof "spool/run/" - 1 };

struct row {
	char		 name[24];
	uint64_t	 value;
};

/* "dns" of spool/run/dns/counters, "dns/x" of spool/run/dns/x.counters. */
static int
whose(const char *path, const char **name)
{
	*name = path + FOLDER;
	return (int)(strlen(*name) - strlen("/counters"));
}

/* What is no name, a program wrote for another purpose. */
static bool
is_name(const struct row *row)
{
	size_t n = strnlen(row->name, sizeof row->name);

	for (size_t i = 0; i < n; i++)
		if (!isgraph((unsigned char)row->name[i]))
			return false;
	return n > 0 && n < sizeof row->name;
}

static bool
print(FILE *f, const char *path)
{
	char magic[8];
	uint64_t rows;
	struct row row;
	const char *name;
	int n = whose(path, &name);

	if (fread(magic, sizeof magic, 1, f) != 1 ||
	    memcmp(magic, "counters", sizeof magic) != 0 ||
	    fread(&rows, sizeof rows, 1, f) != 1 || rows > ROWS)
		return false;
	for (; rows > 0; rows--) {
		if (fread(&row, sizeof row, 1, f) != 1 || !is_name(&row))
			return false;
		printf("%.*s %s %" PRIu64 "\n", n, name, row.name, row.value);
	}
	return true;
}

static bool
print_file(const char *path)
{
	FILE *f = fopen(path, "re");
	bool good;

	if (f == NULL) {
		fprintf(stderr, "inetctl: %s: %s\n", path, strerror(errno));
		return false;
	}
	good = print(f, path);
	if (!good)
		fprintf(stderr, "inetctl: %s: no file of counters\n", path);
	fclose(f);
	return good;
}

bool
tally_print(void)
{
	static const char *const patterns[] = { "spool/run/*/counters",
	    "spool/run/*/*.counters" };
	bool good = true;
	glob_t found;

	for (unsigned i = 0; i < 2; i++) {
		if (glob(patterns[i], 0, NULL, &found) != 0)
			continue;
		for (size_t n = 0; n < found.gl_pathc; n++)
			if (!print_file(found.gl_pathv[n]))
				good = false;
		globfree(&found);
	}
	return good;
}
