/* service.c - the parameters of SVCB and HTTPS, taken together */

#include "dns/service.h"

enum key { MANDATORY, ALPN, NO_DEFAULT_ALPN, PORT, IPV4HINT, ECH, IPV6HINT };

struct parameters {
	const uint8_t	*octets;	/* well formed, keys ascending */
	size_t		 len;
};

static unsigned
get16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

/* The value of a key, or NULL. */
static const uint8_t *
find(const struct parameters *all, unsigned key, size_t *len)
{
	for (size_t at = 0; at + 4 <= all->len; at += 4 + *len) {
		const uint8_t *p = all->octets + at;

		*len = get16(p + 2);
		if (get16(p) == key)
			return p + 4;
	}
	*len = 0;
	return NULL;
}

/* RFC 9460 7.1.1: names with their lengths, none empty. */
static bool
is_alpn(const uint8_t *p, size_t len)
{
	if (len == 0)
		return false;
	while (len > 0) {
		if (p[0] == 0 || p[0] >= len)
			return false;
		len -= p[0] + 1U;
		p += p[0] + 1;
	}
	return true;
}

static bool
is_value(unsigned key, const uint8_t *p, size_t len)
{
	switch (key) {
	case MANDATORY:
		return len > 0 && len % 2 == 0;
	case ALPN:
		return is_alpn(p, len);
	case NO_DEFAULT_ALPN:
		return len == 0;
	case PORT:
		return len == 2;
	case IPV4HINT:
		return len > 0 && len % 4 == 0;
	case ECH:
		return len > 0;
	case IPV6HINT:
		return len > 0 && len % 16 == 0;
	}
	return true;
}

static bool
are_values(const struct parameters *all)
{
	size_t len;

	for (size_t at = 0; at + 4 <= all->len; at += 4 + len) {
		const uint8_t *p = all->octets + at;

		len = get16(p + 2);
		if (!is_value(get16(p), p + 4, len))
			return false;
	}
	return true;
}

/* RFC 9460 8: other keys, ascending, that are there. */
static const char *
mandatory_fault(uint16_t type, const struct parameters *all,
    enum severity *severity)
{
	size_t len, unused;
	const uint8_t *p = find(all, MANDATORY, &len);
	unsigned last = MANDATORY;
	const char *warning = NULL;

	for (; p != NULL && len > 0; p += 2, len -= 2) {
		unsigned key = get16(p);

		if (key == MANDATORY)
			return "has \"mandatory\" among its mandatory keys";
		if (key <= last)
			return "has mandatory keys that do not ascend";
		if (find(all, key, &unused) == NULL)
			return "lacks a parameter that it calls mandatory";
		if (type == TYPE_HTTPS &&
		    (key == PORT || key == NO_DEFAULT_ALPN))
			warning = "need not call port or no-default-alpn "
			    "mandatory: in HTTPS they are";
		last = key;
	}
	if (warning != NULL)
		*severity = ZONE_WARNING;
	return warning;
}

const char *
service_fault(uint16_t type, const uint8_t *rdata, size_t len,
    enum severity *severity)
{
	size_t name = name_length(rdata + 2, len - 2), unused;
	const struct parameters all = { rdata + 2 + name, len - 2 - name };
	bool alias = get16(rdata) == 0;

	*severity = ZONE_ERROR;
	if (!are_values(&all))
		return "has a bad value of a service parameter";
	if (find(&all, NO_DEFAULT_ALPN, &unused) != NULL &&
	    find(&all, ALPN, &unused) == NULL)
		return "has no-default-alpn but no alpn";
	if (alias && all.len > 0) {
		*severity = ZONE_WARNING;
		return "is an alias: its service parameters mean nothing";
	}
	return mandatory_fault(type, &all, severity);
}
