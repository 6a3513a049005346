/* envelope.c - MAIL and RCPT: who writes, and to whom */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mail/delivery.h"
#include "smtpd.h"

/* Step over "FROM:" or "TO:".  NULL if it is not there. */
static const char *
skip_word(const char *arg, const char *word)
{
	size_t n = strlen(word);

	return strncasecmp(arg, word, n) == 0 ? arg + n : NULL;
}

/* What is wrong with the parameter's word; false, and it is refused. */
static bool
is_accepted(struct session *s, enum parameter_end end, const char *word)
{
	if (end == PARAMETER_WRONG)
		reply(s, 501, "5.5.4", "Bad value: %.64s", word);
	if (end == PARAMETER_UNKNOWN)
		reply(s, 555, "5.5.4", "Unknown parameter: %.64s", word);
	return end == PARAMETER_OK;
}

/* RFC 1870: what the client says of the size it has. */
static bool
size_parameter(struct session *s, const char *word)
{
	const char *digits = word + 5;
	long long size;
	char *end;

	errno = 0;
	size = strtoll(digits, &end, 10);
	if (*digits < '0' || *digits > '9' || *end != '\0' ||
	    strlen(digits) > 20)
		return is_accepted(s, PARAMETER_WRONG, word);
	if (errno == 0 && size <= s->settings.size_limit) {
		s->declared = size;
		return true;
	}
	reply(s, 552, "5.3.4", "Message over the limit of %ld octets",
	    s->settings.size_limit);
	return false;
}

/* The next word behind a path, cut off in place; NULL: no more. */
static char *
next_word(char **at)
{
	char *word = *at + strspn(*at, " ");
	size_t n = strcspn(word, " ");

	if (n == 0)
		return NULL;
	*at = word + n;
	if (word[n] != '\0')
		*(*at)++ = '\0';
	return word;
}

/*
 * RFC 4954 5: who is said to have written it, which we neither believe nor
 * pass on; but who offers AUTH has to hear it.
 */
static bool
auth_parameter(struct session *s, const char *word)
{
	const char *value = word + sizeof "AUTH=" - 1;
	char plain[PATH_TEXT_SIZE];
	struct path path;

	parameter_plain(value, plain, sizeof plain);
	return is_accepted(s, s->role == LMTP ? PARAMETER_UNKNOWN :
	    strcmp(value, "<>") == 0 || path_parse(plain, &path) == NULL ?
	    PARAMETER_OK : PARAMETER_WRONG, word);
}

static bool
mail_words(struct session *s, char *at, struct mail_parameters *with)
{
	bool sized = false;
	char *word;

	s->declared = 0;
	while ((word = next_word(&at)) != NULL) {
		if (strncasecmp(word, "SIZE=", 5) == 0 && !sized) {
			sized = true;
			if (!size_parameter(s, word))
				return false;
		} else if (strncasecmp(word, "AUTH=", 5) == 0) {
			if (!auth_parameter(s, word))
				return false;
		} else if (!is_accepted(s, strncasecmp(word, "SIZE=", 5) == 0 ?
		    PARAMETER_WRONG : parameter_mail(with, word), word)) {
			return false;
		}
	}
	return true;
}

/* For deliver: the path, and what was said behind it after a TAB. */
static void
put_together(char argument[DELIVERY_RECORD_MAX], const struct path *path,
    const char *with)
{
	snprintf(argument, DELIVERY_RECORD_MAX, "%s%s%s", path->text,
	    with[0] == '\0' ? "" : "\t", with);
}

/* RFC 6409 8.1, 8.2: what a program of our own user may leave out. */
static void
complete(const struct session *s, struct path *path)
{
	char text[PATH_TEXT_SIZE + PATH_DOMAIN_MAX];

	if (s->role != SUBMISSION || path->local[0] == '\0' ||
	    path->domain[0] != '\0')
		return;
	snprintf(text, sizeof text, "%s@%s", path->text,
	    mail_own_domain(&s->settings));
	path_parse(text, path);
}

/* Understand MAIL's argument.  False after it has been refused. */
static bool
read_sender(struct session *s, char *arg, struct path *path,
    struct mail_parameters *with)
{
	const char *p = skip_word(arg, "FROM:"), *wrong;

	if (p == NULL) {
		reply(s, 501, "5.5.2", "Syntax: MAIL FROM:<address>");
		return false;
	}
	wrong = path_read(&p, path);
	if (wrong == NULL)
		complete(s, path);
	if (wrong == NULL && path->local[0] != '\0' &&
	    path->domain[0] == '\0')
		wrong = "no domain";
	if (wrong != NULL) {
		reply(s, 553, "5.1.7", "Sender: %s", wrong);
		return false;
	}
	if (!mail_words(s, arg + (p - arg), with))
		return false;
	if (path->utf8 && !with->utf8) {	/* RFC 6531 3.5 */
		reply(s, 553, "5.6.7", "Sender: not ASCII, and no SMTPUTF8");
		return false;
	}
	return true;
}

