/* port.c - port names */

#include <stdio.h>
#include <string.h>

#include "number.h"
#include "port.h"

/* The ones that must work where there is no /etc/services. */
static const struct {
	const char	*name;
	unsigned	 port;
} classic[] = {
	{ "echo", 7 }, { "discard", 9 }, { "daytime", 13 }, { "qotd", 17 },
	{ "chargen", 19 }, { "ftp-data", 20 }, { "ftp", 21 }, { "ssh", 22 },
	{ "telnet", 23 }, { "smtp", 25 }, { "time", 37 }, { "domain", 53 },
	{ "tftp", 69 }, { "finger", 79 }, { "http", 80 }, { "pop3", 110 },
	{ "auth", 113 }, { "ident", 113 }, { "nntp", 119 }, { "ntp", 123 },
	{ "imap", 143 }, { "imap2", 143 }, { "irc", 194 }, { "https", 443 },
	{ "smtps", 465 }, { "submissions", 465 }, { "submission", 587 },
	{ "rsync", 873 }, { "ftps-data", 989 }, { "ftps", 990 },
	{ "telnets", 992 }, { "imaps", 993 }, { "pop3s", 995 },
	{ "git", 9418 },
};

/* Does a line of /etc/services, "name port/protocol aliases", say so? */
static bool
matches(char *line, const char *name, const char *protocol, unsigned *port)
{
	char *rest, *first, *number, *word;

	line[strcspn(line, "#\n")] = '\0';
	first = strtok_r(line, " \t", &rest);
	number = first == NULL ? NULL : strtok_r(NULL, "/", &rest);
	word = number == NULL ? NULL : strtok_r(NULL, " \t", &rest);
	if (word == NULL || strcmp(word, protocol) != 0)
		return false;
	for (word = first; word != NULL; word = strtok_r(NULL, " \t", &rest))
		if (strcmp(word, name) == 0)
			return number_parse(port,
			    number + strspn(number, " \t"), 1, 65535);
	return false;
}

bool
port_find(unsigned *port, const char *name, const char *protocol)
{
	char line[512];
	bool found = false;
	FILE *f;

	if (number_parse(port, name, 0, 65535))
		return true;
	for (size_t i = 0; i < sizeof classic / sizeof classic[0]; i++)
		if (strcmp(classic[i].name, name) == 0) {
			*port = classic[i].port;
			return true;
		}
	if ((f = fopen("/etc/services", "re")) == NULL)
		return false;
	while (!found && fgets(line, sizeof line, f) != NULL)
		found = matches(line, name, protocol, port);
	fclose(f);
	return found;
}
