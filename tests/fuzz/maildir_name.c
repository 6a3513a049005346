/*
 * maildir_name.c - file names of any octets
 *
 * Flags that are set are found again, and whatever a name was it can be given
 * others.
 *
 * fuzz: services/lib/mail/maildir.c
 */
#include <assert.h>
#include <string.h>

#include "mail/maildir.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char name[400], new[MAILDIR_NAME_SIZE], again[MAILDIR_NAME_SIZE];
	struct maildir_name a, b;

	if (size < 2 || size > sizeof name)
		return 0;
	memcpy(name, data + 1, size - 1);
	name[size - 1] = '\0';
	if (!maildir_name_parse(name, &a) ||
	    maildir_name_make(new, name, data[0] & FLAG_ALL, data[0] >> 6) ==
	    -1)
		return 0;
	assert(strlen(name) < MAILDIR_NAME_SIZE && name[0] != '.');
	assert(maildir_name_parse(new, &b));
	assert(b.base == a.base && b.size == a.size && b.wire == a.wire);
	assert(memcmp(new, name, a.base) == 0);
	assert(b.flags == (data[0] & FLAG_ALL) && b.keywords == data[0] >> 6);
	/* What is made is made the same from what was made. */
	assert(maildir_name_make(again, new, b.flags, b.keywords) == 0);
	assert(strcmp(again, new) == 0);
	if (a.plain) {
		assert(maildir_name_make(again, name, a.flags, a.keywords)
		    == 0);
		assert(strcmp(again, name) == 0);
	}
	return 0;
}
