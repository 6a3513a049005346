/* uidl.c - UIDL: names for messages that outlive the session (RFC 1939 7) */

#include <string.h>

#include "io/log.h"
#include "pop3d.h"

enum { UIDL_MAX = 70 };		/* octets of an id: RFC 1939 7 */

/*
 * Ids of their own stand in the list of UIDs, which is read along with the
 * messages: both rise.
 */
struct ids {
	bool			 open;
	struct uidlist		 list;
	struct uidlist_reader	 reader;
	struct uid_record	 record;	/* uid 0: none */
};

static void
ids_open(struct session *s, struct ids *ids)
{
	ids->record = (struct uid_record){ 0 };
	ids->open = false;
	if (!s->box.uids.has_uidl)
		return;
	uidlist_init(&ids->list, s->box.dir.folder);
	ids->open = uidlist_read(&ids->list, &ids->reader) != -1;
}

static void
ids_close(struct ids *ids)
{
	if (ids->open)
		uidlist_free(&ids->list);
}

/* May it be an id?  RFC 1939 7: 1 to 70 octets, 0x21 to 0x7E. */
static bool
is_id(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] <= ' ' || p[i] > '~')
			return false;
	return n > 0 && n <= UIDL_MAX;
}

/* The record of the message, if it has an id of its own. */
static const struct uid_record *
own_id(struct ids *ids, const struct mail *m)
{
	struct uid_record *rec = &ids->record;

	while (ids->open && rec->uid < m->uid)
		if (uidlist_next(&ids->reader, rec) != 1) {
			rec->uid = 0;
			uidlist_free(&ids->list);
			ids->open = false;
		}
	return rec->uid == m->uid && rec->uidl != NULL ? rec : NULL;
}

/* Eight digits of n, without a NUL; where they end. */
static char *
hex(char *to, uint32_t n)
{
	for (int i = 0; i < 8; i++)
		to[i] = "0123456789abcdef"[n >> (28 - 4 * i) & 15];
	return to + 8;
}

static void
put(struct session *s, struct ids *ids, size_t i)
{
	const struct mail *m = &s->box.msg[i];
	const struct uid_record *rec = own_id(ids, m);
	char id[16];
	bool by_name = rec == NULL ? s->settings.uidl_by_name :
	    rec->uidl_len == 0;

	if (by_name && is_id(m->base, m->base_len)) {
		reply_line(s, i, m->base, m->base_len);
	} else if (rec != NULL && is_id(rec->uidl, rec->uidl_len)) {
		reply_line(s, i, rec->uidl, rec->uidl_len);
	} else {	/* as Dovecot makes it */
		hex(hex(id, m->uid), s->box.uidvalidity);
		reply_line(s, i, id, sizeof id);
	}
}

void
cmd_uidl(struct session *s, char *arg)
{
	struct ids ids;
	size_t i;

	if (!s->box.sticky) {
		reply_err(s, "[SYS/TEMP] cannot store unique ids now");
		return;
	}
	if (*arg != '\0' && !only_message(s, arg, &i))
		return;
	ids_open(s, &ids);
	if (*arg != '\0') {
		output_text(&s->out, "+OK ");
		put(s, &ids, i);
	} else {
		reply_ok(s, "unique ids follow");
		for (i = 0; i < s->box.count; i++)
			if (!is_deleted(s, i))
				put(s, &ids, i);
		output_text(&s->out, ".\r\n");
	}
	ids_close(&ids);
}
