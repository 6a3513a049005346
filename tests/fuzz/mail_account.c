/*
 * mail_account.c - etc/passwd of any octets
 *
 * Nobody is found but under the name asked for, with a uid of an account,
 * and by a line that stands in the file.
 *
 * fuzz: services/lib/mail/account.c
 * fuzz: services/lib/mail/account_system.c
 * fuzz: services/lib/io/conf.c
 * fuzz: services/lib/io/log.c
 */
#define _GNU_SOURCE	/* memmem(3) */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "file.h"
#include "mail/account.h"

static void
find(const char *name, const uint8_t *octets, size_t n)
{
	struct account a;
	int found = account_find(name, &a, NULL);
	char line[ACCOUNT_LINE_MAX];

	assert(found >= -1 && found <= 1);
	if (found != 1)
		return;
	assert(strcmp(a.name, name) == 0 && account_name_ok(name));
	assert(a.uid >= ACCOUNT_UID_FIRST && a.uid <= ACCOUNT_UID_LAST);
	assert(a.gid >= SERVICE_UID_FIRST && a.gid <= ACCOUNT_UID_LAST);
	snprintf(line, sizeof line, "%s:%s:%u:%u:%s:%s:", a.name, a.hash,
	    a.uid, a.gid, a.comment, a.home);
	assert(memmem(octets, n, line, strlen(line)) != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n)
{
	char name[40] = "";

	fuzz_enter(ACCOUNT_FILE, octets, n);
	find("a", octets, n);
	memcpy(name, octets, n < 39 ? n : 39);
	name[strcspn(name, ":\n")] = '\0';
	find(name, octets, n);
	fuzz_leave();
	return 0;
}
