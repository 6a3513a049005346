/*
 * mail_alias.c - etc/aliases of any octets
 *
 * Each target is a text without a comma, and none is empty.
 *
 * fuzz: services/lib/mail/alias.c
 * fuzz: services/lib/mail/charset.c
 * fuzz: services/lib/mail/idn.c
 * fuzz: services/lib/mail/utf8.c
 * fuzz: services/lib/io/buf.c
 * fuzz: services/lib/io/conf.c
 * fuzz: services/lib/io/log.c
 */
#include <assert.h>
#include <string.h>

#include "file.h"
#include "mail/alias.h"

static void
find(const char *name)
{
	struct buf targets = { 0 };
	const char *names[] = { "b", name };
	int found = alias_find(names, 2, &targets);
	size_t at = 0;

	assert(found >= -1 && found <= 2);
	assert(targets.len <= ALIAS_TARGETS_MAX);
	if (found > 0)
		assert(targets.len > 0 && targets.s[targets.len - 1] == '\0');
	for (; found > 0 && at < targets.len;
	    at += strlen(targets.s + at) + 1)
		assert(targets.s[at] != '\0' &&
		    strchr(targets.s + at, ',') == NULL &&
		    strchr(targets.s + at, '\n') == NULL);
	buf_free(&targets);
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n)
{
	char name[65] = "";

	fuzz_enter(ALIAS_FILE, octets, n);
	alias_open();
	find("a");
	find("");
	/* A name that stands in the file: its first word. */
	memcpy(name, octets, n < 64 ? n : 64);
	name[strcspn(name, ": \t\r\n")] = '\0';
	find(name);
	fuzz_leave();
	return 0;
}
