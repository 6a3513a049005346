/*
 * zonecheck - say what is wrong with zone files
 *
 * Usage: zonecheck [-q] [-o origin] file...
 * Exit status: 0 no errors, 1 errors, 100 wrongly called, 111 the system
 * failed.  Warnings alone do not change it.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dns/zonefile.h"
#include "io/log.h"

/* Folder of the file being checked, with a slash behind it, or "". */
static char	folder[4096];

static void
report(enum severity severity, const char *file, unsigned line,
    const char *text)
{
	printf("%s%s:%u: %s%s\n", folder, file, line,
	    severity == ZONE_WARNING ? "warning: " : "", text);
}

/* Put the folder of "dir/file" into folder; gives the file. */
static const char *
split(char *path)
{
	char *slash = strrchr(path, '/');
	size_t len = slash != NULL ? (size_t)(slash - path) + 1 : 0;

	if (len >= sizeof folder)
		return NULL;
	memcpy(folder, path, len);
	folder[len] = '\0';
	return path + len;
}

/* Check one file.  0, 1 or 111 as the program's exit status. */
static int
check(struct zone *zone, char *path, const char *origin, bool quiet)
{
	char text[DNS_NAME_TEXT];
	const char *file = split(path), *error;
	struct name apex;
	int fd;

	if (file == NULL)
		return 1;
	if (origin != NULL)
		error = name_from_text(&apex, origin, strlen(origin), NULL);
	else
		error = zonefile_apex(&apex, file);
	if (error != NULL) {
		printf("%s: no zone's name: %s\n", path, error);
		return 1;
	}
	fd = open(*folder != '\0' ? folder : ".", O_RDONLY | O_DIRECTORY);
	if (fd == -1) {
		printf("%s: %s\n", folder, strerror(errno));
		return 1;
	}
	if (!zone_init(zone, &apex)) {
		log_errno("%s", path);
		return EXIT_LATER;
	}
	zone->report = report;
	if (zonefile_read(zone, fd, file) || zone->errors < ZONE_REPORTS)
		zone_check(zone);
	close(fd);
	if (zone->errors == 0 && !quiet)
		printf("%s: %s serial %u, %u names, %u records, %u warnings\n",
		    path, name_to_text(text, apex.wire), zone->serial,
		    zone->node_count, zone->record_count, zone->warnings);
	return zone->failed ? EXIT_LATER : zone->errors != 0;
}

int
main(int argc, char *argv[])
{
	const char *origin = NULL;
	struct zone *zone;
	bool quiet = false;
	int option, status = 0;

	log_open("zonecheck");
	while ((option = getopt(argc, argv, "o:q")) != -1) {
		if (option == 'o')
			origin = optarg;
		else if (option == 'q')
			quiet = true;
		else
			optind = argc;
	}
	if (optind >= argc) {
		fputs("usage: zonecheck [-q] [-o origin] file...\n", stderr);
		return EXIT_NEVER;
	}
	zone = calloc(1, sizeof *zone);
	for (; zone != NULL && optind < argc && status <= 1; optind++) {
		int result = check(zone, argv[optind], origin, quiet);

		if (result > status)
			status = result;
		zone_free(zone);
	}
	free(zone);
	if (zone == NULL || fflush(stdout) == EOF)
		return EXIT_LATER;
	return status;
}
