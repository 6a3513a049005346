/*
 * smtp_path.c - addresses of an envelope
 *
 * Whatever is read is in bounds and printable (or UTF-8), and reads as itself
 * again once it has been written.
 *
 * fuzz: services/lib/mail/path.c
 * fuzz: services/lib/mail/utf8.c
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mail/path.h"
#include "mail/utf8.h"

static void
check_written(const struct path *path)
{
	struct path again;

	assert(strlen(path->text) < PATH_TEXT_SIZE);
	for (const char *p = path->text; *p != '\0'; p++)
		assert((*p >= ' ' && *p <= '~') || (*p & 0x80) != 0);
	for (const char *p = path->text; *p != '\0';)
		p += *p & 0x80 ? utf8_length(p) > 0 ? utf8_length(p) :
		    (abort(), 0) : 1;
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
