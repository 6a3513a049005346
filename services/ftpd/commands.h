/*
 * commands.h - the handlers of both halves, by the file that holds them
 *
 * Each replies once (a transfer: a 150 and once more) and has its argument
 * rule and state settled by the table; see io/command.h.
 */
#ifndef FTPD_COMMANDS_H
#define FTPD_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct session;
struct stat;

typedef void	handler(struct session *, char *arg);

/* commands.c: what needs no file of its own */
handler	cmd_quit, cmd_syst, cmd_noop, cmd_user_again, cmd_pass_again,
	cmd_superfluous, cmd_unimplemented, cmd_host_late;
/* help.c */
handler	cmd_help, cmd_feat, cmd_opts, cmd_lang, cmd_clnt, cmd_csid;
/* protect.c */
handler	cmd_auth, cmd_auth_late, cmd_pbsz, cmd_prot;
/* params.c */
handler	cmd_type, cmd_stru, cmd_mode, cmd_rest, cmd_allo, cmd_avbl;
/* ports.c */
handler	cmd_port, cmd_eprt, cmd_pasv, cmd_epsv;
/* dirs.c */
handler	cmd_cwd, cmd_cdup, cmd_pwd, cmd_mkd;
/* files.c */
handler	cmd_dele, cmd_rmd, cmd_rnfr, cmd_rnto, cmd_size, cmd_mdtm;
/* retr.c, store.c */
handler	cmd_retr, cmd_stor, cmd_stou, cmd_appe, cmd_abor;
/* list.c, facts.c */
handler	cmd_list, cmd_nlst, cmd_stat, cmd_mlsd, cmd_mlst;
/* site.c */
handler	cmd_site, cmd_mfmt;

/* message.c: the directory's .message as "code-" lines, if it has one. */
void	message_show(struct session *, int code, const char *dir);

/*
 * files.c: the virtual path of an argument.  False, and the refusal with the
 * code sent, if it is too long or (writing) the session may only read.
 */
bool	path_for(struct session *, const char *arg, int code, char *path);
bool	path_for_change(struct session *, const char *arg, int code,
	    char *path);
/*
 * The same, and the directory that the path is in, open, for the caller to
 * close; *last is its name there.  -1, and 550 sent, if that cannot be.
 */
int	parent_for_change(struct session *, const char *arg, char *path,
	    const char **last);

/* files.c: true if path lies in the directory where guests leave files. */
bool	path_is_incoming(const struct session *, const char *path);

/*
 * files.c: open a regular file, which a FIFO or a device cannot hold up, and
 * look at it.  The descriptor, or -1 with errno set.
 */
int	file_open(const struct session *, const char *path, int flags,
	    struct stat *);

/* facts.c: the list that FEAT and OPTS MLST show. */
void	facts_text(unsigned chosen, bool marked, char *text, size_t size);

/* log.c: one xferlog(5) line; direction 'i' or 'o'. */
void	transfer_log(const struct session *, const char *path, char direction,
	    long seconds, bool complete);

#endif
