/*
 * imapd.h - a session, and what the command files share
 *
 * A handler (cmd_VERB) parses its arguments with reader.h, does its work,
 * writes untagged responses, and says how it ended with one reply_...(); a
 * syntax error needs no words, the reader has them.  The dispatcher in
 * session.c then sends what other sessions did and the one tagged reply.
 */
#ifndef LABNET_IMAPD_IMAPD_H
#define LABNET_IMAPD_IMAPD_H

#include <stdbool.h>
#include <stddef.h>

#include "cache.h"
#include "io/buf.h"
#include "io/input.h"
#include "io/output.h"
#include "io/peer.h"
#include "io/tls.h"
#include "mail/folder.h"
#include "mail/mailbox.h"
#include "mail/message.h"
#include "mail/textfile.h"
#include "progress.h"
#include "reader.h"
#include "sequence.h"

enum {
	TAG_MAX = 128,		/* octets of a tag */
	IDLE_MINUTES = 30,	/* RFC 3501 5.4: no less */
	LOGIN_SECONDS = 60	/* for each command before login */
};

/* RFC 3501 3; bits, for the command table. */
enum state { START = 1, READY = 2, SELECTED = 4,
    LOGGED_IN = READY | SELECTED, ANY_STATE = START | LOGGED_IN };

/* What the client has switched on (RFC 5161); bits. */
enum enabled { ENABLED_UTF8 = 1, ENABLED_REV2 = 2, ENABLED_CONDSTORE = 4,
    ENABLED_QRESYNC = 8 };

/* RESULT_SENT: the handler has sent the tagged reply itself. */
enum result { RESULT_NONE, RESULT_OK, RESULT_NO, RESULT_BAD, RESULT_SENT };

struct session {
	struct output	 out;
	struct input	 in;
	struct peer	 peer;
	enum state	 state;
	bool		 over;		/* the last word has been said */
	int		 failures;	/* wrong logins */
	struct tls	 tls;
	bool		 may_login;	/* nobody can listen, or the admin
					   does not mind */
	unsigned	 enabled;	/* ENABLED_ bits */

	/* The command in hand. */
	char		 tag[TAG_MAX + 1];
	bool		 uid;		/* UID was in front of it */
	enum result	 result;
	struct buf	 reply;		/* response code and text */
	struct progress	 progress;

	/* The maildir, and the mailbox selected of it. */
	const char	*path;
	int		 root;
	struct mailbox	 box;		/* only while SELECTED */
	char		 box_name[MAILDIR_NAME_SIZE];
	bool		 leaves;	/* box is still to be closed (left.c) */
	bool		 read_only;
	size_t		 exists;	/* as the client was told last */
	size_t		 keywords;	/* likewise */
	struct mailbox_status counts;	/* for STATUS ... */
	unsigned long	 counted;	/* ... of that box.version */
	struct cache	 cache;		/* of that mailbox */

	/* What the client wants to hear unasked (notify.h). */
	unsigned	 heeds;		/* EVENT_ bits, of that mailbox */
	bool		 listens;	/* between commands as well */
	bool		 delays;	/* EXPUNGE waits for a command */
	bool		 unheard;	/* of flags that have changed */
	bool		 unlooked;	/* update_late() is due */
	struct sequence	 ours;		/* UIDs that we have put in, and not
					   yet told of */

	/* The message last looked into. */
	struct textfile	 file;
	struct message	 message;
	uint32_t	 loaded;	/* its UID, 0: none */
	bool		 parsed;	/* all of it, not only its header */
	struct text	 header;	/* for FETCH, see kept.c; s NULL: the
					   message is loaded */

	struct buf	 scratch;	/* for one response */
	struct sequence	 set;		/* of the command in hand */
	bool		 set_open;	/* it has a `*` */
	struct sequence	 saved;		/* RFC 5182: UIDs, for `$` */
	struct reader	 reader;
};

/* --- session.c: one command after the other ------------------------------ */

/*
 * Serve commands until the end.  The exit status: 0, or 111 if the system
 * failed.
 */
