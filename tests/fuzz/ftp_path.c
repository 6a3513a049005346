/*
 * ftp_path.c - joining paths, and what TYPE A and patterns do with octets
 *
 * Whatever a client names, the result is normal, absolute and in bounds;
 * whatever is encoded decodes to itself; every pattern is answered in time.
 *
 * fuzz: services/ftpd/[!f]*.c services/ftpd/f[!t]*.c
 */
#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../services/ftpd/ascii.h"
#include "../../services/ftpd/glob.h"
#include "../../services/ftpd/path.h"

static void
check_normal(const char *path)
{
	size_t n = strlen(path);

	assert(n > 0 && n < PATH_SIZE && path[0] == '/');
	assert(n == 1 || path[n - 1] != '/');
	assert(strstr(path, "//") == NULL && strstr(path, "/./") == NULL &&
	    strstr(path, "/../") == NULL);
	assert(n < 3 || strcmp(path + n - 3, "/..") != 0);
	assert(n < 2 || strcmp(path + n - 2, "/.") != 0);
}

static void
check_ascii(const char *text, size_t n)
{
	char *wire = malloc(2 * n + 1), *back = malloc(2 * n + 2);
	size_t size, half, got;
	bool cr = false;

	assert(wire != NULL && back != NULL);
	size = ascii_encode(wire, text, n);
	half = size / 2;
	got = ascii_decode(back, wire, half, &cr);
	got += ascii_decode(back + got, wire + half, size - half, &cr);
	if (cr)
		back[got++] = '\r';
	assert(got == n && memcmp(back, text, n) == 0);
	free(wire);
	free(back);
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n)
{
	char cwd[PATH_SIZE], path[PATH_SIZE], *text, *second;
	size_t half;

	check_ascii((const char *)octets, n);
	if (n > 8192 || memchr(octets, '\0', n) != NULL)
		return 0;
	text = malloc(n + 2);
	assert(text != NULL);
	half = n / 2;
	memcpy(text, octets, half);
	text[half] = '\0';
	second = text + half + 1;
	memcpy(second, octets + half, n - half);
	second[n - half] = '\0';
	if (path_join(cwd, "/", text) == 0) {
		check_normal(cwd);
		if (path_join(path, cwd, second) == 0)
			check_normal(path);
		else
			assert(errno == ENAMETOOLONG);
	}
	if (n < 512)
		glob_match(text, second);
	free(text);
	return 0;
}
