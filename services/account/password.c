/* password.c - a new password and its hash */

#define _GNU_SOURCE	/* getentropy(3) in glibc */
#include <crypt.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <termios.h>
#include <unistd.h>

#include "account.h"
#include "io/conf.h"
#include "io/login.h"

/* One line of standard input.  False at the end or if it is too long. */
static bool
read_line(char *line, size_t size)
{
	size_t n;

	if (fgets(line, (int)size, stdin) == NULL) {
		warnx("no password");
		return false;
	}
	n = strcspn(line, "\n");
	if (line[n] == '\0' && !feof(stdin)) {
		warnx("a password has at most %d octets", LOGIN_PASSWORD_MAX);
		return false;
	}
	line[n] = '\0';
	return true;
}

/* Ask on the terminal with the echo off. */
static bool
ask(const char *prompt, char *line, size_t size)
{
	struct termios shown, hidden;
	bool ok;

	if (tcgetattr(STDIN_FILENO, &shown) == -1) {
		warn("terminal");
		return false;
	}
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	fputs(prompt, stderr);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
	ok = read_line(line, size);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
	fputc('\n', stderr);
	return ok;
}

bool
password_read(char *password, size_t size)
{
	char again[LOGIN_PASSWORD_MAX + 2];

	if (!isatty(STDIN_FILENO)) {
		if (!read_line(password, size))
			return false;
	} else {
		if (!ask("New password: ", password, size) ||
		    !ask("Once more: ", again, sizeof again))
			return false;
		if (strcmp(password, again) != 0) {
			warnx("the two differ");
			return false;
		}
	}
	if (*password == '\0') {
		warnx("an empty password is none");
		return false;
	}
	return true;
}

/* sha512crypt's salt: 16 of 64 signs. */
static bool
salt_sha512(char *salt, size_t size)
{
	static const char digits[] = "./0123456789"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	unsigned char octets[16];

	if (getentropy(octets, sizeof octets) == -1) {
		warn("getentropy");
		return false;
	}
	snprintf(salt, size, "$6$................$");
	for (size_t i = 0; i < sizeof octets; i++)
		salt[3 + i] = digits[octets[i] & 63];
	return true;
}

/* The library knows what the parameters of its yescrypt look like. */
static bool
salt_yescrypt(char *salt, size_t size)
{
	const char *made = crypt_gensalt("$y$", 0, NULL, 0);

	if (made == NULL || made[0] == '*' || strlen(made) >= size) {
		warnx("this system's crypt does not know yescrypt");
		return false;
	}
	strcpy(salt, made);
	return true;
}

static const struct {
	const char	*name;
	bool		(*salt)(char *, size_t);
} methods[] = {
	{ "sha512", salt_sha512 },
	{ "yescrypt", salt_yescrypt },
	{ NULL, NULL },
};

/* login.defs(5) says how the system hashes; without a word it is SHA-512. */
static void
system_method(char *name, size_t size)
{
	const struct setting table[] = {
		{ "ENCRYPT_METHOD", CONF_TEXT, name, 0, (long)size, NULL },
		{ "*", CONF_SKIP, NULL, 0, 0, NULL },
		{ NULL, CONF_SKIP, NULL, 0, 0, NULL },
	};

	strcpy(name, "sha512");
	if (conf_read("/etc/login.defs", table) == -1 && errno != ENOENT)
		strcpy(name, "sha512");
}

bool
password_hash(const char *password, const char *method, char *hash,
    size_t size)
{
	char name[32], salt[ACCOUNT_FIELD_MAX];
	const char *got;
	size_t i = 0;

	if (method != NULL)
		snprintf(name, sizeof name, "%s", method);
	else
		system_method(name, sizeof name);
	while (methods[i].name != NULL && strcasecmp(methods[i].name,
	    name) != 0)
		i++;
	if (methods[i].name == NULL) {
		warnx("%s%s: not a method that keeps a password: use -m sha512 "
		    "or -m yescrypt", method == NULL ?
		    "ENCRYPT_METHOD of /etc/login.defs is " : "", name);
		return false;
	}
	if (!methods[i].salt(salt, sizeof salt))
		return false;
	got = crypt(password, salt);
	if (got == NULL || got[0] == '*' || strlen(got) >= size) {
		warnx("crypt does not know %s", methods[i].name);
		return false;
	}
	strcpy(hash, got);
	return true;
}