int	session_serve(struct session *);
void	session_init(struct session *, int in, int out);

/* The end of the command: printf-like, a response code in [] in front. */
void	reply_ok(struct session *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
void	reply_no(struct session *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
void	reply_bad(struct session *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
/* NO with the words and the response code (RFC 5530) for errno; logged if
   the system is to blame. */
void	reply_errno(struct session *, const char *what);
/* * BYE, and no more commands. */
void	session_bye(struct session *, const char *text);

/* --- capability.c -------------------------------------------------------- */

/* The capabilities of the session's state, separated by blanks. */
void	capability_write(struct session *);

/* --- update.c: what the client learns unasked ---------------------------- */

/*
 * Look at the selected mailbox and tell what changed; EXPUNGE only if the
 * command allows it (RFC 3501 7.4.1).
 */
void	update_send(struct session *, bool expunge);
/*
 * The answer to a STORE need not wait for the look, which may be a scan of
 * all: where update_may_wait() unlooked is set, and the look is taken behind
 * the answer, before anything else is done.  What it tells comes between two
 * commands, as a server may at any time speak (RFC 3501 7).
 */
bool	update_may_wait(const struct session *);
void	update_late(struct session *);
/* * FETCH (UID FLAGS MODSEQ) of a message: the client knows its flags now. */
void	update_tell_flags(struct session *, size_t index);
/* * FLAGS and * OK [PERMANENTFLAGS ...] */
void	update_flags(struct session *);
/* The same if there are keywords that the client has not been told of. */
void	update_keywords(struct session *);

/* --- flags.c ------------------------------------------------------------- */

struct flag_set {
	unsigned	flags;		/* FLAG_ bits */
	uint64_t	keywords;
};

/*
 * Parse `(flag flag)`, or without parentheses one or more to the end of the
 * command if bare is allowed.  Keywords that are new to the mailbox are
 * added; one that no letter is left for, and \Recent, make it fail.
 */
bool	flags_parse(struct session *, struct mailbox *, bool bare,
	    struct flag_set *);
/* "(\Seen $Junk \Recent)" */
int	flags_render(const struct session *, struct buf *,
	    const struct mail *);

/* --- names.c: mailboxes as the client calls them ------------------------- */

enum {
	NAME_SIZE = FOLDER_NAME_MAX + 1,
	SPELLING_SIZE = 2 * NAME_SIZE	/* UTF-8 may be longer */
};

/*
 * Parse a mailbox name into the folder's name.  False on a syntax error, or
 * after replying NO [CANNOT] to a name that none can have.
 */
bool	name_parse(struct session *, char name[NAME_SIZE]);
/* For a name from elsewhere; false if it cannot be a folder's. */
bool	name_folder(const struct session *, const struct text *,
	    char name[NAME_SIZE]);
/* The same, once it is in modified UTF-7: INBOX has its case. */
bool	name_on_disk(const struct text *, char name[NAME_SIZE]);
/* Are names in UTF-8 to this client, not in modified UTF-7? */
bool	name_is_utf8(const struct session *);
/*
 * As the client spells it: name itself, or in to.  A directory that another
 * program gave an impossible name keeps it.
 */
const char *name_spelling(const struct session *, const char *name,
	    char to[SPELLING_SIZE]);
/* As an astring of a response. */
int	name_render(const struct session *, struct buf *, const char *name);
/* Open a mailbox by name, or reply NO; trycreate: [TRYCREATE] if missing. */
bool	name_open(struct session *, struct mailbox *, const char *name,
	    enum mailbox_mode, bool trycreate);

/* --- idle.c -------------------------------------------------------------- */

/*
 * Tell what happens, EXPUNGE only if allowed, until the client says something
 * or is gone.  False: it has been silent for too long.
 */
bool	idle_wait(struct session *, bool expunge);

/* --- select.c ------------------------------------------------------------ */

/*
 * Is the mailbox of that name the selected one, whoever renamed it since?
 * box_name is what it was called when it was selected, or when the client
 * itself renamed it.
 */
bool	mailbox_is_selected(const struct session *, const char *name);

/* --- left.c: the mailbox that was selected before ------------------------- */

void	mailbox_leave(struct session *);	/* to READY, nothing expunged */
/* Make room in box for another one. */
void	left_keep(struct session *);
/* Close what was left: now, if it is that folder, or if the client rests. */
void	left_close(struct session *);
void	left_close_named(struct session *, const char *name);
void	left_rest(struct session *);

/* --- selection: messages a command names --------------------------------- */

struct selection {
	size_t	*index;		/* into box.msg, rising; from malloc(3) */
	size_t	 n;
};

/*
 * Parse a set (of UIDs if s->uid) and find its messages.  Numbers beyond the
 * last are an error, UIDs are not.  False after a failure that has been told.
 */
bool	selection_parse(struct session *, struct selection *);
void	selection_free(struct selection *);

/* --- load.c: the text of a message --------------------------------------- */

/*
 * Make the message the loaded one, parsed as a whole or its header at least.
 * 0, or -1 with errno set, ENOENT if it is gone.
 */
int	load_message(struct session *, struct mail *, bool whole);
/* The same of a message of another mailbox; then no message is loaded. */
int	load_from(struct session *, struct mailbox *, struct mail *,
	    bool whole);

/* --- kept.c: the header fields that are kept in the cache ---------------- */

bool	header_is_kept(const struct text *name);
/*
 * At least those fields of the message's header that are kept, as they stand
 * there.  Good until the next message, and no longer than till cache_flush().
 * 0, or -1 as load_message().
 */
int	load_header(struct session *, struct mail *, struct text *header);

/* --- savedate.c ---------------------------------------------------------- */

/* False: the name of its file does not tell. */
bool	savedate_of(const struct mail *, time_t *);

/* --- status.c ------------------------------------------------------------ */

/* The items of STATUS in parentheses, as bits. */
bool	status_parse(struct reader *, unsigned *wanted);
/* The messages of the selected mailbox by kind, counted if they changed. */
const struct mailbox_status *status_count(struct session *);
/* * STATUS of a mailbox.  0, or -1 with errno set. */
int	status_send(struct session *, const char *name, unsigned wanted);

/* --- handlers, by subject ------------------------------------------------ */

void	cmd_capability(struct session *);	/* any.c */
void	cmd_noop(struct session *);
void	cmd_logout(struct session *);
void	cmd_id(struct session *);
void	cmd_namespace(struct session *);
void	cmd_enable(struct session *);		/* capability.c */
void	cmd_idle(struct session *);		/* idle.c */
void	cmd_notify(struct session *);		/* notify.c */

void	cmd_login(struct session *);		/* login.c */
void	cmd_authenticate(struct session *);
void	cmd_starttls(struct session *);

void	cmd_select(struct session *);		/* select.c */
void	cmd_examine(struct session *);
void	cmd_close(struct session *);
void	cmd_unselect(struct session *);
void	cmd_status(struct session *);		/* status.c */

void	cmd_getquota(struct session *);		/* quota.c */
void	cmd_getquotaroot(struct session *);

void	cmd_create(struct session *);		/* folders.c */
void	cmd_delete(struct session *);
void	cmd_rename(struct session *);
void	cmd_subscribe(struct session *);
void	cmd_unsubscribe(struct session *);

void	cmd_list(struct session *);		/* list.c */
void	cmd_lsub(struct session *);

void	cmd_fetch(struct session *);		/* fetch.c */
void	cmd_store(struct session *);		/* store.c */
void	cmd_expunge(struct session *);
void	cmd_copy(struct session *);		/* copy.c */
void	cmd_move(struct session *);
void	cmd_append(struct session *);		/* append.c */
void	cmd_replace(struct session *);
void	cmd_search(struct session *);		/* search.c */
void	cmd_sort(struct session *);		/* sort.c */
void	cmd_thread(struct session *);		/* thread.c */
void	cmd_cancelupdate(struct session *);	/* context.c */

#endif
