/* text.c - record data as people read it */

#include <stdio.h>
#include <string.h>

#include "address.h"
#include "dns/rdata.h"
#include "message.h"
#include "text.h"

static bool
is_plain(const struct type *row)
{
	return row != NULL && strspn(row->fields, "nN124tasSA") ==
	    strlen(row->fields);
}

/* A character string, in quotes; what would end or forge it as \DDD. */
static size_t
put_string(char *text, size_t room, const uint8_t *p)
{
	size_t used = 0;

	for (unsigned i = 0; i <= *p + 1U && used + 6 < room; i++) {
		uint8_t c = i == 0 || i == *p + 1U ? '"' : p[i];
		bool quote = i == 0 || i == *p + 1U;

		if (!quote && (c < ' ' || c > '~' || c == '"' || c == '\\'))
			used += (size_t)sprintf(text + used, "\\%03u", c);
		else
			text[used++] = (char)c;
	}
	text[used] = '\0';
	return used;
}

/* One field; the characters it took. */
static size_t
put_field(char *text, size_t room, char field, const uint8_t *p)
{
	char name[DNS_NAME_TEXT], ip[ADDRESS_TEXT];
	struct address a;
	uint32_t number = 0;

	switch (field) {
	case 'n': case 'N':
		snprintf(text, room, "%s", name_to_text(name, p));
		break;
	case 'a': case 'A':
		address_set(&a, p, field == 'a' ? 4 : 16, 0);
		snprintf(text, room, "%s", address_text(ip, &a));
		break;
	case 's': case 'S':
		return put_string(text, room, p);
	default:
		number = field == '1' ? p[0] : field == '2' ? get16(p) :
		    get32(p);
		snprintf(text, room, "%lu", (unsigned long)number);
		break;
	}
	return strlen(text);
}

static char *
put_generic(char *text, const uint8_t *p, size_t len)
{
	size_t used = (size_t)sprintf(text, "\\# %zu ", len);

	for (size_t i = 0; i < len && used + 3 < RDATA_TEXT; i++)
		used += (size_t)sprintf(text + used, "%02x", p[i]);
	return text;
}

char *
rdata_text(char text[RDATA_TEXT], uint16_t type, const uint8_t *p, size_t len)
{
	const struct type *row = type_of(type);
	const char *f;
	size_t used = 0;

	if (!is_plain(row) || !rdata_valid(type, p, len))
		return put_generic(text, p, len);
	for (f = row->fields; *f != '\0' && len > 0; ) {
		char field = (char)(*f == 'S' ? 's' : *f);
		size_t n = (size_t)rdata_field(field, p, len);

		if (used > 0 && used + 1 < RDATA_TEXT)
			text[used++] = ' ';
		used += put_field(text + used, RDATA_TEXT - used, field, p);
		p += n;
		len -= n;
		f += *f != 'S';
	}
	text[used] = '\0';
	return text;
}
