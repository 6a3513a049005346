/* account.c - reading etc/passwd, distrustfully */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "io/conf.h"
#include "io/log.h"
#include "mail/account.h"
#include "mail/account_file.h"

bool
account_name_ok(const char *name)
{
	size_t n = strlen(name);

	return n > 0 && n <= ACCOUNT_NAME_MAX &&
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-") == n &&
	    name[0] != '.' && name[0] != '-';
}

/* A decimal id of its exact form; false for anything else. */
static bool
number(const char *text, unsigned *id)
{
	char *end;
	unsigned long n;

	if (*text < '0' || *text > '9' || (*text == '0' && text[1] != '\0'))
		return false;
	errno = 0;
	n = strtoul(text, &end, 10);
	*id = (unsigned)n;
	return *end == '\0' && errno == 0 && n < (unsigned)-1;
}

const char *
account_parse(char *line, struct account *a)
{
	enum { FIELDS = 7 };
	char *field[FIELDS];
	size_t n = 0;

	line[strcspn(line, "\n")] = '\0';
	if (strchr(line, '\r') != NULL)
		return "a carriage return";
	for (field[n++] = line; n < FIELDS; n++) {
		field[n] = strchr(field[n - 1], ':');
		if (field[n] == NULL)
			return "fewer than seven fields";
		*field[n]++ = '\0';
	}
	if (strchr(field[FIELDS - 1], ':') != NULL)
		return "more than seven fields";
	if (!account_name_ok(field[0]))
		return "not a name of 1 to 32 of a-z 0-9 . _ -";
	if (!number(field[2], &a->uid) || !number(field[3], &a->gid))
		return "uid or gid is not a number";
	if (a->uid < SERVICE_UID_FIRST || a->gid < SERVICE_UID_FIRST ||
	    a->uid > ACCOUNT_UID_LAST || a->gid > ACCOUNT_UID_LAST)
		return "uid or gid not from 19000 to 59999";
	if (strlen(field[1]) >= sizeof a->hash ||
	    strlen(field[4]) >= sizeof a->comment ||
	    strlen(field[5]) >= sizeof a->home)
		return "a field of over 255 octets";
	strcpy(a->name, field[0]);
	strcpy(a->hash, field[1]);
	strcpy(a->comment, field[4]);
	strcpy(a->home, field[5]);
	return NULL;
}

/* True if a line above the account's own already has its uid. */
static bool
uid_stands_above(struct conf_file *f, const struct account *found)
{
	char line[ACCOUNT_LINE_MAX];
	struct account a;
	int got;

	conf_rewind(f);
	while ((got = conf_line(f, line, sizeof line)) != 0)
		if (got == 1 && account_parse(line, &a) == NULL) {
			if (strcmp(a.name, found->name) == 0)
				return false;
			if (a.uid == found->uid)
				return true;
		}
	return false;
}

int
account_find(const char *name, struct account *found,
    char like[ACCOUNT_FIELD_MAX])
{
	char line[ACCOUNT_LINE_MAX], unwanted[ACCOUNT_FIELD_MAX];
	struct account a;
	const char *wrong;
	unsigned at = 0;
	int hits = 0, got;
	struct conf_file f;
	bool ours;

	if (conf_open(&f, ACCOUNT_FILE) == -1)
		return -1;
	if (like == NULL)
		like = unwanted;
	like[0] = '\0';
	while ((got = conf_line(&f, line, sizeof line)) != 0) {
		at++;
		wrong = got == -1 ? "line too long, or a NUL in it" :
		    account_parse(line, &a);
		if (wrong == NULL && like[0] == '\0' && a.hash[0] == '$')
			strcpy(like, a.hash);
		ours = wrong == NULL && strcmp(a.name, name) == 0;
		if (ours && hits++ > 0)
			wrong = "this name stands further up";
		else if (ours)
			*found = a;
		if (wrong != NULL)
			log_line("%s:%u: %s", ACCOUNT_FILE, at, wrong);
	}
	if (hits > 0 && uid_stands_above(&f, found)) {
		log_line("%s: %s has the uid of a line above", ACCOUNT_FILE,
		    name);
		hits = 0;
	}
	if (conf_close(&f) == -1)
		return -1;
	return hits == 0 ? account_find_system(name, found) :
	    found->uid >= ACCOUNT_UID_FIRST;
}
