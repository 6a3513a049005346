/*
 * maildir_uidlist.c - dovecot-uidlist of any octets
 *
 * UIDs rise, no UID to come is one that was, and who skips to the end of a
 * sound list knows as much as who read it.
 *
 * fuzz: services/lib/mail/uidlist.c services/lib/mail/dotlock.c
 * fuzz: services/lib/mail/maildir.c services/lib/io/log.c
 * fuzz: services/lib/io/input.c services/lib/io/output.c
 */
#include <assert.h>
#include <string.h>

#include "file.h"
#include "mail/uidlist.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct uidlist_reader reader;
	struct uidlist all, end;
	struct uid_record rec;
	uint32_t last = 0;
	size_t n = 0;

	fuzz_enter("dovecot-uidlist", data, size);
	uidlist_init(&all, fuzz_site);
	assert(uidlist_read(&all, &reader) == 1);
	while (uidlist_next(&reader, &rec) == 1) {
		assert(rec.uid > last && rec.base_len > 0);
		assert(memchr(rec.base, ':', rec.base_len) == NULL);
		last = rec.uid;
		n++;
	}
	assert(all.uidvalidity != 0 || n == 0);
	assert(all.last == last && all.next > last);
	assert(all.done <= (off_t)size);

	uidlist_init(&end, fuzz_site);
	assert(uidlist_skip(&end) == 0);
	if (!all.damaged && all.uidvalidity != 0) {
		assert(end.next == all.next && end.last == all.last);
		assert(end.done == all.done);
	}
	uidlist_free(&all);
	uidlist_free(&end);
	fuzz_leave();
	return 0;
}
