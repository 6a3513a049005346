/*
 * quota.c - GETQUOTA and GETQUOTAROOT (RFC 9208)
 *
 * There is one quota root, called "", for all of a maildir that has limits.
 */

#include "mail/quota.h"
#include "imapd.h"

static void
resource(struct session *s, const char *name, int64_t used, int64_t most,
    const char *before)
{
	output_format(&s->out, "%s%s %lld %lld", before, name,
	    (long long)used, (long long)most);
}

/* STORAGE is in units of 1024 octets (5.1). */
static void
send_quota(struct session *s, const struct quota *q)
{
	output_text(&s->out, "* QUOTA \"\" (");
	if (q->max_octets > 0)
		resource(s, "STORAGE", (q->octets + 1023) / 1024,
		    q->max_octets / 1024, "");
	if (q->max_messages > 0)
		resource(s, "MESSAGE", q->messages, q->max_messages,
		    q->max_octets > 0 ? " " : "");
	output_text(&s->out, ")\r\n");
}

void
cmd_getquota(struct session *s)
{
	struct reader *r = &s->reader;
	struct text root;
	struct quota q;

	if (!reader_space(r) || !reader_astring(r, &root) || !reader_end(r))
		return;
	if (root.n > 0) {
		reply_no(s, "[NONEXISTENT] No such quota root");
	} else if (quota_read(s->root, &q) == -1) {
		reply_errno(s, "Quota");
	} else {
		send_quota(s, &q);
		reply_ok(s, "Getquota completed");
	}
}

/* The mailbox need not exist (4.1.2). */
void
cmd_getquotaroot(struct session *s)
{
	struct buf *b = &s->scratch;
	char name[NAME_SIZE];
	struct quota q;
	bool named, limited;

	if (!reader_space(&s->reader))
		return;
	named = name_parse(s, name);
	if (!reader_end(&s->reader) || !named)
		return;
	buf_clear(b);
	if (quota_read(s->root, &q) == -1 ||
	    buf_text(b, "* QUOTAROOT ") == -1 ||
	    name_render(s, b, name) == -1) {
		reply_errno(s, "Quota");
		return;
	}
	limited = q.max_octets > 0 || q.max_messages > 0;
	output_bytes(&s->out, b->s, b->len);
	output_text(&s->out, limited ? " \"\"\r\n" : "\r\n");
	if (limited)
		send_quota(s, &q);
	reply_ok(s, "Getquotaroot completed");
}
