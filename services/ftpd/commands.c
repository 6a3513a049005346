/* commands.c - the session half's protocol, and its shortest handlers */

#include "commands.h"
#include "session.h"

#define ANY	(READY | RENAMING)

const struct command session_commands[] = {
	/* Access (RFC 959 4.1.1) */
	{ "USER", ANY, ARG_MUST, cmd_user_again,   "<name>",	false },
	{ "PASS", ANY, ARG_MAY,  cmd_pass_again,   "<password>", true },
	{ "ACCT", ANY, ARG_MUST, cmd_superfluous,  "<account>",	true },
	{ "CWD",  ANY, ARG_MUST, cmd_cwd,	   "<directory>", false },
	{ "CDUP", ANY, ARG_NONE, cmd_cdup,	   "",		false },
	{ "SMNT", ANY, ARG_MUST, cmd_unimplemented, "<path>",	false },
	{ "REIN", ANY, ARG_NONE, cmd_unimplemented, "",		false },
	{ "QUIT", ANY, ARG_NONE, cmd_quit,	   "",		false },
	{ "HOST", ANY, ARG_MUST, cmd_host_late,	   "<name>",	false },
	/* Parameters (4.1.2) */
	{ "PORT", ANY, ARG_MUST, cmd_port, "<h1,h2,h3,h4,p1,p2>", false },
	{ "PASV", ANY, ARG_NONE, cmd_pasv, "",			false },
	{ "EPRT", ANY, ARG_MUST, cmd_eprt, "|<family>|<address>|<port>|",
	    false },
	{ "EPSV", ANY, ARG_MAY,  cmd_epsv, "[1 | 2 | ALL]",	false },
	{ "TYPE", ANY, ARG_MUST, cmd_type, "A | I | L 8",	false },
	{ "STRU", ANY, ARG_MUST, cmd_stru, "F",			false },
	{ "MODE", ANY, ARG_MUST, cmd_mode, "S",			false },
	/* Files (4.1.3) */
	{ "RETR", ANY, ARG_MUST, cmd_retr, "<path>",		false },
	{ "STOR", ANY, ARG_MUST, cmd_stor, "<path>",		false },
	{ "STOU", ANY, ARG_MAY,  cmd_stou, "[<path>]",		false },
	{ "APPE", ANY, ARG_MUST, cmd_appe, "<path>",		false },
	{ "ALLO", ANY, ARG_MUST, cmd_allo, "<octets> [R <octets>]", false },
	{ "REST", ANY, ARG_MUST, cmd_rest, "<octets>",		false },
	{ "RNFR", ANY, ARG_MUST, cmd_rnfr, "<path>",		false },
	{ "RNTO", RENAMING, ARG_MUST, cmd_rnto, "<path>",	false },
	{ "ABOR", ANY, ARG_NONE, cmd_abor, "",			false },
	{ "DELE", ANY, ARG_MUST, cmd_dele, "<path>",		false },
	{ "RMD",  ANY, ARG_MUST, cmd_rmd,  "<directory>",	false },
	{ "MKD",  ANY, ARG_MUST, cmd_mkd,  "<directory>",	false },
	{ "PWD",  ANY, ARG_NONE, cmd_pwd,  "",			false },
	{ "LIST", ANY, ARG_MAY,  cmd_list, "[-aldR] [<path>]",	false },
	{ "NLST", ANY, ARG_MAY,  cmd_nlst, "[<path>]",		false },
	{ "SITE", ANY, ARG_MUST, cmd_site, "<command>",		false },
	{ "SYST", ANY, ARG_NONE, cmd_syst, "",			false },
	{ "STAT", ANY, ARG_MAY,  cmd_stat, "[<path>]",		false },
	{ "HELP", ANY, ARG_MAY,  cmd_help, "[<command>]",	false },
	{ "NOOP", ANY, ARG_NONE, cmd_noop, "",			false },
	/* The old names (RFC 1123 4.1.3.1) */
	{ "XCWD", ANY, ARG_MUST, cmd_cwd,  "<directory>",	false },
	{ "XCUP", ANY, ARG_NONE, cmd_cdup, "",			false },
	{ "XRMD", ANY, ARG_MUST, cmd_rmd,  "<directory>",	false },
	{ "XMKD", ANY, ARG_MUST, cmd_mkd,  "<directory>",	false },
	{ "XPWD", ANY, ARG_NONE, cmd_pwd,  "",			false },
	/* Extensions (RFC 2389, 2640, 3659 and drafts) */
	{ "FEAT", ANY, ARG_NONE, cmd_feat, "",			false },
	{ "OPTS", ANY, ARG_MUST, cmd_opts, "<command> [<options>]", false },
	{ "LANG", ANY, ARG_MAY,  cmd_lang, "[<language>]",	false },
	{ "SIZE", ANY, ARG_MUST, cmd_size, "<path>",		false },
	{ "MDTM", ANY, ARG_MUST, cmd_mdtm, "<path>",		false },
	{ "MLST", ANY, ARG_MAY,  cmd_mlst, "[<path>]",		false },
	{ "MLSD", ANY, ARG_MAY,  cmd_mlsd, "[<directory>]",	false },
	{ "MFMT", ANY, ARG_MUST, cmd_mfmt, "<time> <path>",	false },
	{ "AVBL", ANY, ARG_MAY,  cmd_avbl, "[<directory>]",	false },
	{ "CLNT", ANY, ARG_MUST, cmd_clnt, "<name>",		false },
	{ "CSID", ANY, ARG_MUST, cmd_csid, "<facts>",		false },
	{ "AUTH", ANY, ARG_MUST, cmd_auth_late, "TLS",		false },
	{ "PBSZ", ANY, ARG_MUST, cmd_pbsz, "0",			false },
	{ "PROT", ANY, ARG_MUST, cmd_prot, "C",			false },
	{ NULL, 0, ARG_NONE, NULL, NULL, false }
};

void
cmd_quit(struct session *s, char *arg)
{
	(void)arg;
	reply(s, 221, "Goodbye.");
	s->over = true;
}

void
cmd_syst(struct session *s, char *arg)
{
	(void)arg;
	reply(s, 215, "UNIX Type: L8");
}

void
cmd_noop(struct session *s, char *arg)
{
	(void)arg;
	reply(s, 200, "NOOP command successful.");
}

/* Who is logged in has become that user for good. */
void
cmd_user_again(struct session *s, char *arg)
{
	(void)arg;
	reply(s, 530, "Already logged in; another user needs another "
	    "connection.");
}

void
cmd_pass_again(struct session *s, char *arg)
{
	(void)arg;
	reply(s, 202, "Already logged in.");
}

void
cmd_superfluous(struct session *s, char *arg)
{
	(void)arg;
	reply(s, 202, "Command superfluous at this site.");
}

void
cmd_unimplemented(struct session *s, char *arg)
{
	(void)arg;
	reply(s, 502, "Command not implemented.");
}

/* RFC 7151 3.2: only before USER. */
void
cmd_host_late(struct session *s, char *arg)
{
	(void)arg;
	reply(s, 503, "Too late to choose a host.");
}
