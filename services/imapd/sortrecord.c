/*
 * sortrecord.c - a header made ready to be sorted
 *
 * A record is what can be computed of a header once and for all: when it was
 * sent, then texts that are closed by NUL each, decoded and without case.
 */

#include <string.h>

#include "mail/addresses.h"
#include "mail/date.h"
#include "mail/header.h"
#include "mail/words.h"
#include "sortkey.h"
#include "subject.h"

enum { TEXT_MAX = 65536 };	/* octets of a field that count */

struct head {
	int64_t		sent;
	uint8_t		dated, reply;
	uint8_t		zero[6];
};

/* In this order. */
enum { SUBJECT, FROM, TO, CC, FROM_NAME, TO_NAME, TEXTS };

/* The fields that a record is made of. */
enum { DATE_FIELD, SUBJECT_FIELD, FROM_FIELD, TO_FIELD, CC_FIELD, FIELDS };

/* The first of each, in one go; name_len 0 where there is none. */
static void
gather(const struct text *h, struct field found[FIELDS])
{
	static const struct text names[FIELDS] = { { "Date", 4 },
	    { "Subject", 7 }, { "From", 4 }, { "To", 2 }, { "Cc", 2 } };
	const char *at = h->s, *end = h->s + h->n;
	struct field f;
	int missing = FIELDS;

	for (int i = 0; i < FIELDS; i++)
		found[i] = (struct field){ .name_len = 0 };
	while (missing > 0 && header_next(&at, end, &f))
		for (int i = 0; i < FIELDS; i++)
			if (found[i].name_len == 0 &&
			    field_is(&f, names[i].s, names[i].n)) {
				if (f.value_len > TEXT_MAX)
					f.value_len = TEXT_MAX;
				found[i] = f;
				missing--;
			}
}

/* Decoded and without case, and a NUL; one within it is its end. */
static int
add_folded(struct buf *b, const struct text *t)
{
	size_t from = b->len;

	if (words_fold(b, t) == -1 || buf_text(b, "") == -1)
		return -1;
	b->len = from + strlen(b->s + from);
	return buf_add(b, "", 1);
}

/*
 * What an address is sorted by: of the first the local part, or with display
 * the name, if there is one.
 */
static struct text
shown(const struct address *a, bool display)
{
	const struct text *t = a->kind == ADDRESS_GROUP ||
	    (display && a->name.n > 0) ? &a->name : &a->local;

	return t->s == NULL ? (struct text){ "", 0 } : *t;
}

/* Both of a field's first address; display NULL: only the local part. */
static int
add_address(struct buf *b, const struct field *f, struct buf *display)
{
	struct text t = { "", 0 }, name = t;
	struct addresses list;
	struct address a;
	int status;

	if (f->name_len == 0)
		return buf_add(b, "", 1) == -1 || (display != NULL &&
		    buf_add(display, "", 1) == -1) ? -1 : 0;
	if (addresses_start(&list, f) == -1)
		return -1;
	if (addresses_next(&list, &a)) {
		t = shown(&a, false);
		name = shown(&a, true);
	}
	status = add_folded(b, &t);
	if (status == 0 && display != NULL)
		status = add_folded(display, &name);
	addresses_end(&list);
	return status;
}

/* Blanks and line ends, whatever their number, become one blank. */
static void
squeeze(char *s)
{
	char *to = s;
	bool blank = true;

	for (; *s != '\0'; s++) {
		if (*s != ' ' && *s != '\t' && *s != '\r' && *s != '\n') {
			*to++ = *s;
			blank = false;
		} else if (!blank) {
			*to++ = ' ';
			blank = true;
		}
	}
	*to = '\0';
}

static int
add_subject(struct buf *b, const struct field *f, uint8_t *reply)
{
	struct text t = { "", 0 };
	size_t from = b->len;
	char *folded;

	if (f->name_len > 0)
		t = (struct text){ f->value, f->value_len };
	if (add_folded(b, &t) == -1)
		return -1;
	folded = b->s + from;
	squeeze(folded);
	t = (struct text){ folded, strlen(folded) };
	*reply = subject_base(&t);
	memmove(folded, t.s, t.n);
	b->len = from + t.n;
	return buf_add(b, "", 1);
}

