/* kept.c - the header fields that clients ask for again and again */

#include <string.h>
#include <strings.h>

#include "imapd.h"
#include "mail/header.h"

static const char *const names[] = {
	"Bcc", "Cc", "Content-Description", "Content-Disposition",
	"Content-Language", "Content-Location", "Content-MD5",
	"Content-Transfer-Encoding", "Content-Type", "Date", "Delivered-To",
	"Disposition-Notification-To", "Followup-To", "From", "Importance",
	"In-Reply-To", "Lines", "List-Id", "List-Post", "List-Subscribe",
	"List-Unsubscribe", "Mail-Followup-To", "MIME-Version", "Message-ID",
	"Newsgroups", "Priority", "References", "Reply-To", "Resent-Date",
	"Resent-From", "Resent-Message-ID", "Resent-To", "Return-Path",
	"Sender", "Subject", "To", "X-Draft-Info", "X-Label", "X-Priority",
	"X-Status", "X-TUID",
};

bool
header_is_kept(const struct text *name)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strlen(names[i]) == name->n &&
		    strncasecmp(names[i], name->s, name->n) == 0)
			return true;
	return false;
}

/* Those of the header's fields, as they stand there. */
static void
keep(struct session *s, uint32_t uid, const struct text *header)
{
	const char *at = header->s, *end = at + header->n;
	struct buf b = { .limit = CACHE_RECORD_MAX };
	struct text t;
	struct field f;
	bool whole = true;

	while (whole && header_next(&at, end, &f)) {
		t = (struct text){ f.start, f.name_len };
		if (header_is_kept(&t))
			whole = buf_add(&b, f.start, f.len) == 0;
	}
	t = (struct text){ b.len == 0 ? "" : b.s, b.len };
	if (whole)
		cache_put(&s->cache, uid, CACHE_HEADER, &t);
	buf_free(&b);
}

int
load_header(struct session *s, struct mail *m, struct text *header)
{
	const struct part *top;
	bool loaded = s->loaded == m->uid;

	cache_open(&s->cache, &s->box);
	if (!loaded && cache_get(&s->cache, m->uid, CACHE_HEADER, header))
		return 0;
	if (load_message(s, m, false) == -1)
		return -1;
	top = &s->message.part[0];
	*header = (struct text){ s->message.text + top->header.at,
	    top->body.at - top->header.at };
	/* If it was loaded already, then perhaps by us. */
	if (!loaded)
		keep(s, m->uid, header);
	return 0;
}
