/* folder.c - the zone files of a folder, compared with what is compiled */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dns/zonefile.h"
#include "folder.h"
#include "io/log.h"

static bool
is_zone_file(const char *name)
{
	size_t len = strlen(name);

	return len > 5 && len < ZONE_PATH && name[0] != '.' &&
	    strcmp(name + len - 5, ".zone") == 0;
}

bool
folder_unchanged(int fd, const struct zone_source *source, size_t count)
{
	static const struct stat none;
	struct stat st;

	for (; count > 0; count--, source++) {
		if (fstatat(fd, source->path, &st, AT_SYMLINK_NOFOLLOW) == -1)
			st = none;
		if (!zone_same(source, &st))
			return false;
	}
	return true;
}

static const struct zonedb_zone *
find_old(const struct zonedb *db, const struct name *apex)
{
	const struct zonedb_zone *zone;
	struct name_key key;
	unsigned suffix;

	if (db->map == NULL)
		return NULL;
	name_key(&key, apex->wire, apex->len);
	zone = zonedb_zone_of(db, &key, 0, &suffix);
	return suffix == 0 ? zone : NULL;
}

/* When the file was last changed, in nanoseconds. */
static int64_t
change_of(int fd, const char *file)
{
	struct stat st;

	if (fstatat(fd, file, &st, 0) == -1)
		return 0;
	return (int64_t)st.st_ctim.tv_sec * 1000000000 + st.st_ctim.tv_nsec;
}

/* False: no memory. */
static bool
add_job(struct folder *f, const struct zonedb *old, const struct name *apex,
    const char *file)
{
	struct job *job;

	if (f->count == f->room) {
		f->room = f->room != 0 ? f->room * 2 : 16;
		job = realloc(f->jobs, f->room * sizeof *job);
		if (job == NULL)
			return false;
		f->jobs = job;
	}
	job = &f->jobs[f->count++];
	*job = (struct job){ .apex = *apex, .old = find_old(old, apex) };
	name_lower(&job->apex);
	memcpy(job->file, file, strlen(file) + 1);
	job->changed = job->old == NULL || !folder_unchanged(f->fd,
	    segment_sources(job->old), job->old->sources);
	if (job->changed) {
		int64_t change = change_of(f->fd, file);

		f->changed = true;
		if (change > f->newest)
			f->newest = change;
	}
	return true;
}

static int
by_file(const void *a, const void *b)
{
	const struct job *x = a, *y = b;

	return strcmp(x->file, y->file);
}

/* Two files of one zone, by the case of their names: the first counts. */
static void
drop_twins(struct folder *f)
{
	size_t kept = 0;

	for (size_t i = 0; i < f->count; i++) {
		size_t j = 0;

		while (j < kept && !name_equal(f->jobs[j].apex.wire,
		    f->jobs[i].apex.wire))
			j++;
		if (j == kept)
			f->jobs[kept++] = f->jobs[i];
	}
	f->count = kept;
}

bool
folder_scan(struct folder *f, int fd, const struct zonedb *old, bool say)
{
	struct dirent *entry;
	struct name apex;
	DIR *dir;
	bool good = true;
	int copy;

	*f = (struct folder){ .fd = fd };
	copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = copy != -1 ? fdopendir(copy) : NULL;
	if (dir == NULL)
		return false;
	while (good && (errno = 0, entry = readdir(dir)) != NULL) {
		const char *error;

		if (!is_zone_file(entry->d_name))
			continue;
		error = zonefile_apex(&apex, entry->d_name);
		if (error == NULL)
			good = add_job(f, old, &apex, entry->d_name);
		else if (say)
			log_line("%s: no zone's name: %s", entry->d_name,
			    error);
	}
	good = good && errno == 0;
	closedir(dir);
	qsort(f->jobs, f->count, sizeof *f->jobs, by_file);
	if (f->changed)
		drop_twins(f);
	if (old->map == NULL ? f->count > 0 : f->count != old->header->zones)
		f->changed = true;
	return good;
}

void
folder_free(struct folder *f)
{
	free(f->jobs);
	f->jobs = NULL;
}