int
sortrecord_render(struct buf *b, const struct text *h)
{
	struct buf names = { .limit = (size_t)TEXT_MAX * 16 };
	struct field f[FIELDS];
	struct head head = { 0 };
	struct date d;
	int status;

	buf_clear(b);
	gather(h, f);
	head.dated = f[DATE_FIELD].name_len > 0 &&
	    date_parse(&d, f[DATE_FIELD].value, f[DATE_FIELD].value_len);
	if (head.dated)
		head.sent = (int64_t)date_time(&d);
	status = buf_add(b, &head, sizeof head) == -1 ||
	    add_subject(b, &f[SUBJECT_FIELD], &head.reply) == -1 ||
	    add_address(b, &f[FROM_FIELD], &names) == -1 ||
	    add_address(b, &f[TO_FIELD], &names) == -1 ||
	    add_address(b, &f[CC_FIELD], NULL) == -1 ||
	    buf_add(b, names.s, names.len) == -1 ? -1 : 0;
	buf_free(&names);
	if (status == 0)
		memcpy(b->s, &head, sizeof head);
	return status;
}

/* Take n texts of a record apart. */
static bool
split(const char *p, const char *end, const char *text[], int n)
{
	for (int i = 0; i < n; i++) {
		text[i] = p;
		p = memchr(p, '\0', (size_t)(end - p));
		if (p == NULL)
			return false;
		p++;
	}
	return p == end;
}

bool
sortrecord_parse(const struct text *t, unsigned wanted, struct sortkey *k,
    bool *dated)
{
	bool display = (wanted & WANT_DISPLAY) != 0;
	const char *text[TEXTS];
	struct head head;

	if (t->n < sizeof head ||
	    !split(t->s + sizeof head, t->s + t->n, text, TEXTS))
		return false;
	memcpy(&head, t->s, sizeof head);
	*dated = head.dated != 0;
	k->sent = head.sent;
	k->reply = head.reply != 0;
	k->subject = text[SUBJECT];
	k->from = text[display ? FROM_NAME : FROM];
	k->to = text[display ? TO_NAME : TO];
	k->cc = text[CC];
	return true;
}

/* The message ids <...> of a field, most at most, separated by blanks. */
static int
add_ids(struct buf *b, const struct text *h, const char *name, unsigned most)
{
	const char *p, *end, *close;
	size_t start = b->len;
	struct field f;

	if (header_find(h->s, h->s + h->n, name, &f)) {
		p = f.value;
		end = p + (f.value_len < TEXT_MAX ? f.value_len : TEXT_MAX);
		while (most-- > 0 &&
		    (p = memchr(p, '<', (size_t)(end - p))) != NULL &&
		    (close = memchr(p, '>', (size_t)(end - p))) != NULL &&
		    memchr(p, '\0', (size_t)(close - p)) == NULL) {
			if ((b->len > start && buf_text(b, " ") == -1) ||
			    buf_add(b, p, (size_t)(close + 1 - p)) == -1)
				return -1;
			p = close;
		}
	}
	return buf_add(b, "", 1);
}

int
threadrecord_render(struct buf *b, const struct text *h)
{
	size_t at;

	buf_clear(b);
	if (add_ids(b, h, "Message-ID", 1) == -1)
		return -1;
	at = b->len;
	if (add_ids(b, h, "References", TEXT_MAX) == -1)
		return -1;
	if (b->len > at + 1)
		return 0;
	b->len = at;
	return add_ids(b, h, "In-Reply-To", 1);
}

bool
threadrecord_parse(const struct text *t, struct sortkey *k)
{
	const char *text[2];

	if (!split(t->s, t->s + t->n, text, 2))
		return false;
	k->id = text[0];
	k->references = text[1];
	return true;
}
