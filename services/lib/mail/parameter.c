/* parameter.c - the parameters of MAIL and RCPT, read and written */

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "mail/parameter.h"

static int
hex(char c)
{
	static const char digits[] = "0123456789ABCDEF";
	const char *at = c == '\0' ? NULL : strchr(digits, c);

	return at == NULL ? -1 : (int)(at - digits);
}

/*
 * RFC 3461 4: xchar, or + and two digits.  A UTF-8 address may come as it is
 * (RFC 6533 3); whether it is well-formed is asked where it is shown.
 */
static bool
is_xtext(const char *p, bool may_be_utf8)
{
	for (; *p != '\0'; p++) {
		if (*p == '+') {
			if (hex(p[1]) == -1 || hex(p[2]) == -1)
				return false;
			p += 2;
		} else if ((*p & 0x80) != 0 ? !may_be_utf8 :
		    *p < '!' || *p > '~' || *p == '=') {
			return false;
		}
	}
	return true;
}

/* The value behind "KEYWORD=", or NULL if the word is another one. */
static const char *
value_of(const char *word, const char *keyword)
{
	size_t n = strlen(keyword);

	return strncasecmp(word, keyword, n) == 0 && word[n] == '=' ?
	    word + n + 1 : NULL;
}

/* One of two values, kept as its first letter. */
static enum parameter_end
set_choice(char *to, const char *value, const char *one, const char *other)
{
	if (*to != '\0')
		return PARAMETER_WRONG;
	if (strcasecmp(value, one) == 0)
		*to = *one;
	else if (strcasecmp(value, other) == 0)
		*to = *other;
	return *to != '\0' ? PARAMETER_OK : PARAMETER_WRONG;
}

static enum parameter_end
set_envid(struct mail_parameters *m, const char *value)
{
	if (m->envid[0] != '\0' || *value == '\0' ||
	    strlen(value) > ENVID_MAX || !is_xtext(value, false))
		return PARAMETER_WRONG;
	strcpy(m->envid, value);
	return PARAMETER_OK;
}

enum parameter_end
parameter_mail(struct mail_parameters *m, const char *word)
{
	const char *value;

	if ((value = value_of(word, "RET")) != NULL)
		return set_choice(&m->ret, value, "FULL", "HDRS");
	if ((value = value_of(word, "BODY")) != NULL)
		return set_choice(&m->body, value, "7BIT", "8BITMIME");
	if ((value = value_of(word, "ENVID")) != NULL)
		return set_envid(m, value);
	if (value_of(word, "SMTPUTF8") != NULL)
		return PARAMETER_WRONG;		/* RFC 6531 3.4: no value */
	if (strcasecmp(word, "SMTPUTF8") != 0)
		return PARAMETER_UNKNOWN;
	if (m->utf8)
		return PARAMETER_WRONG;
	m->utf8 = true;
	return PARAMETER_OK;
}

/* "NEVER", or the others with commas between them. */
static enum parameter_end
set_notify(struct rcpt_parameters *r, const char *value)
{
	static const char *const names[] = { "SUCCESS", "FAILURE", "DELAY" };
	unsigned notify = 0, i;
	size_t n;

	if (r->notify != 0)
		return PARAMETER_WRONG;
	if (strcasecmp(value, "NEVER") == 0) {
		r->notify = NOTIFY_NEVER;
		return PARAMETER_OK;
	}
	for (;; value += n + 1) {
		n = strcspn(value, ",");
		for (i = 0; i < 3; i++)
			if (strlen(names[i]) == n &&
			    strncasecmp(value, names[i], n) == 0)
				break;
		if (i == 3 || (notify & 1U << i) != 0)
			return PARAMETER_WRONG;
		notify |= 1U << i;
		if (value[n] == '\0')
			break;
	}
	r->notify = notify;
	return PARAMETER_OK;
}

/* address-type ";" xtext */
static enum parameter_end
set_orcpt(struct rcpt_parameters *r, const char *value)
{
	size_t type = strcspn(value, ";");

	if (r->orcpt[0] != '\0' || strlen(value) > ORCPT_MAX || type == 0 ||
	    value[type] == '\0' || value[type + 1] == '\0' ||
	    strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789-"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != type ||
	    !is_xtext(value + type + 1, strncasecmp(value, "utf-8;", 6) == 0))
		return PARAMETER_WRONG;
	strcpy(r->orcpt, value);
	return PARAMETER_OK;
}

