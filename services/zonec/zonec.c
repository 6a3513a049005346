/*
 * zonec - compile etc/zones/NAME.zone into spool/dns/zones.db
 *
 * Usage: zonec [-v] [-c conf] [-z folder] [-d spool]
 * Exit status: 0 nothing to do or done, 100 wrongly called, 111 the system
 * failed.  A zone with errors is no failure: its last good version stays.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "dns/zonefile.h"
#include "cut.h"
#include "folder.h"
#include "io/log.h"
#include "io/sandbox.h"
#include "notify.h"
#include "zones.h"

enum {
	SETTLE = 100 * 1000 * 1000,	/* ns a file must be left alone */
	SUSPECT = 3			/* s, if it looks cut off */
};

static const char	database[] = "zones.db", new[] = "zones.db.new";
static bool		on_terminal;	/* asked before the sandbox */

static int64_t
now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void
report(enum severity severity, const char *file, unsigned line,
    const char *text)
{
	log_line("%s:%u: %s%s", file, line,
	    severity == ZONE_WARNING ? "warning: " : "", text);
}

/* A person is waiting: say how far it is. */
static void
progress(const struct zone *zone, size_t octets)
{
	char text[DNS_NAME_TEXT];

	fprintf(stderr, "\r%s %zu MB read, %u names", name_to_text(text,
	    zone->apex.wire), octets >> 20, zone->node_count);
}

/*
 * Let what is as old as `newest' settle: see SETTLE.  Most often that time
 * is over, or was needed to read the file.
 */
static void
settle(int64_t newest)
{
	int64_t age = now(CLOCK_REALTIME) - newest;
	struct timespec wait = { .tv_nsec = SETTLE };

	if (age < SETTLE && age >= 0) {
		wait.tv_nsec = (long)(SETTLE - age);
		nanosleep(&wait, NULL);
	}
}

/* Are the files of a zone that was read still as they were, and settled? */
static bool
is_settled(const struct zone *zone, int folder)
{
	int64_t newest = 0;

	for (unsigned i = 0; i < zone->sources; i++)
		if (zone->source[i].ctime > newest)
			newest = zone->source[i].ctime;
	settle(newest);
	return folder_unchanged(folder, zone->source, zone->sources);
}

/* Write what there was, if there was anything. */
static void
keep(struct draft *out, const struct job *job)
{
	if (job->old != NULL)
		segment_copy(out, job->old);
}

static void
tell(const struct zone *zone, const struct job *job, int64_t began)
{
	char text[DNS_NAME_TEXT];

	name_to_text(text, zone->apex.wire);
	if (zone->errors == 0)
		log_line("%s serial %u, %u names, %u records, %lld ms", text,
		    zone->serial, zone->node_count, zone->record_count,
		    (long long)((now(CLOCK_MONOTONIC) - began) / 1000000));
	else if (job->old != NULL && job->old->flags & ZONEDB_LOADED)
		log_line("%s has errors, serial %u stays", text,
		    job->old->serial);
	else
		log_line("%s has errors and is not served", text);
}

/* The zone was read: write it, or what is to stand in its place. */
static bool
write_zone(struct draft *out, const struct job *job, struct zone *zone,
    int folder, int64_t began)
{
	bool old = job->old != NULL;

	/* Changed while it was read, or not read: again at the next call. */
	if (zone->failed || !is_settled(zone, folder)) {
		keep(out, job);
		return true;
	}
	if (zone_check(zone) && old && cut_off(job->old, zone)) {
		int64_t age = now(CLOCK_REALTIME) - zone->source[0].ctime;

		if (age >= 0 && age < SUSPECT * (int64_t)1000000000) {
			keep(out, job);
			return true;
		}
		zone_fault(zone, ZONE_WARNING, 0, 1,
		    "fewer records, but the serial is the same");
	}
	tell(zone, job, began);
	if (zone->errors == 0)
		return segment_write(out, zone);
	segment_keep(out, job->old, zone);
	return true;
}

/* Put one zone into the new file.  False, errno set: the system failed. */
static bool
compile(struct draft *out, const struct job *job, int folder, int spool)
{
	int64_t began = now(CLOCK_MONOTONIC);
	struct zone *zone;
	bool good;

	if (!job->changed) {
		segment_copy(out, job->old);
		return true;
	}
	zone = malloc(sizeof *zone);
	if (zone == NULL || !zone_init(zone, &job->apex)) {
		free(zone);
		return false;
	}
	zone_spill(zone, spool);
	zone->report = report;
	if (on_terminal)
		zone->progress = progress;
	zonefile_read(zone, folder, job->file);
	if (zone->progress != NULL)
		fputs("\r\033[K", stderr);	/* that line is over */
	good = write_zone(out, job, zone, folder, began);
	zone_free(zone);
	free(zone);
	return good;
}

