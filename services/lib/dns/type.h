/*
 * type.h - record types and classes: one table, so that a type is a row
 *
 * The row says how the rdata is written in text and laid out on the wire:
 * a string of fields, one letter each, in order.
 *
 *	n  domain name, compressible in messages (RFC 1035's types only)
 *	N  domain name, never compressed (RFC 3597 4)
 *	1 2 4  unsigned number of that many octets
 *	t  time to live, with units allowed: 4 octets
 *	a  IPv4 address		A  IPv6 address
 *	s  character string	S  one or more of them
 *	q  text to the end of the rdata, without a length
 *	T  type mnemonic	m  moment, YYYYMMDDHHmmSS or seconds
 *	h  hexadecimal to the end	b  base64 to the end
 *	x  hexadecimal behind a length octet, "-" for none
 *	X  base32hex behind a length octet
 *	w  type bitmap (RFC 4034 4.1.2)
 *	c  CAA tag		l  LOC as a whole
 *	p  SvcParams to the end (RFC 9460 2.1)
 *	e  EUI-48		E  EUI-64	I  RFC 6742's 64 bits
 *	g  algorithm number or mnemonic: 1 octet
 *	C  certificate type, number or mnemonic: 2 octets
 */
#ifndef LABNET_DNS_TYPE_H
#define LABNET_DNS_TYPE_H

#include <stddef.h>
#include <stdint.h>

enum dns_type {
	TYPE_A = 1, TYPE_NS = 2, TYPE_CNAME = 5, TYPE_SOA = 6, TYPE_PTR = 12,
	TYPE_MX = 15, TYPE_TXT = 16, TYPE_AAAA = 28, TYPE_SRV = 33,
	TYPE_DNAME = 39, TYPE_OPT = 41, TYPE_DS = 43, TYPE_RRSIG = 46,
	TYPE_NSEC = 47, TYPE_DNSKEY = 48, TYPE_NSEC3 = 50,
	TYPE_NSEC3PARAM = 51, TYPE_SVCB = 64, TYPE_HTTPS = 65,
	TYPE_TSIG = 250, TYPE_IXFR = 251, TYPE_AXFR = 252, TYPE_MAILB = 253,
	TYPE_MAILA = 254, TYPE_ANY = 255
};

enum dns_class { CLASS_IN = 1, CLASS_CH = 3, CLASS_NONE = 254,
	CLASS_ANY = 255 };

struct type {
	const char	*name;		/* upper case */
	uint16_t	 number;
	const char	*fields;
};

/* The row of a type, or NULL for one that has none. */
const struct type *type_of(uint16_t number);

/*
 * Number of a mnemonic, any case, or of TYPEnnn (RFC 3597 5); -1 if it is
 * neither.  Query-only types (ANY, AXFR) have no mnemonic here.
 */
int	 type_number(const char *text, size_t len);

/* The mnemonic (of ANY, AXFR and IXFR too), or TYPEnnn. */
enum { TYPE_TEXT = 12 };
char	*type_text(char text[TYPE_TEXT], uint16_t number);

/* IN CH HS or CLASSnnn; -1 if it is no class. */
int	 class_number(const char *text, size_t len);

#endif
