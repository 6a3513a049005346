/* auth.c - passwords for other servers, and saying them: RFC 4954 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/conf.h"
#include "io/log.h"
#include "mail/base64.h"
#include "relay.h"

enum { AUTH_SECONDS = 300, LINE_SIZE = 1024, WORDS = 3 };

/* "host user password"; the password is all that is left of the line. */
static bool
take_line(struct buf *list, char *line)
{
	char *word[WORDS], *p = line;

	for (int i = 0; i < WORDS; i++) {
		word[i] = p += strspn(p, " \t");
		if (*p == '\0')
			return false;
		p += strcspn(p, i < WORDS - 1 ? " \t" : "\r");
		if (*p != '\0')
			*p++ = '\0';
	}
	for (int i = 0; i < WORDS; i++)
		if (buf_add(list, word[i], strlen(word[i]) + 1) == -1)
			return false;
	return true;
}

static int
take_lines(struct buf *list, struct conf_file *f, const char *file)
{
	char line[LINE_SIZE];
	int got, number = 0, status = 0;

	while ((got = conf_line(f, line, sizeof line)) != 0) {
		number++;
		if (got == 1 && (line[strspn(line, " \t\r")] == '\0' ||
		    line[0] == '#' || take_line(list, line)))
			continue;
		log_line("%s:%d: not `host user password'", file, number);
		status = -1;
	}
	explicit_bzero(line, sizeof line);
	return status;
}

int
auth_read(struct buf *list, const char *file)
{
	struct conf_file f;
	struct stat st;
	int status = -1;

	if (conf_open(&f, file) == -1) {
		log_errno("%s", file);
		return -1;
	}
	if (fstat(f.fd, &st) == -1)
		log_errno("%s", file);
	else if (!S_ISREG(st.st_mode) || (st.st_mode & (S_IWGRP | S_IRWXO)) !=
	    0)
		log_line("%s: others may read or change it: mode 640 or less "
		    "is asked for", file);
	else
		status = take_lines(list, &f, file);
	if (conf_close(&f) == -1) {
		log_errno("%s", file);
		status = -1;
	}
	explicit_bzero(&f, sizeof f);
	return status;
}

/* User and password for the host, or NULL. */
static const char *
find(const struct buf *list, const char *host)
{
	const char *p = list->s, *end = p + list->len, *user;

	for (; list->len > 0 && p < end; p += strlen(p) + 1) {
		user = p + strlen(p) + 1;
		if (strcasecmp(p, host) == 0)
			return user;
		p = user + strlen(user) + 1;
	}
	return NULL;
}

/* Say a text in base64, behind a verb or as a line of its own. */
static bool
say(struct client *c, const char *verb, const char *text, size_t n)
{
	char coded[BASE64_SIZE(3 * LINE_SIZE)];

	base64_encode(text, n, coded);
	output_format(&c->out, "%s%s\r\n", verb, coded);
	explicit_bzero(coded, sizeof coded);
	return client_hear(c, AUTH_SECONDS);
}

/* RFC 4616: nobody else's rights, the user, the password. */
static bool
plain(struct client *c, const char *user, const char *password)
{
	size_t u = strlen(user), p = strlen(password);
	char text[2 * LINE_SIZE];
	bool heard;

	text[0] = '\0';
	memcpy(text + 1, user, u + 1);
	memcpy(text + u + 2, password, p);
	heard = say(c, "AUTH PLAIN ", text, u + p + 2);
	explicit_bzero(text, sizeof text);
	return heard;
}

static bool
login(struct client *c, const char *user, const char *password)
{
	output_text(&c->out, "AUTH LOGIN\r\n");
	if (!client_hear(c, AUTH_SECONDS) || c->reply.code != 334)
		return !c->broken;
	if (!say(c, "", user, strlen(user)) || c->reply.code != 334)
		return !c->broken;
	return say(c, "", password, strlen(password));
}

/* Refused by us: the reply is ours. */
static bool
refuse(struct client *c, const char *text)
{
	c->reply.code = 454;
	snprintf(c->reply.text, sizeof c->reply.text, "%s", text);
	return false;
}

bool
auth_say(struct client *c, const struct site *site, const char *host,
    bool is_private)
{
	const char *user = find(&site->passwords, host), *password;

	if (user == NULL)
		return true;
	password = user + strlen(user) + 1;
	if (!is_private)
		return refuse(c, "4.7.0 A password is not said without TLS");
	if (!c->auth_plain && !c->auth_login)
		return refuse(c, "4.7.0 It offers neither AUTH PLAIN nor "
		    "LOGIN");
	return (c->auth_plain ? plain(c, user, password) :
	    login(c, user, password)) && c->reply.code == 235;
}
