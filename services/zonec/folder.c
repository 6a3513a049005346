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
	f->changed = f->changed || job->changed;
	return true;
}

static int
by_file(const void *a, const void *b)
{
	const struct job *x = a, *y = b;

	return strcmp(x->file, y->file);
}

static int
by_apex(const void *a, const void *b)
{
	const struct job *x = a, *y = b;
	int d = name_compare(x->apex.wire, y->apex.wire);

	return d != 0 ? d : by_file(a, b);
}

/* Two files of one zone, by the case of their names: the first counts. */
static void
drop_twins(struct folder *f, bool say)
{
	size_t kept = 0;

	qsort(f->jobs, f->count, sizeof *f->jobs, by_apex);
	for (size_t i = 0; i < f->count; i++) {
		const struct job *last = kept > 0 ? &f->jobs[kept - 1] : NULL;

		if (last == NULL || !name_equal(last->apex.wire,
		    f->jobs[i].apex.wire))
			f->jobs[kept++] = f->jobs[i];
		else if (say)
			log_line("%s: the zone of %s: not read",
			    f->jobs[i].file, last->file);
	}
	f->count = kept;
	qsort(f->jobs, f->count, sizeof *f->jobs, by_file);
}

/* Has the old file a zone that no job is for? */
static bool
is_gone(const struct folder *f, const struct zonedb *old)
{
	size_t known = 0;

	for (size_t i = 0; i < f->count; i++)
		known += f->jobs[i].old != NULL;
	return old->map != NULL && known < old->header->zones;
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
	drop_twins(f, say);
	f->gone = is_gone(f, old);
	f->changed = f->changed || f->gone;
	return good;
}

void
folder_free(struct folder *f)
{
	free(f->jobs);
	f->jobs = NULL;
}