enum parameter_end
parameter_rcpt(struct rcpt_parameters *r, const char *word)
{
	const char *value;

	if ((value = value_of(word, "NOTIFY")) != NULL)
		return set_notify(r, value);
	if ((value = value_of(word, "ORCPT")) != NULL)
		return set_orcpt(r, value);
	return PARAMETER_UNKNOWN;
}

size_t
parameter_mail_text(const struct mail_parameters *m,
    char text[MAIL_PARAMETERS_SIZE])
{
	int n = snprintf(text, MAIL_PARAMETERS_SIZE, "%s%s%s%s%s",
	    m->ret == 'F' ? " RET=FULL" : m->ret == 'H' ? " RET=HDRS" : "",
	    m->envid[0] != '\0' ? " ENVID=" : "", m->envid,
	    m->body == '7' ? " BODY=7BIT" : m->body == '8' ?
	    " BODY=8BITMIME" : "", m->utf8 ? " SMTPUTF8" : "");

	return (size_t)n;
}

size_t
parameter_rcpt_text(const struct rcpt_parameters *r,
    char text[RCPT_PARAMETERS_SIZE])
{
	bool first = (r->notify & NOTIFY_SUCCESS) == 0;
	bool second = first && (r->notify & NOTIFY_FAILURE) == 0;
	int n = snprintf(text, RCPT_PARAMETERS_SIZE, "%s%s%s%s%s%s%s",
	    r->notify == 0 ? "" : " NOTIFY=",
	    r->notify == NOTIFY_NEVER ? "NEVER" : "",
	    first ? "" : "SUCCESS",
	    (r->notify & NOTIFY_FAILURE) == 0 ? "" : first ? "FAILURE" :
	    ",FAILURE",
	    (r->notify & NOTIFY_DELAY) == 0 ? "" : second ? "DELAY" :
	    ",DELAY",
	    r->orcpt[0] != '\0' ? " ORCPT=" : "", r->orcpt);

	return (size_t)n;
}

/* The next word of a list; false at its end, or if it is not one of ours. */
static bool
next_word(const char **at, const char *end, char word[RCPT_PARAMETERS_SIZE])
{
	const char *p = *at, *stop;
	size_t n;

	if (p == end || *p++ != ' ')
		return false;
	stop = memchr(p, ' ', (size_t)(end - p));
	n = (size_t)((stop == NULL ? end : stop) - p);
	if (n == 0 || n >= RCPT_PARAMETERS_SIZE || memchr(p, '\0', n) != NULL)
		return false;
	memcpy(word, p, n);
	word[n] = '\0';
	*at = p + n;
	return true;
}

bool
parameter_mail_read(struct mail_parameters *m, const char *text, size_t len)
{
	char word[RCPT_PARAMETERS_SIZE];
	const char *at = text, *end = text + len;

	while (next_word(&at, end, word))
		if (parameter_mail(m, word) != PARAMETER_OK)
			return false;
	return at == end;
}

bool
parameter_rcpt_read(struct rcpt_parameters *r, const char *text, size_t len)
{
	char word[RCPT_PARAMETERS_SIZE];
	const char *at = text, *end = text + len;

	while (next_word(&at, end, word))
		if (parameter_rcpt(r, word) != PARAMETER_OK)
			return false;
	return at == end;
}

int
parameter_xtext(const char *text, char *to, size_t size)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t n = 0;

	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (n + 4 > size)
			return -1;
		if (c > ' ' && c <= '~' && c != '+' && c != '=') {
			to[n++] = (char)c;
			continue;
		}
		to[n++] = '+';
		to[n++] = digits[c >> 4];
		to[n++] = digits[c & 15];
	}
	if (n >= size)
		return -1;
	to[n] = '\0';
	return (int)n;
}

void
parameter_plain(const char *xtext, char *to, size_t size)
{
	size_t n = 0;
	int high, low;

	for (; *xtext != '\0' && n + 1 < size; xtext++) {
		char c = *xtext;

		if (c == '+' && (high = hex(xtext[1])) >= 0 &&
		    (low = hex(xtext[2])) >= 0) {
			c = (char)(16 * high + low);
			xtext += 2;
		}
		/* What was hidden in it is shown in a header: one line. */
		to[n++] = (unsigned char)c < ' ' || c == 127 ? '?' : c;
	}
	to[n] = '\0';
}
