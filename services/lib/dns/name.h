/*
 * name.h - domain names in wire form (RFC 1035 3.1, RFC 4343)
 *
 * A name is a row of labels, each a length octet (1..63) and that many
 * octets, ended by an empty label: at most 255 octets in all.  Any octet may
 * stand in a label.  Comparisons ignore the case of A-Z and nothing else.
 * "wire" below is such a name, whole and known to be well formed.
 */
#ifndef LABNET_DNS_NAME_H
#define LABNET_DNS_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	DNS_NAME_MAX = 255,		/* octets, the last empty label too */
	DNS_LABEL_MAX = 63,
	DNS_LABELS_MAX = 127,		/* the empty one not counted */
	DNS_NAME_TEXT = 4 * DNS_NAME_MAX + 2	/* room for any name as text */
};

struct name {
	uint8_t	 len;			/* octets of wire, 1 for the root */
	uint8_t	 wire[DNS_NAME_MAX];
};

/*
 * A name made ready for looking up: lower case, with the place and the hash
 * of each of its suffixes.  Suffix 0 is the whole name, suffix `labels` the
 * root; hash[i] is that of suffix i.
 */
struct name_key {
	uint8_t	 labels;
	uint8_t	 len;
	uint8_t	 wire[DNS_NAME_MAX + 9];	/* some, to be read by eights */
	uint8_t	 at[DNS_LABELS_MAX + 1];
	uint32_t hash[DNS_LABELS_MAX + 1];
};

/* Octet -> the same in lower case. */
extern const uint8_t name_lower_of[256];

/*
 * Read a name as zone files write it (RFC 1035 5.1): \X and \DDD escapes,
 * "@" for the origin, and the origin behind a name without a final dot.
 * Returns NULL, or in words what is wrong.  origin may be NULL: then every
 * name is taken as absolute.
 */
const char *name_from_text(struct name *, const char *text, size_t len,
	    const struct name *origin);

/*
 * Write wire as text, NUL ended, with \DDD for all that is not printable;
 * always with the final dot.  Returns text.
 */
char	*name_to_text(char text[DNS_NAME_TEXT], const uint8_t *wire);

/*
 * Length of the uncompressed name at p, of which avail octets may be read:
 * 1..255, or 0 if it is cut short, too long, or has any label type but 00.
 */
size_t	 name_length(const uint8_t *p, size_t avail);

/*
 * Take a possibly compressed name out of a message (RFC 1035 4.1.4).
 * Pointers must point backwards, so that reading always ends, and there may
 * be no more of them than a name has labels, so that it ends soon: thousands
 * of names at the end of a chain of thousands would cost a tenth of a second.
 * Returns the octets it takes at `at`, or 0 if it is malformed.
 */
size_t	 name_unpack(struct name *, const uint8_t *message, size_t size,
	    size_t at);

/* Copy, and the empty name's labels counted as 0. */
void	 name_set(struct name *, const uint8_t *wire);
unsigned name_labels(const uint8_t *wire);
void	 name_lower(struct name *);

bool	 name_equal(const uint8_t *a, const uint8_t *b);

/* Is wire the zone's name or below it?  Gives the octets in front of it. */
bool	 name_within(const uint8_t *wire, const uint8_t *zone, size_t *prefix);

/* Canonical order (RFC 4034 6.1): <0, 0, >0. */
int	 name_compare(const uint8_t *a, const uint8_t *b);

/* Make a key of a name of len octets that name_length() has accepted. */
void	 name_key(struct name_key *, const uint8_t *wire, size_t len);

/* The hash of a name is that of its parent continued by its first label. */
enum { NAME_HASH_ROOT = 0x2f0b4f11 };
uint32_t name_hash(uint32_t parent, const uint8_t *label);

#endif
