/* search_match.c - does a message match? */

#include <string.h>
#include <time.h>

#include "mail/date.h"
#include "mail/header.h"
#include "objectid.h"
#include "search.h"

static int	match_list(struct session *, const struct search *,
		    unsigned list, size_t index);

/* A day against BEFORE, ON, SINCE or one of their sisters. */
static int
match_day(const struct key *k, const struct date *d, enum key_kind before,
    enum key_kind on)
{
	long day = date_days(d), wanted = (long)k->number;

	return k->kind == before ? day < wanted : k->kind == on ?
	    day == wanted : day >= wanted;
}

/* The day it was put in; where that is not known, of arrival (RFC 8514). */
static int
match_saved(struct session *s, const struct key *k, struct mail *m)
{
	struct date d;
	time_t date;

	if (!savedate_of(m, &date)) {
		if (mail_stat(&s->box, m) == -1)
			return -1;
		date = (time_t)m->date;
	}
	date_local(&d, date);
	return match_day(k, &d, KEY_SAVEDBEFORE, KEY_SAVEDON);
}

/* The day of arrival as INTERNALDATE shows it. */
static int
match_arrival(struct session *s, const struct key *k, struct mail *m)
{
	struct date d;

	if (mail_stat(&s->box, m) == -1)
		return -1;
	if (k->kind == KEY_OLDER)
		return m->date <= time(NULL) - (int64_t)k->number;
	if (k->kind == KEY_YOUNGER)
		return m->date >= time(NULL) - (int64_t)k->number;
	date_local(&d, (time_t)m->date);
	return match_day(k, &d, KEY_BEFORE, KEY_ON);
}

static int
match_size(struct session *s, const struct key *k, struct mail *m)
{
	if (mail_measure(&s->box, m) == -1)
		return -1;
	return k->kind == KEY_LARGER ? (uint64_t)m->wire > k->number :
	    (uint64_t)m->wire < k->number;
}

/* The day in the Date field; without a date in it nothing matches. */
static int
match_sent(const struct text *header, const struct key *k)
{
	struct field f;
	struct date d;

	if (!header_find(header->s, header->s + header->n, "Date", &f) ||
	    !date_parse(&d, f.value, f.value_len))
		return 0;
	return match_day(k, &d, KEY_SENTBEFORE, KEY_SENTON);
}

/* Keys that look into the header: that in the cache will often do. */
static int
match_header(struct session *s, const struct key *k, struct mail *m)
{
	const struct part *top;
	struct text header;

	if (k->kind != KEY_HEADER || k->kept) {
		if (load_header(s, m, &header) == -1)
			return -1;
	} else {
		if (load_message(s, m, false) == -1)
			return -1;
		top = &s->message.part[0];
		header = (struct text){ s->message.text + top->header.at,
		    top->body.at - top->header.at };
	}
	return k->kind != KEY_HEADER ? match_sent(&header, k) :
	    text_in_header(header.s, header.s + header.n, &k->name,
	    &k->needle);
}

/* Ids have case (RFC 8474 7). */
static int
match_id(struct session *s, const struct key *k, struct mail *m)
{
	char thread[OBJECTID_SIZE];
	struct text id;

	if (k->kind == KEY_THREADID)
		return objectid_thread(s, m, thread) == -1 ? -1 :
		    strlen(thread) == k->name.n &&
		    memcmp(thread, k->name.s, k->name.n) == 0;
	if (objectid_get(s, m, &id) == -1)
		return -1;
	return id.n == k->name.n + 2 &&
	    memcmp(id.s + 1, k->name.s, k->name.n) == 0;
}

/* Keys that look into the message. */
static int
match_text(struct session *s, const struct key *k, struct mail *m)
{
	if (k->kind != KEY_BODY && k->kind != KEY_TEXT)
		return match_header(s, k, m);
	if (load_message(s, m, true) == -1)
		return -1;
	return text_in_message(&s->message, &k->needle, k->kind == KEY_TEXT);
}

static int
match_or(struct session *s, const struct search *q, const struct key *k,
    size_t index)
{
	unsigned first = k->child, second = k->other;
	int one;

	if (q->key[second].cost < q->key[first].cost) {
		first = k->other;
		second = k->child;
	}
	one = match_list(s, q, first, index);
	return one != 0 ? one : match_list(s, q, second, index);
}

/* Any but KEY_FLAG, which is match_list()'s own. */
static int
match_key(struct session *s, const struct search *q, const struct key *k,
    size_t index)
{
	struct mail *m = &s->box.msg[index];
	bool recent = (m->state & MSG_RECENT) != 0;

	switch (k->kind) {
	case KEY_ALL:
		return 1;
	case KEY_KEYWORD:
		return (m->keywords & k->number) != 0;
	case KEY_RECENT:
		return recent;
	case KEY_NEW:
		return recent && (m->flags & FLAG_SEEN) == 0;
	case KEY_UID:
		return sequence_has(&k->set, m->uid);
	case KEY_NUMBER:
		return sequence_has(&k->set, (uint32_t)(index + 1));
	case KEY_BEFORE:
	case KEY_ON:
	case KEY_SINCE:
	case KEY_OLDER:
	case KEY_YOUNGER:
		return match_arrival(s, k, m);
	case KEY_SAVEDBEFORE:
	case KEY_SAVEDON:
	case KEY_SAVEDSINCE:
		return match_saved(s, k, m);
	case KEY_MODSEQ:
		return mail_modseq(&s->box, m) >= k->number;
	case KEY_EMAILID:
	case KEY_THREADID:
		return match_id(s, k, m);
	case KEY_LARGER:
	case KEY_SMALLER:
		return match_size(s, k, m);
	case KEY_OR:
		return match_or(s, q, k, index);
	case KEY_LIST:
		return match_list(s, q, k->child, index);
	default:
		return match_text(s, k, m);
	}
}

static int
match_list(struct session *s, const struct search *q, unsigned list,
    size_t index)
{
	const struct key *k;
	int match;

	for (; list != 0; list = k->next) {
		k = &q->key[list];
		/* The most common one, and the quickest. */
		match = k->kind == KEY_FLAG ?
		    (s->box.msg[index].flags & k->number) != 0 :
		    match_key(s, q, k, index);
		if (match == -1)
			return -1;
		if ((match != 0) == k->not)
			return 0;
	}
	return 1;
}

int
search_match(struct session *s, const struct search *q, size_t index)
{
	return match_list(s, q, q->key[0].child, index);
}