/* RFC 6409 4.3 and 6.1: only for those we know, and as who they are. */
static bool
may_submit(struct session *s, const struct path *path)
{
	char answer[DELIVERY_RECORD_MAX], argument[DELIVERY_RECORD_MAX];

	if (s->role != SUBMISSION || path->text[0] == '\0')
		return true;
	snprintf(argument, sizeof argument, "%s %s", s->account, path->text);
	if (ask_deliver(s, "OWNS", argument, answer) == 250)
		return true;
	reply_line(s, answer);
	return false;
}

/* RFC 1870 6.2: so a mailbox that is too full can be refused alone. */
static bool
tell_size(struct session *s)
{
	char octets[32];

	if (s->declared == 0)
		return true;
	snprintf(octets, sizeof octets, "%lld", s->declared);
	return tell_deliver(s, "SIZE", octets);
}

void
cmd_mail(struct session *s, char *arg)
{
	struct mail_parameters with = { 0 };
	char text[MAIL_PARAMETERS_SIZE], argument[DELIVERY_RECORD_MAX];
	struct path path;

	if (s->role == SUBMISSION && s->account[0] == '\0') {
		reply(s, 530, "5.7.0", "Authentication required");
		return;
	}
	if (!read_sender(s, arg, &path, &with) || !may_submit(s, &path))
		return;
	parameter_mail_text(&with, text);
	put_together(argument, &path, text);
	if (!tell_deliver(s, may_relay(s) ? "SUBMIT" : "FROM", argument) ||
	    !tell_size(s)) {
		reply(s, 451, "4.3.0", "Try again later");
		return;
	}
	strcpy(s->from, path.text);
	s->utf8 = with.utf8;
	s->recipients = 0;
	buf_clear(&s->names);
	s->state = MAIL;
	reply(s, 250, "2.1.0", "%s ... Sender ok", path.text[0] == '\0' ?
	    "<>" : path.text);
}

static bool
rcpt_words(struct session *s, char *at, struct rcpt_parameters *with)
{
	char *word;

	while ((word = next_word(&at)) != NULL)
		if (!is_accepted(s, parameter_rcpt(with, word), word))
			return false;
	return true;
}

/*
 * RFC 1123 5.2.17: an address literal of ours is this site, even if mail.conf
 * does not say so.
 */
static void
localise(const struct session *s, struct path *path)
{
	char text[PATH_TEXT_SIZE + PATH_DOMAIN_MAX];

	if (mail_domain_is_local(&s->settings, path->domain) ||
	    !path_is_address(path->domain, s->peer.local_ip))
		return;
	snprintf(text, sizeof text, "%.*s@%s",
	    (int)(strrchr(path->text, '@') - path->text), path->text,
	    mail_own_domain(&s->settings));
	path_parse(text, path);
}

/* Understand RCPT's argument.  False after it has been refused. */
static bool
read_recipient(struct session *s, char *arg, struct path *path,
    struct rcpt_parameters *with)
{
	const char *p = skip_word(arg, "TO:"), *wrong;

	if (p == NULL) {
		reply(s, 501, "5.5.2", "Syntax: RCPT TO:<address>");
		return false;
	}
	wrong = path_read(&p, path);
	if (wrong == NULL)
		complete(s, path);
	if (wrong == NULL && path->local[0] == '\0')
		wrong = "nobody";
	if (wrong != NULL) {
		reply(s, 553, "5.1.3", "Recipient: %s", wrong);
		return false;
	}
	if (!rcpt_words(s, arg + (p - arg), with))
		return false;
	localise(s, path);
	if (path->utf8 && !s->utf8) {
		reply(s, 553, "5.6.7", "Recipient: not ASCII, and no "
		    "SMTPUTF8");
		return false;
	}
	return true;
}

void
cmd_rcpt(struct session *s, char *arg)
{
	struct rcpt_parameters with = { 0 };
	char text[RCPT_PARAMETERS_SIZE], argument[DELIVERY_RECORD_MAX];
	char answer[DELIVERY_RECORD_MAX];
	struct path path;

	if (!read_recipient(s, arg, &path, &with))
		return;
	if (s->recipients >= (size_t)s->settings.recipients_max) {
		reply(s, 452, "4.5.3", "Too many recipients");
		return;
	}
	parameter_rcpt_text(&with, text);
	put_together(argument, &path, text);
	if (ask_deliver(s, "RCPT", argument, answer) != 250) {
		reply_line(s, answer);
		return;
	}
	s->recipients++;
	strcpy(s->to, path.text);
	/* Without memory a loop is found later, by its Received fields. */
	buf_add(&s->names, path.text, strlen(path.text) + 1);
	s->state = RCPT;
	reply(s, 250, "2.1.5", "%s ... Recipient ok", path.text);
}
