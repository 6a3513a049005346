/* uidlist_mark.c - going on where another process stopped reading the UIDs */

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "mail/uidlist.h"

bool
uidlist_mark(const struct uidlist *list, struct uidlist_mark *m)
{
	if (list->fd == -1 || list->uidvalidity == 0)
		return false;
	m->device = list->seen.st_dev;
	m->inode = list->seen.st_ino;
	m->size = (uint64_t)list->seen.st_size;
	m->mtime = list->seen.st_mtim;
	m->ctime = list->seen.st_ctim;
	m->records = list->records;
	m->done = (uint64_t)list->done;
	m->uidvalidity = list->uidvalidity;
	m->next = list->next;
	m->last = list->last;
	m->damaged = list->damaged;
	m->has_uidl = list->has_uidl;
	memcpy(m->guid, list->guid, sizeof list->guid);
	return true;
}

static bool
same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static bool
same_file(const struct stat *st, const struct uidlist_mark *m)
{
	return st->st_dev == m->device && st->st_ino == m->inode &&
	    (uint64_t)st->st_size == m->size && m->done <= m->size &&
	    same_time(st->st_mtim, m->mtime) &&
	    same_time(st->st_ctim, m->ctime);
}

bool
uidlist_resume(struct uidlist *list, const struct uidlist_mark *m)
{
	int fd = openat(list->folder, "dovecot-uidlist",
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd == -1)
		return false;
	if (fstat(fd, &list->seen) == -1 || !same_file(&list->seen, m)) {
		close(fd);
		return false;
	}
	list->fd = fd;
	list->records = m->records;
	list->done = (off_t)m->done;
	list->uidvalidity = m->uidvalidity;
	list->next = m->next;
	list->last = m->last;
	list->damaged = m->damaged != 0;
	list->has_uidl = m->has_uidl != 0;
	memcpy(list->guid, m->guid, sizeof list->guid);
	list->guid[sizeof list->guid - 1] = '\0';
	return true;
}
