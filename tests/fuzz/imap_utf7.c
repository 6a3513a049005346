/*
 * imap_utf7.c - any octets as a mailbox name, in both spellings
 *
 * What is right in one spelling must come back the same from the other, and
 * hold nothing that no name may.
 *
 * fuzz: services/imapd/utf7.c
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "../../services/imapd/utf7.h"
#include "library.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check_clean(const char *s)
{
	for (; *s != '\0'; s++)
		assert((unsigned char)*s >= 0x20 && *s != 0x7f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char there[300], back[1000], small[8];
	struct text t = { (const char *)data, size }, u = { there, 0 };

	if (utf7_from_utf8(&t, there, sizeof there)) {
		u.n = strlen(there);
		assert(utf8_valid(&t) && utf7_ok(&u));
		check_clean(there);
		assert(utf7_to_utf8(&u, back, sizeof back));
		assert(strlen(back) == size && memcmp(back, data, size) == 0);
	}
	if (utf7_to_utf8(&t, there, sizeof there)) {
		u.n = strlen(there);
		assert(utf8_valid(&u));
		if (utf7_ok(&t)) {
			assert(utf7_from_utf8(&u, back, sizeof back));
			assert(strlen(back) == size &&
			    memcmp(back, data, size) == 0);
		}
	}
	(void)utf7_to_utf8(&t, small, sizeof small);
	(void)utf7_from_utf8(&t, small, sizeof small);
	return 0;
}
