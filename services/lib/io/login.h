/*
 * login.h - what services and authd say to each other
 *
 * Over the SEQPACKET socket LOGIN_SOCKET, one record a request and one answer
 * to it.  A record is a kind octet and then NUL-ended fields in a fixed
 * order; see authd(8).  Only authd reads etc/passwd.
 *
 * LOGIN hands over the client: the record carries exactly one descriptor, or
 * exactly two, to read and to write, where they are not the same (behind a
 * UCSPI-TLS server: tls.h).  After LOGIN_YES the session half of the service
 * runs on them as the user; the caller must not touch them again.  VERIFY only
 * checks the password, ACCOUNT only asks where an account lives.
 */
#ifndef LABNET_IO_LOGIN_H
#define LABNET_IO_LOGIN_H

#include <stddef.h>
#include <sys/types.h>

#define LOGIN_SOCKET	"spool/run/auth"

enum {
	LOGIN_USER_MAX = 32,		/* octets of an account name */
	LOGIN_PASSWORD_MAX = 511,	/* octets of a password: crypt(3) takes
					   no more */
	LOGIN_TAG_MAX = 128,		/* octets of the session's tag */
	LOGIN_HOME_MAX = 256,		/* octets of a home directory's path */
	LOGIN_RECORD_MAX = 1024
};

enum login_answer {
	LOGIN_YES = 'Y',
	LOGIN_NO = 'N',		/* wrong user or password: which is not said */
	LOGIN_LATER = 'T'	/* the system failed; or no authd answers */
};

struct login {
	const char	*service;	/* "pop3d", "imapd", "ftpd", "smtpd" */
	const char	*user;
	const char	*password;
	const char	*tag;		/* handed on to the session half as its
					   LOGIN_TAG ("" if it needs none) */
	const char	*ip;		/* the peer's address, "" if local */
};

struct login_account {
	uid_t	uid;
	gid_t	gid;
	char	home[LOGIN_HOME_MAX];	/* relative to the site, or absolute */
};

/* A field that is too long or empty where it may not be is LOGIN_NO. */
enum login_answer	login_start(const struct login *, int in, int out);
enum login_answer	login_verify(const struct login *);
enum login_answer	login_account(const char *user, struct login_account *);

/* The kind octets of a record, and how many fields follow each. */
enum { LOGIN_KIND_START = 'L', LOGIN_KIND_VERIFY = 'V',
    LOGIN_KIND_ACCOUNT = 'A', LOGIN_FIELDS = 5 };

#endif
