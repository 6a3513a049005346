/* lang.c - LANG: there is English, and English (RFC 6856 3) */

#include <strings.h>

#include "pop3d.h"

void
cmd_lang(struct session *s, char *arg)
{
	if (*arg == '\0') {
		reply_ok(s, "languages follow");
		output_text(&s->out, "en English\r\n.\r\n");
	} else if (strcasecmp(arg, "en") == 0 || strcasecmp(arg, "*") == 0 ||
	    strcasecmp(arg, "i-default") == 0) {
		reply_ok(s, "en English it is");
	} else {
		reply_err(s, "that language is not spoken here");
	}
}
