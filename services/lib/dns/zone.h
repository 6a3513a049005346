/*
 * zone.h - one zone in memory, as its files say
 *
 * A zone is a set of nodes (names), each with sets of records of one type.
 * Nodes, sets and records live in three arenas and refer to each other by
 * index, so a million names cost three allocations, and zone_free() three
 * calls.  Names are kept relative to the apex: the octets in front of it.
 */
#ifndef LABNET_DNS_ZONE_H
#define LABNET_DNS_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "dns/arena.h"
#include "dns/name.h"
#include "dns/type.h"

enum {
	ZONE_APEX = 0,			/* the apex is the first node */
	ZONE_SOURCES = 64,		/* files a zone may be made of */
	ZONE_PATH = 200,		/* octets of a source's path */
	ZONE_SET_MAX = 65535,		/* records in a set */
	ZONE_RDATA_MAX = 64000,		/* octets: a message has 65535 */
	ZONE_REPORTS = 20		/* errors after which reading stops */
};

/* No node, set or record. */
#define ZONE_NONE UINT32_MAX

enum severity { ZONE_WARNING, ZONE_ERROR };

enum node_flag {
	NODE_CUT = 1,		/* NS below the apex: a delegation */
	NODE_BELOW = 2,		/* below a cut or a DNAME: glue or hidden */
	NODE_WILD = 4,		/* has a child "*" */
	NODE_DNAME = 8,
	NODE_CASED = 16,	/* written with capital letters somewhere */
	NODE_HASHES = 32	/* NSEC3 alone: no name (RFC 5155 7.2.8) */
};

struct zone_record {
	uint32_t	 next;
	uint32_t	 line;
	uint16_t	 source;
	uint16_t	 len;
	uint8_t		 rdata[];
};

struct zone_set {
	uint32_t	 next;
	uint32_t	 first, last;	/* records, in the order of the file */
	uint32_t	 ttl;
	uint32_t	 count;
	uint16_t	 type;
	uint16_t	 covers;	/* RRSIG: the type it signs, else 0 */
};

struct zone_node {
	uint32_t	 hash;		/* of the whole name */
	uint32_t	 parent;
	uint32_t	 sets;		/* the first */
	uint32_t	 name;		/* in names: a length octet, the name */
	uint32_t	 offset;	/* for who writes the zone somewhere */
	uint8_t		 flags;
};

/* A file the zone was read from, as it was then. */
struct zone_source {
	char		 path[ZONE_PATH];	/* relative to the folder */
	uint64_t	 device, inode, size;
	int64_t		 mtime, ctime;		/* nanoseconds */
};

struct zone {
	struct name	 apex;			/* lower case */
	uint32_t	 apex_hash;
	struct arena	 nodes, sets, records, names, slots;
	int		 folder;		/* for large ones, or -1 */
	uint32_t	 node_count, slot_count;	/* slots: power of 2 */
	uint32_t	 record_count;
	uint32_t	 serial;		/* once checked */
	struct zone_source source[ZONE_SOURCES];
	unsigned	 sources;
	unsigned	 errors, warnings;
	bool		 failed;		/* some are the system's: it
						   may be read another time */
	/* Where reports go; text has no newline. */
	void		(*report)(enum severity, const char *file,
			    unsigned line, const char *text);
	/* Told now and then how many octets are read; may be NULL. */
	void		(*progress)(const struct zone *, size_t octets);
};

/* Begin an empty zone; false: no memory. */
bool	 zone_init(struct zone *, const struct name *apex);

/* What is large goes to files in the folder: see arena.h. */
void	 zone_spill(struct zone *, int folder);
void	 zone_free(struct zone *);

/*
 * Add a record; owner must be in the zone, and rdata well formed.  NULL, or
 * what is wrong with it ("no memory" too).  source and line are for messages.
 */
const char *zone_add(struct zone *, const struct name *owner, uint16_t type,
	    uint32_t ttl, const uint8_t *rdata, size_t len, unsigned source,
	    unsigned line);

/* The node of a name's first octets, or ZONE_NONE. */
uint32_t zone_find(const struct zone *, const uint8_t *prefix, size_t len);

/* The set of a type at a node, or NULL. */
struct zone_set *zone_set_of(const struct zone *, uint32_t node,
	    uint16_t type);

struct zone_node *zone_node(const struct zone *, uint32_t index);
struct zone_set *zone_set(const struct zone *, uint32_t index);
struct zone_record *zone_record(const struct zone *, uint32_t at);

/* The octets in front of the apex, as written; gives their number. */
const uint8_t *zone_prefix(const struct zone *, const struct zone_node *,
	    size_t *len);
/* The node's whole name. */
void	 zone_name(const struct zone *, const struct zone_node *,
	    struct name *);

/* The words for it, when the system has no more of it. */
const char *zone_no_memory(struct zone *);

/* Report a fault at a line of a source, and count it. */
void	 zone_fault(struct zone *, enum severity, unsigned source,
	    unsigned line, const char *fmt, ...)
	    __attribute__((format(printf, 5, 6)));

/*
 * Check the zone as a whole and settle what needs all of it: the nodes'
 * flags, the serial, records given twice.  False if there were errors, here
 * or in reading.
 */
bool	 zone_check(struct zone *);

/*
 * Note a file as the next source; false if there is no room.  zone_same()
 * says whether the file is still as it was noted.
 */
bool	 zone_note(struct zone *, const char *path, const struct stat *);
bool	 zone_same(const struct zone_source *, const struct stat *);

#endif
