/* type.c - the table of record types */

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "dns/type.h"

static const struct type types[] = {
	{ "A",		1,	"a" },
	{ "NS",		2,	"n" },
	{ "MD",		3,	"n" },
	{ "MF",		4,	"n" },
	{ "CNAME",	5,	"n" },
	{ "SOA",	6,	"nn4tttt" },
	{ "MB",		7,	"n" },
	{ "MG",		8,	"n" },
	{ "MR",		9,	"n" },
	{ "PTR",	12,	"n" },
	{ "HINFO",	13,	"ss" },
	{ "MINFO",	14,	"nn" },
	{ "MX",		15,	"2n" },
	{ "TXT",	16,	"S" },
	{ "RP",		17,	"NN" },
	{ "AFSDB",	18,	"2N" },
	{ "X25",	19,	"s" },
	{ "ISDN",	20,	"S" },
	{ "RT",		21,	"2N" },
	{ "PX",		26,	"2NN" },
	{ "GPOS",	27,	"sss" },
	{ "AAAA",	28,	"A" },
	{ "LOC",	29,	"l" },
	{ "SRV",	33,	"222N" },
	{ "NAPTR",	35,	"22sssN" },
	{ "KX",		36,	"2N" },
	{ "CERT",	37,	"C2gb" },
	{ "DNAME",	39,	"N" },
	{ "DS",		43,	"2g1h" },
	{ "SSHFP",	44,	"11h" },
	{ "RRSIG",	46,	"Tg1tmm2Nb" },
	{ "NSEC",	47,	"Nw" },
	{ "DNSKEY",	48,	"21gb" },
	{ "DHCID",	49,	"b" },
	{ "NSEC3",	50,	"112xXw" },
	{ "NSEC3PARAM",	51,	"112x" },
	{ "TLSA",	52,	"111h" },
	{ "SMIMEA",	53,	"111h" },
	{ "CDS",	59,	"2g1h" },
	{ "CDNSKEY",	60,	"21gb" },
	{ "OPENPGPKEY",	61,	"b" },
	{ "CSYNC",	62,	"42w" },
	{ "ZONEMD",	63,	"411h" },
	{ "SVCB",	64,	"2Np" },
	{ "HTTPS",	65,	"2Np" },
	{ "SPF",	99,	"S" },
	{ "NID",	104,	"2I" },
	{ "L32",	105,	"2a" },
	{ "L64",	106,	"2I" },
	{ "LP",		107,	"2N" },
	{ "EUI48",	108,	"e" },
	{ "EUI64",	109,	"E" },
	{ "URI",	256,	"22q" },
	{ "CAA",	257,	"1cq" },
	{ "DLV",	32769,	"2g1h" },
};

enum { TYPES = sizeof types / sizeof *types };

const struct type *
type_of(uint16_t number)
{
	size_t low = 0, high = TYPES;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (types[mid].number == number)
			return &types[mid];
		if (types[mid].number < number)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

/* WORDnnn, nnn up to 65535; -1 if it is not that. */
static int
numbered(const char *text, size_t len, const char *word)
{
	size_t n = strlen(word);
	int value = 0;

	if (len <= n || len > n + 5 || strncasecmp(text, word, n) != 0)
		return -1;
	for (; n < len; n++) {
		if (text[n] < '0' || text[n] > '9')
			return -1;
		value = value * 10 + text[n] - '0';
	}
	return value <= 65535 ? value : -1;
}

int
type_number(const char *text, size_t len)
{
	for (size_t i = 0; i < TYPES; i++)
		if ((text[0] | 32) == (types[i].name[0] | 32) &&
		    strlen(types[i].name) == len &&
		    strncasecmp(types[i].name, text, len) == 0)
			return types[i].number;
	return numbered(text, len, "TYPE");
}

char *
type_text(char text[TYPE_TEXT], uint16_t number)
{
	const struct type *type = type_of(number);

	if (number == TYPE_ANY || number == TYPE_AXFR || number == TYPE_IXFR)
		snprintf(text, TYPE_TEXT, "%s", number == TYPE_ANY ? "ANY" :
		    number == TYPE_AXFR ? "AXFR" : "IXFR");
	else if (type != NULL)
		snprintf(text, TYPE_TEXT, "%s", type->name);
	else
		snprintf(text, TYPE_TEXT, "TYPE%u", number);
	return text;
}

int
class_number(const char *text, size_t len)
{
	static const struct {
		const char	*name;
		int		 number;
	} classes[] = { { "IN", 1 }, { "CH", 3 }, { "HS", 4 } };

	for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
		if (len == 2 && strncasecmp(text, classes[i].name, 2) == 0)
			return classes[i].number;
	return numbered(text, len, "CLASS");
}
