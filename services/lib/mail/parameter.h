/*
 * parameter.h - what MAIL and RCPT say behind their paths
 *
 * RET, ENVID, NOTIFY and ORCPT are RFC 3461 (ORCPT also RFC 6533 3), BODY is
 * RFC 6152, SMTPUTF8 RFC 6531.  SIZE and AUTH go no further than the server
 * that hears them, and are its own affair.
 */
#ifndef LABNET_MAIL_PARAMETER_H
#define LABNET_MAIL_PARAMETER_H

#include <stdbool.h>
#include <stddef.h>

enum {
	ENVID_MAX = 100,	/* octets: RFC 3461 4.4 */
	ORCPT_MAX = 500,	/* 4.2 */
	/* Room for all that parameter_mail_text() and its like may write. */
	MAIL_PARAMETERS_SIZE = ENVID_MAX + 64,
	RCPT_PARAMETERS_SIZE = ORCPT_MAX + 64
};

/* What NOTIFY may ask for; NEVER stands alone. */
enum {
	NOTIFY_SUCCESS = 1,
	NOTIFY_FAILURE = 2,
	NOTIFY_DELAY = 4,
	NOTIFY_NEVER = 8
};

/* All zero: the client said nothing. */
struct mail_parameters {
	char	ret;			/* F: FULL, H: HDRS */
	char	body;			/* 7: 7BIT, 8: 8BITMIME */
	bool	utf8;			/* SMTPUTF8 */
	char	envid[ENVID_MAX + 1];	/* in xtext, as it came */
};

struct rcpt_parameters {
	unsigned notify;
	char	orcpt[ORCPT_MAX + 1];	/* type;address, in xtext */
};

enum parameter_end {
	PARAMETER_OK,
	PARAMETER_WRONG,	/* its value, or it came before: 501 */
	PARAMETER_UNKNOWN	/* 555 */
};

/* Take one parameter, "KEYWORD" or "KEYWORD=value". */
enum parameter_end	parameter_mail(struct mail_parameters *,
			    const char *word);
enum parameter_end	parameter_rcpt(struct rcpt_parameters *,
			    const char *word);

/*
 * Write down what was said, as it is said in SMTP, in an order of our own, a
 * blank in front of each: "" if nothing was.  Returns the length.
 */
size_t	parameter_mail_text(const struct mail_parameters *,
	    char text[MAIL_PARAMETERS_SIZE]);
size_t	parameter_rcpt_text(const struct rcpt_parameters *,
	    char text[RCPT_PARAMETERS_SIZE]);

/*
 * Take such a text, len octets, again.  False if it is none; what has been
 * taken so far stays.
 */
bool	parameter_mail_read(struct mail_parameters *, const char *text,
	    size_t len);
bool	parameter_rcpt_read(struct rcpt_parameters *, const char *text,
	    size_t len);

/*
 * Write text as xtext (RFC 3461 4): +3D for =, and so on.  Returns the length,
 * or -1 if it does not fit into size octets with its NUL.
 */
int	parameter_xtext(const char *text, char *to, size_t size);

/* Undo that in place of a copy; what is no xtext is left as it is. */
void	parameter_plain(const char *xtext, char *to, size_t size);

#endif
