/* sortkey.c - read the keys from the headers */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mail/addresses.h"
#include "mail/date.h"
#include "mail/header.h"
#include "mail/words.h"
#include "search.h"
#include "sortkey.h"
#include "subject.h"

enum { TEXT_MAX = 65536 };	/* octets of a field that count */

/* The header of the message in hand. */
struct header {
	const char	*at, *end;
};

static bool
find(const struct header *h, const char *name, struct field *f)
{
	if (!header_find(h->at, h->end, name, f))
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

/* The first address's local part, or its name if display is set. */
static char *
address(const struct header *h, const char *name, bool display)
{
	const struct text none = { "", 0 };
	struct text t = none;
	struct addresses list;
	struct address a;
	struct field f;
	char *folded;

	if (!find(h, name, &f))
		return fold(&none);
	if (addresses_start(&list, &f) == -1)
		return NULL;
	if (addresses_next(&list, &a)) {
		t = a.kind == ADDRESS_GROUP || (display && a.name.n > 0) ?
		    a.name : a.local;
		if (t.s == NULL)
			t = none;
	}
	folded = fold(&t);
	addresses_end(&list);
	return folded;
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

static char *
subject(const struct header *h, bool *reply)
{
	struct text t = { "", 0 };
	struct field f;
	char *folded;

	if (find(h, "Subject", &f))
		t = (struct text){ f.value, f.value_len };
	folded = fold(&t);
	if (folded == NULL)
		return NULL;
	squeeze(folded);
	t = (struct text){ folded, strlen(folded) };
	*reply = subject_base(&t);
	memmove(folded, t.s, t.n);
	folded[t.n] = '\0';
	return folded;
}

/* The message ids <...> of a field, most at most, separated by blanks. */
static char *
ids(const struct header *h, const char *name, unsigned most)
{
	struct buf b = { .limit = TEXT_MAX };
	const char *p, *end, *close;
	struct field f;

	if (buf_text(&b, "") == -1 || !find(h, name, &f))
		return b.s;
	p = f.value;
	end = p + f.value_len;
	while (most-- > 0 &&
	    (p = memchr(p, '<', (size_t)(end - p))) != NULL &&
	    (close = memchr(p, '>', (size_t)(end - p))) != NULL) {
		if ((b.len > 0 && buf_text(&b, " ") == -1) ||
		    buf_add(&b, p, (size_t)(close + 1 - p)) == -1)
			break;
		p = close;
	}
	return b.s;
}

static int64_t
sent(const struct header *h, const struct mail *m)
{
	struct field f;
	struct date d;

	return find(h, "Date", &f) && date_parse(&d, f.value, f.value_len) ?
	    (int64_t)date_time(&d) : m->date;
}

/* False without memory. */
static bool
read_references(const struct header *h, struct sortkey *k)
{
	k->id = ids(h, "Message-ID", 1);
	k->references = ids(h, "References", TEXT_MAX);
	if (k->references != NULL && *k->references == '\0') {
		free(k->references);
		k->references = ids(h, "In-Reply-To", 1);
	}
	return k->id != NULL && k->references != NULL;
}

static bool
read_texts(const struct header *h, unsigned wanted, struct sortkey *k)
{
	bool display = (wanted & WANT_DISPLAY) != 0;

	if ((wanted & WANT_CC) != 0 &&
	    (k->cc = address(h, "Cc", false)) == NULL)
		return false;
	if ((wanted & WANT_FROM) != 0 &&
	    (k->from = address(h, "From", display)) == NULL)
		return false;
	if ((wanted & WANT_TO) != 0 &&
	    (k->to = address(h, "To", display)) == NULL)
		return false;
	if ((wanted & WANT_SUBJECT) != 0 &&
	    (k->subject = subject(h, &k->reply)) == NULL)
		return false;
	return (wanted & WANT_REFERENCES) == 0 || read_references(h, k);
}

static bool
read_key(struct session *s, unsigned wanted, struct sortkey *k)
{
	const unsigned texts = WANT_CC | WANT_FROM | WANT_TO | WANT_SUBJECT |
	    WANT_SENT | WANT_REFERENCES;
	struct mail *m = &s->box.msg[k->index];
	const struct part *top;
	struct header h;

	if ((wanted & (WANT_SENT | WANT_ARRIVAL)) != 0 &&
	    mail_stat(&s->box, m) == -1)
		return false;
	if ((wanted & WANT_SIZE) != 0 && mail_measure(&s->box, m) == -1)
		return false;
	k->arrival = m->date;
	k->size = m->wire;
	if ((wanted & texts) == 0)
		return true;
	if (load_message(s, m, false) == -1)
		return false;
	top = &s->message.part[0];
	h = (struct header){ s->message.text + top->header.at,
	    s->message.text + top->body.at };
	k->sent = sent(&h, m);
	return read_texts(&h, wanted, k);
}

static void
free_key(struct sortkey *k)
{
	free(k->cc);
	free(k->from);
	free(k->subject);
	free(k->to);
	free(k->id);
	free(k->references);
}

bool
sortkeys_read(struct session *s, const struct search *q, unsigned wanted,
    struct sortkeys *keys)
{
	struct sortkey *k;
	int match;

	keys->n = 0;
	keys->k = calloc(s->box.count + 1, sizeof *keys->k);
	if (keys->k == NULL)
		return false;
	for (size_t i = 0; i < s->box.count; i++) {
		if ((s->box.msg[i].state & MSG_GONE) != 0)
			continue;
		match = search_match(s, q, i);
		if (match == 0 || (match == -1 && errno == ENOENT))
			continue;
		k = &keys->k[keys->n];
		*k = (struct sortkey){ .index = i };
		if (match == 1 && read_key(s, wanted, k)) {
			keys->n++;
			continue;
		}
		free_key(k);
		if (errno != ENOENT)
			return false;
	}
	return true;
}

void
sortkeys_free(struct sortkeys *keys)
{
	for (size_t i = 0; i < keys->n; i++)
		free_key(&keys->k[i]);
	free(keys->k);
	*keys = (struct sortkeys){ NULL, 0 };
}
