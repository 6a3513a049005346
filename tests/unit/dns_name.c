/* dns_name.c - names: text, wire, order, and the readers' refusals */

#include <string.h>

#include "check.h"
#include "dns/name.h"

/* The name as it comes back from its text, or what is wrong with it. */
static const char *
there_and_back(const char *text)
{
	static char out[DNS_NAME_TEXT];
	struct name origin, name;
	const char *error;

	name_from_text(&origin, "o.", 2, NULL);
	error = name_from_text(&name, text, strlen(text), &origin);
	return error != NULL ? error : name_to_text(out, name.wire);
}

static void
text(void)
{
	char label[80], name[300] = "";

	CHECK_TEXT(there_and_back("a.b."), "a.b.");
	CHECK_TEXT(there_and_back("a"), "a.o.");
	CHECK_TEXT(there_and_back("@"), "o.");
	CHECK_TEXT(there_and_back("\\@"), "\\@.o.");
	CHECK_TEXT(there_and_back("."), ".");
	CHECK_TEXT(there_and_back("a\\.b.c."), "a\\.b.c.");
	CHECK_TEXT(there_and_back("\\000\\255\\010."), "\\000\\255\\010.");
	CHECK_TEXT(there_and_back("\\065."), "A.");
	CHECK_TEXT(there_and_back("a b."), "a\\032b.");
	CHECK_TEXT(there_and_back("a..b"), "empty label in a name");
	CHECK_TEXT(there_and_back(".a"), "empty label in a name");
	CHECK_TEXT(there_and_back("\\256"), "bad escape in a name");
	CHECK_TEXT(there_and_back("\\25"), "bad escape in a name");
	CHECK_TEXT(there_and_back("a\\"), "bad escape in a name");
	CHECK_TEXT(there_and_back(""), "empty name");
	memset(label, 'x', 64);
	label[63] = '\0';
	CHECK(strlen(there_and_back(label)) == 66);
	label[63] = 'x';
	label[64] = '\0';
	CHECK_TEXT(there_and_back(label), "label longer than 63 octets");
	for (int i = 0; i < 127; i++)
		strcat(name, "a.");
	CHECK(strlen(there_and_back(name)) == 254);
	strcat(name, "a.");
	CHECK_TEXT(there_and_back(name), "name longer than 255 octets");
}

/* RFC 4034 6.1's own example, in order. */
static void
order(void)
{
	static const char *const names[] = { "example.", "a.example.",
	    "yljkjljk.a.example.", "Z.a.example.", "zABC.a.EXAMPLE.",
	    "z.example.", "\\001.z.example.", "*.z.example.",
	    "\\200.z.example." };
	struct name a, b;

	for (size_t i = 0; i < 9; i++)
		for (size_t j = 0; j < 9; j++) {
			int d;

			name_from_text(&a, names[i], strlen(names[i]), NULL);
			name_from_text(&b, names[j], strlen(names[j]), NULL);
			d = name_compare(a.wire, b.wire);
			CHECK(i < j ? d < 0 : i > j ? d > 0 : d == 0);
			CHECK(name_equal(a.wire, b.wire) == (i == j));
		}
}

static size_t
unpack(const char *message, size_t size, size_t at)
{
	struct name n;

	return name_unpack(&n, (const uint8_t *)message, size, at);
}

static void
wire(void)
{
	CHECK(unpack("\1a\0", 3, 0) == 3);
	CHECK(unpack("\1a\0\1b\xc0\0", 7, 3) == 4);
	CHECK(unpack("\xc0\0", 2, 0) == 0);		/* itself */
	CHECK(unpack("\xc0\2\xc0\0", 4, 2) == 0);	/* a ring */
	CHECK(unpack("\xc0\2\0", 3, 0) == 0);		/* forward */
	CHECK(unpack("\1a", 2, 0) == 0);
	CHECK(unpack("\2a\0", 3, 0) == 0);
	CHECK(unpack("\x40\0", 2, 0) == 0);
	CHECK(unpack("\x80\0", 2, 0) == 0);
	CHECK(unpack("\xc0", 1, 0) == 0);
	CHECK(unpack("", 0, 0) == 0);
	CHECK(name_length((const uint8_t *)"\1a\0x", 4) == 3);
	CHECK(name_length((const uint8_t *)"\1a\xc0\0", 4) == 0);
}

/* Pointers to pointers, as many as go into a message: not one by one. */
static void
chain(void)
{
	static char message[16384];
	size_t at = 1;

	message[0] = '\0';
	for (; at + 2 <= sizeof message; at += 2) {
		size_t to = at == 1 ? 0 : at - 2;

		message[at] = (char)(0xc0 | to >> 8);
		message[at + 1] = (char)to;
	}
	CHECK(unpack(message, at, 1) == 2);
	CHECK(unpack(message, at, 1 + 2 * DNS_LABELS_MAX) == 2);
	CHECK(unpack(message, at, 1 + 2 * (DNS_LABELS_MAX + 1)) == 0);
	CHECK(unpack(message, at, at - 2) == 0);
}

/* The two ways of hashing agree, whatever the case and the length. */
static void
key(void)
{
	struct name name;
	struct name_key key, lower;
	char t[80];

	for (unsigned len = 1; len <= 63; len++) {
		memset(t, 'Q', len);
		strcpy(t + len, ".Edu.");
		name_from_text(&name, t, strlen(t), NULL);
		name_key(&key, name.wire, name.len);
		CHECK(key.labels == 2 && key.at[1] == len + 1);
		CHECK(key.hash[0] == name_hash(key.hash[1], name.wire));
		CHECK(key.hash[1] == name_hash(NAME_HASH_ROOT,
		    name.wire + len + 1));
		name_lower(&name);
		name_key(&lower, name.wire, name.len);
		CHECK(memcmp(lower.wire, key.wire, key.len) == 0);
		CHECK(lower.hash[0] == key.hash[0]);
	}
}

int
main(void)
{
	text();
	order();
	wire();
	chain();
	key();
	return check_end("dns_name");
}
