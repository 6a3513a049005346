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
	bool			 failed;	/* to be read to its end */
	struct uidlist		 list;
	struct uidlist_reader	 reader;
	struct uid_record	 record;	/* uid 0: none */
};

static void
ids_open(struct session *s, struct ids *ids)
{
	ids->record = (struct uid_record){ 0 };
	ids->open = ids->failed = false;
	if (!s->box.uids.has_uidl)
		return;
	uidlist_init(&ids->list, s->box.dir.folder);
	ids->open = true;
	ids->failed = uidlist_read(&ids->list, &ids->reader) == -1;
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

/*
 * Go on to the record of the message, if it has one.  False if nobody knows:
 * another id than before would bring the client all its mail once more.
 */
static bool
ids_find(struct ids *ids, const struct mail *m)
{
	struct uid_record *rec = &ids->record;
	int got = 1;

	while (ids->open && !ids->failed && got == 1 && rec->uid < m->uid)
		got = uidlist_next(&ids->reader, rec);
	ids->failed = ids->failed || got == -1;
	if (got == 0) {
		rec->uid = 0;
		uidlist_free(&ids->list);
		ids->open = false;
	}
	return !ids->failed;
}

/* The record that was found, if it has an id of its own. */
static const struct uid_record *
own_id(const struct ids *ids, const struct mail *m)
{
	return ids->record.uid == m->uid && ids->record.uidl != NULL ?
	    &ids->record : NULL;
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
put(struct session *s, const struct ids *ids, size_t i)
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

/* All ids.  One that nobody knows ends the session, as half a message does. */
static void
list(struct session *s, struct ids *ids)
{
	reply_ok(s, "unique ids follow");
	for (size_t i = 0; i < s->box.count; i++) {
		if (is_deleted(s, i))
			continue;
		if (!ids_find(ids, &s->box.msg[i])) {
			log_errno("unique ids of %s", s->name);
			s->status = EXIT_LATER;
			s->state = CLOSED;
			return;
		}
		put(s, ids, i);
	}
	output_text(&s->out, ".\r\n");
}

void
cmd_uidl(struct session *s, char *arg)
{
	struct ids ids;
	size_t i = 0;

	if (!s->box.sticky) {
		reply_err(s, "[SYS/TEMP] cannot store unique ids now");
		return;
	}
	if (*arg != '\0' && !only_message(s, arg, &i))
		return;
	ids_open(s, &ids);
	if (ids.failed || (*arg != '\0' && !ids_find(&ids, &s->box.msg[i]))) {
		log_errno("unique ids of %s", s->name);
		reply_err(s, "[SYS/TEMP] cannot read unique ids now");
	} else if (*arg != '\0') {
		output_text(&s->out, "+OK ");
		put(s, &ids, i);
	} else {
		list(s, &ids);
	}
	ids_close(&ids);
}