/* Write the new file, whole and durable, in the place of the old. */
static bool
write_database(struct draft *out, const struct folder *f, int spool)
{
	struct zones zones;
	bool good = true;
	int fd;

	unlinkat(spool, new, 0);
	fd = openat(spool, new, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd == -1)
		return false;
	draft_open(out, fd);
	zones_begin(&zones, out);
	for (size_t i = 0; good && i < f->count; i++) {
		uint64_t at;

		draft_align(out, ZONEDB_ALIGN);
		at = out->at;
		good = compile(out, &f->jobs[i], f->fd, spool);
		if (out->at > at)
			good = zones_add(&zones, &f->jobs[i].apex, at) && good;
	}
	good = good && zones_end(&zones, out) && fchmod(fd, 0644) == 0 &&
	    fsync(fd) == 0 && renameat(spool, new, spool, database) == 0 &&
	    fsync(spool) == 0;
	free(zones.slots);
	close(fd);
	return good;
}

static bool
map_old(struct zonedb *db, int spool)
{
	int fd = openat(spool, database, O_RDONLY | O_CLOEXEC);

	memset(db, 0, sizeof *db);
	if (fd == -1)
		return errno == ENOENT;
	if (!zonedb_map(db, fd) && errno == EINVAL) {
		log_line("%s is not of this version: made anew", database);
		errno = 0;
	}
	close(fd);
	return db->map != NULL || errno == 0;
}

/*
 * The new file is in place: tell those who want to know.  In a process of its
 * own, since they may be slow to answer, and the next edit must not wait: it
 * gives up the lock on the spool.
 */
static void
tell_secondaries(const char *conf, int spool, const struct zonedb *old)
{
	struct secondaries list;
	struct zonedb db;
	pid_t child;

	if (conf == NULL || !notify_read(&list, conf) || list.count == 0 ||
	    !map_old(&db, spool) || db.map == NULL)
		return;
	child = fork();
	if (child == -1)
		log_errno("notify");
	if (child == 0) {
		close(spool);
		notify_send(&list, &db, old);
		_exit(0);
	}
	zonedb_unmap(&db);
}

/* One look at the folder, and a new file if there is a change. */
static bool
run(int zones, int spool, const char *conf, bool say)
{
	static struct draft out;
	struct zonedb old;
	struct folder f;
	bool good;

	if (!map_old(&old, spool))
		return false;
	good = folder_scan(&f, zones, &old, say);
	if (good && (f.changed || old.map == NULL)) {
		if (f.gone)	/* it may come back soon, in a new shape */
			settle(now(CLOCK_REALTIME));
		folder_free(&f);
		good = folder_scan(&f, zones, &old, true);
		if (good && (f.changed || old.map == NULL)) {
			good = write_database(&out, &f, spool);
			if (good)
				tell_secondaries(conf, spool, &old);
		}
	}
	folder_free(&f);
	zonedb_unmap(&old);
	return good;
}

/* Give up all but the folders and the settings.  False: it cannot be. */
static bool
shut_in(const char *zones, const char *spool, const char *conf)
{
	const struct sandbox_path paths[] = { { zones, false },
	    { spool, true }, { conf, false }, { NULL, false } };

	on_terminal = isatty(STDERR_FILENO) == 1;
	return sandbox_enter_with("zonec", paths) == 0;
}

static int
usage(void)
{
	fputs("usage: zonec [-v] [-c conf] [-z folder] [-d spool]\n",
		    stderr);
	return EXIT_NEVER;
}

int
main(int argc, char *argv[])
{
	const char *zones = "etc/zones", *spool = "spool/dns";
	const char *conf = "etc/dns.conf";
	int option, zones_fd, spool_fd;
	bool say = false;

	log_open("zonec");
	while ((option = getopt(argc, argv, "c:d:vz:")) != -1) {
		if (option == 'c')
			conf = optarg;
		else if (option == 'd')
			spool = optarg;
		else if (option == 'z')
			zones = optarg;
		else if (option == 'v')
			say = true;
		else
			return usage();
	}
	if (optind != argc)
		return usage();
	zones_fd = open(zones, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	spool_fd = open(spool, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (zones_fd == -1 || spool_fd == -1) {
		log_errno("%s", zones_fd == -1 ? zones : spool);
		return EXIT_LATER;
	}
	/* Another one is at it already. */
	if (flock(spool_fd, LOCK_EX | LOCK_NB) == -1)
		return errno == EWOULDBLOCK ? 0 : EXIT_LATER;
	umask(022);
	if (access(conf, F_OK) == -1 && errno == ENOENT)
		conf = NULL;		/* nobody to tell */
	if (!shut_in(zones, spool, conf))
		return EXIT_LATER;
	if (!run(zones_fd, spool_fd, conf, say)) {
		log_errno("%s/%s", spool, database);
		return EXIT_LATER;
	}
	return 0;
}
