/* password.c - a new password and its hash */

#define _GNU_SOURCE	/* getentropy(3) in glibc */
#include <err.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "account.h"
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

bool
password_hash(const char *password, char *hash, size_t size)
{
	static const char digits[] = "./0123456789"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	char salt[] = "$6$................$";
	unsigned char octets[16];
	const char *got;

	if (getentropy(octets, sizeof octets) == -1) {
		warn("getentropy");
		return false;
	}
	for (size_t i = 0; i < sizeof octets; i++)
		salt[3 + i] = digits[octets[i] & 63];
	got = crypt(password, salt);
	if (got == NULL || got[0] == '*' || strlen(got) >= size) {
		warnx("crypt does not know SHA-512");
		return false;
	}
	strcpy(hash, got);
	return true;
}
