/*
 * catenate.c - CATENATE (TEXT {3}... URL "/INBOX/;UID=1") (RFC 4469)
 */

#include <errno.h>
#include <string.h>

#include "append.h"
#include "mail/wire.h"
#include "section.h"
#include "url.h"
#include "utf7.h"

enum { SHOWN = 400 };		/* octets of a URL in a response code */

/* The section of a URL is read like one in FETCH. */
static struct reader section_reader;
static struct section_names section_names;

static bool
parse_section(const char *text, struct section *sec)
{
	struct reader *r = &section_reader;
	size_t n = strlen(text);

	if (n == 0) {
		*sec = (struct section){ .what = SECTION_ALL };
		return true;
	}
	reader_init(r, NULL, NULL, READER_SIZE);
	memcpy(r->text, text, n);
	/* Also keeps the reader from taking a literal for one. */
	r->text[n] = ']';
	r->len = n + 1;
	section_names.n = 0;
	if (!section_parse(r, sec, &section_names) || r->at != r->len)
		return false;
	sec->kept = false;	/* that is about the selected mailbox */
	return true;
}

/* RFC 4469 4.1; what cannot stand in a response code is shown as `?`. */
static void
bad_url(struct session *s, const struct text *t)
{
	char shown[SHOWN + 1];
	size_t n = t->n < SHOWN ? t->n : SHOWN;

	for (size_t i = 0; i < n; i++)
		shown[i] = t->s[i] <= ' ' || t->s[i] >= 0x7f ||
		    strchr("\"\\]", t->s[i]) != NULL ? '?' : t->s[i];
	shown[n] = '\0';
	reply_no(s, "[BADURL \"%s\"] No such message or part", shown);
}

/* That of the URL before: the next one is most often in the same mailbox. */
static struct {
	bool		 open;
	char		 name[NAME_SIZE];
	struct mailbox	 box;
} source;

static void
close_source(void)
{
	if (source.open)
		mailbox_close(&source.box);
	source.open = false;
}

/* False if it cannot be a mailbox's. */
static bool
source_name(const struct session *s, const struct url *u,
    char name[NAME_SIZE])
{
	struct text t = { u->mailbox, strlen(u->mailbox) };
	char utf7[SPELLING_SIZE];

	if (t.n == 0 && s->state == SELECTED) {
		strcpy(name, s->box_name);
		return true;
	}
	/* RFC 5092 5: URLs are in UTF-8, whatever is enabled. */
	if (!utf7_from_utf8(&t, utf7, sizeof utf7))
		return false;
	t = (struct text){ utf7, strlen(utf7) };
	return name_on_disk(&t, name);
}

/* The mailbox of a URL, synced when it was opened; NULL: it is not there. */
static struct mailbox *
open_source(const struct session *s, const struct url *u)
{
	char name[NAME_SIZE], dir[MAILDIR_NAME_SIZE];
	struct mailbox_news news;

	if (!source_name(s, u, name))
		return NULL;
	if (!source.open || strcmp(name, source.name) != 0) {
		close_source();
		if (folder_dir(dir, name) == -1 || mailbox_open(&source.box,
		    s->root, dir, MAILBOX_READ) == -1)
			return NULL;
		source.open = true;
		strcpy(source.name, name);
		if (mailbox_sync(&source.box, &news) == -1) {
			close_source();
			return NULL;
		}
	}
	return u->uidvalidity == 0 ||
	    u->uidvalidity == source.box.uidvalidity ? &source.box : NULL;
}

/* Load the message of a URL, and find its section. */
static bool
find_text(struct session *s, const struct url *u, const struct section *sec,
    struct text *t)
{
	struct mailbox *box = open_source(s, u);
	size_t i;

	if (box == NULL)
		return false;
	i = mailbox_find_uid(box, u->uid);
	if (i == box->count || box->msg[i].uid != u->uid ||
	    load_from(s, box, &box->msg[i], section_is_deep(sec)) == -1)
		return false;
	*t = section_text(s, sec);
	return t->s != NULL;
}

/* count octets of the wire form, from skip on.  0, or -1 with errno set. */
static int
write_part(struct append *a, const struct text *t, uint64_t skip,
    uint64_t count)
{
	char block[4096];
	size_t n = 0;
	char before = '\0';

	for (size_t i = 0; i < t->n && count > 0; before = t->s[i++])
		for (int cr = t->s[i] == '\n' && before != '\r'; cr >= 0 &&
		    count > 0; cr--) {
			if (skip > 0) {
				skip--;
				continue;
			}
			block[n++] = cr == 1 ? '\r' : t->s[i];
			count--;
			if (n < sizeof block)
				continue;
			if (append_write(a, block, n) == -1)
				return -1;
			n = 0;
		}
	return append_write(a, block, n);
}

/* False after a failure that has been told. */
static bool
take_url(struct session *s, struct append *a)
{
	struct section sec;
	struct text t, found;
	struct url u;

	if (!reader_space(&s->reader) || !reader_astring(&s->reader, &t))
		return false;
	if (!url_parse(&u, &t) || !parse_section(u.section, &sec) ||
	    !find_text(s, &u, &sec, &found)) {
		bad_url(s, &t);
		return false;
	}
	if ((u.partial ? write_part(a, &found, u.skip, u.count) :
	    append_write(a, found.s, found.n)) == -1) {
		reply_errno(s, "Append");
		return false;
	}
	return true;
}

static bool
take_all(struct session *s, struct append *a)
{
	struct reader *r = &s->reader;
	struct text word;
	bool taken;

	if (!reader_space(r) || !reader_char(r, '('))
		return false;
	do {
		if (!reader_word(r, &word))
			return false;
		if (text_is(&word, "URL"))
			taken = take_url(s, a);
		else if (text_is(&word, "TEXT"))
			taken = reader_space(r) && append_take(s, a);
		else if (text_is(&word, "UTF8"))
			taken = append_take_utf8(s, a);
		else
			return reader_fail(r, "TEXT or URL expected");
		if (taken && a->wire > (int64_t)UINT32_MAX) {
			reply_no(s, "[TOOBIG] Message too large");
			taken = false;
		}
	} while (taken && reader_try(r, ' '));
	return taken && reader_char(r, ')');
}

bool
catenate_take(struct session *s, struct append *a)
{
	bool taken = take_all(s, a);

	close_source();
	return taken;
}
