/* password.c - crypt(3), with the same work whoever asks */

#include <string.h>
#include <unistd.h>

#include "authd.h"
#include "io/log.h"

/*
 * What an unknown user's password is hashed against if the file has no hash
 * to take for it.  It fits no password, since a hash never ends so early.
 */
static const char dummy[] = "$6$labnetlabnetlabn$";

/* Compare without telling by the time where they differ. */
static bool
same(const char *a, const char *b)
{
	size_t n = strlen(a), i;
	unsigned differ = 0;

	if (n != strlen(b))
		return false;
	for (i = 0; i < n; i++)
		differ |= (unsigned char)a[i] ^ (unsigned char)b[i];
	return differ == 0;
}

/* The methods whose work is worth the name; md5 and DES are refused. */
static bool
is_strong(const char *hash)
{
	return strncmp(hash, "$6$", 3) == 0 || strncmp(hash, "$5$", 3) == 0 ||
	    strncmp(hash, "$y$", 3) == 0 || strncmp(hash, "$2b$", 4) == 0;
}

/* Against the hash, or with no hope against one like it. */
static bool
matches(const char *password, const char *hash, const char *like)
{
	bool strong = is_strong(hash);
	const char *got;

	if (!strong)
		hash = is_strong(like) ? like : dummy;
	children_take_turn();
	got = crypt(password, hash);
	children_end_turn();
	/* crypt(3) says "*0" or NULL for a hash that it cannot read. */
	return got != NULL && got[0] != '*' && same(got, hash) && strong;
}

enum login_answer
password_check(const struct request *r, struct account *a)
{
	bool anonymous = strcmp(r->login.user, "anonymous") == 0 &&
	    strcmp(r->login.service, "ftpd") == 0;
	char like[ACCOUNT_FIELD_MAX];
	int found = account_find(anonymous ? "ftp" : r->login.user, a, like);

	if (found == -1) {
		log_errno("%s", ACCOUNT_FILE);
		return LOGIN_LATER;
	}
	if (found == 1 && strcmp(a->hash, "anonymous") == 0)
		return anonymous ? LOGIN_YES : LOGIN_NO;
	if (anonymous)
		return LOGIN_NO;
	return matches(r->login.password, found == 1 ? a->hash : "", like) ?
	    LOGIN_YES : LOGIN_NO;
}
