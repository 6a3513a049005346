/* capability.c - what this server can do, in one list */

#include "imapd.h"

static const struct {
	const char	*name;
	unsigned	 when;		/* the states in which it is told */
} capabilities[] = {
	{ "IMAP4rev1",	START | READY | SELECTED },
	{ "LITERAL+",	START | READY | SELECTED },
	{ "SASL-IR",	START },
	{ "AUTH=PLAIN",	START },
	{ "ID",		START | READY | SELECTED },
	{ "NAMESPACE",	READY | SELECTED },
	{ "IDLE",	READY | SELECTED },
	{ "MOVE",	READY | SELECTED },
	{ "MULTIAPPEND", READY | SELECTED },
	{ "ESEARCH",	READY | SELECTED },
	{ "SEARCHRES",	READY | SELECTED },
	{ "WITHIN",	READY | SELECTED },
	{ "STATUS=SIZE", READY | SELECTED },
	{ "APPENDLIMIT=4294967295", READY | SELECTED },
	{ "UIDPLUS",	READY | SELECTED },
	{ "SORT",	READY | SELECTED },
	{ "SORT=DISPLAY", READY | SELECTED },
	{ "THREAD=ORDEREDSUBJECT", READY | SELECTED },
	{ "THREAD=REFERENCES", READY | SELECTED },
	{ "UNSELECT",	READY | SELECTED },
	{ "LIST-EXTENDED", READY | SELECTED },
	{ "LIST-STATUS", READY | SELECTED },
	{ "SPECIAL-USE", READY | SELECTED },
	{ "CHILDREN",	READY | SELECTED },
};

void
capability_write(struct session *s)
{
	const char *before = "";

	for (size_t i = 0; i < sizeof capabilities / sizeof *capabilities;
	    i++) {
		if ((capabilities[i].when & s->state) == 0)
			continue;
		output_text(&s->out, before);
		output_text(&s->out, capabilities[i].name);
		before = " ";
	}
}
