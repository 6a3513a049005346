/* stub_text.c - TXT records (RFC 1035 3.3.14), each as one text */

#include <string.h>

#include "dns/name.h"
#include "dns/stub.h"
#include "dns/type.h"

struct text_list {
	struct stub_text *list;
	size_t		 *n;
};

/* Strings with an octet of length in front of each. */
static int
add_text(void *to, const uint8_t *message, size_t size, size_t at, size_t len)
{
	struct text_list *l = to;
	const uint8_t *p = message + at, *end = p + len;
	size_t used = 0, n;
	char *text;

	(void)size;
	if (*l->n == STUB_TEXT_MAX)
		return 0;
	text = l->list[(*l->n)++].text;
	for (; p < end; p += 1 + p[0]) {
		if (p[0] >= end - p)
			return -1;
		n = p[0] < STUB_TEXT_SIZE - 1 - used ? p[0] :
		    STUB_TEXT_SIZE - 1 - used;
		memcpy(text + used, p + 1, n);
		used += n;
	}
	text[used] = '\0';
	return 0;
}

enum stub_end
stub_text(const struct stub *s, const char *name,
    struct stub_text list[STUB_TEXT_MAX], size_t *n)
{
	return stub_resolve(s, name, TYPE_TXT, add_text,
	    &(struct text_list){ list, n }, n);
}
