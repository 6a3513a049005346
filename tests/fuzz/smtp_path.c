/*
 * smtp_path.c - addresses of an envelope
 *
 * Whatever is read is in bounds and printable, and reads as itself again
 * once it has been written.
 *
 * fuzz: services/lib/mail/path.c
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mail/path.h"

static void
check_written(const struct path *path)
{
	struct path again;

	assert(strlen(path->text) < PATH_TEXT_SIZE);
	for (const char *p = path->text; *p != '\0'; p++)
		assert(*p >= ' ' && *p <= '~');
	assert(path_parse(path->text, &again) == NULL);
	assert(strcmp(path->local, again.local) == 0);
	assert(strcmp(path->domain, again.domain) == 0);
	assert(strcmp(path->text, again.text) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n)
{
	char *text = malloc(n + 1);
	const char *at = text;
	struct path path;

	assert(text != NULL);
	memcpy(text, octets, n);
	text[n] = '\0';
	if (path_read(&at, &path) == NULL) {
		assert(at > text && at <= text + strlen(text));
		assert(*at == '\0' || *at == ' ');
		if (path.text[0] == '\0')
			assert(path.local[0] == '\0' && !path.domain[0]);
		else
			check_written(&path);
	} else {
		assert(at == text);
	}
	if (path_parse(text, &path) == NULL)
		check_written(&path);
	free(text);
	return 0;
}
