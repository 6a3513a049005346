/*
 * sortrecord.c - a header made ready to be sorted
 *
 * A record is what can be computed of a header once and for all: when it was
 * sent, then texts that are closed by NUL each, decoded and without case.
 */

#include <stdlib.h>
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

static bool
find(const struct text *h, const char *name, struct field *f)
{
	if (!header_find(h->s, h->s + h->n, name, f))
		return false;
	if (f->value_len > TEXT_MAX)
		f->value_len = TEXT_MAX;
	return true;
}

/* Decoded and without case; NULL without memory. */
static char *
fold(const struct text *t)
{
	struct buf b = { .limit = (size_t)TEXT_MAX * 4 };

	if (words_fold(&b, t) == -1 || buf_text(&b, "") == -1) {
		buf_free(&b);
		return NULL;
	}
	return b.s;
}

/* Add what fold() made, and free it. */
static int
add_folded(struct buf *b, char *folded)
{
	int status = folded == NULL ? -1 :
	    buf_add(b, folded, strlen(folded) + 1);

	free(folded);
	return status;
}

/* The first address's local part, or its name if display is set. */
static int
add_address(struct buf *b, const struct text *h, const char *name,
    bool display)
{
	const struct text none = { "", 0 };
	struct text t = none;
	struct addresses list;
	struct address a;
	struct field f;
	int status;

	if (!find(h, name, &f))
		return buf_add(b, "", 1);
	if (addresses_start(&list, &f) == -1)
		return -1;
	if (addresses_next(&list, &a)) {
		t = a.kind == ADDRESS_GROUP || (display && a.name.n > 0) ?
		    a.name : a.local;
		if (t.s == NULL)
			t = none;
	}
	status = add_folded(b, fold(&t));
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
add_subject(struct buf *b, const struct text *h, uint8_t *reply)
{
	struct text t = { "", 0 };
	struct field f;
	char *folded;

	if (find(h, "Subject", &f))
		t = (struct text){ f.value, f.value_len };
	folded = fold(&t);
	if (folded == NULL)
		return -1;
	squeeze(folded);
	t = (struct text){ folded, strlen(folded) };
	*reply = subject_base(&t);
	memmove(folded, t.s, t.n);
	folded[t.n] = '\0';
	return add_folded(b, folded);
}

int
sortrecord_render(struct buf *b, const struct text *h)
{
	struct head head = { 0 };
	struct field f;
	struct date d;

	buf_clear(b);
	head.dated = find(h, "Date", &f) &&
	    date_parse(&d, f.value, f.value_len);
	if (head.dated)
		head.sent = (int64_t)date_time(&d);
	if (buf_add(b, &head, sizeof head) == -1 ||
	    add_subject(b, h, &head.reply) == -1 ||
	    add_address(b, h, "From", false) == -1 ||
	    add_address(b, h, "To", false) == -1 ||
	    add_address(b, h, "Cc", false) == -1 ||
	    add_address(b, h, "From", true) == -1 ||
	    add_address(b, h, "To", true) == -1)
		return -1;
	memcpy(b->s, &head, sizeof head);
	return 0;
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

	if (find(h, name, &f)) {
		p = f.value;
		end = p + f.value_len;
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
