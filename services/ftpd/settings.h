/*
 * settings.h - etc/ftpd.conf
 *
 * ftpd.conf(5) is the manual of the keys; ftpd(8) holds it.  A missing file
 * means the defaults; a fault in it stops the service, because a misread
 * limit is worse than none at all.
 */
#ifndef FTPD_SETTINGS_H
#define FTPD_SETTINGS_H

#include <stdbool.h>

#include "io/peer.h"

#define SETTINGS_FILE	"etc/ftpd.conf"

enum { SETTINGS_TEXT = 256, SETTINGS_NAMES = 1024 };

struct settings {
	char	banner[SETTINGS_TEXT];
	long	login_seconds;		/* until a user is logged in */
	long	idle_seconds;		/* between two commands */
	long	connect_seconds;	/* until a data connection is made */
	long	stall_seconds;		/* without an octet of data */
	long	first_port, last_port;	/* passive range */
	char	passive_address[PEER_IP_SIZE];	/* "": the connection's own */
	bool	plaintext;	/* passwords may come in clear */
	bool	anonymous;
	char	incoming[SETTINGS_TEXT];	/* of anonymous; "": none */
	char	read_only[SETTINGS_NAMES];	/* accounts, separated by " " */
	long	quota_mib;		/* of each account's home; 0: none */
	long	umask;
	bool	upload_direct;
	bool	sync;			/* 226 means durable */
	bool	messages;		/* show .message files */
	bool	log_transfers;
};

/* Fill in defaults, then the file.  0, or -1 after the fault was logged. */
int	settings_read(struct settings *, const char *file);

/* True if the account may only read. */
bool	settings_read_only(const struct settings *, const char *user);

#endif
