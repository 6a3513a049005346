/*
 * render.h - strings and structures as they stand in responses
 *
 * Everything goes into a struct buf in wire form, ready to be sent or kept.
 * All return 0, or -1 with errno set (no memory, or over the buf's limit).
 */
#ifndef LABNET_IMAPD_RENDER_H
#define LABNET_IMAPD_RENDER_H

#include "io/buf.h"
#include "mail/addresses.h"
#include "mail/header.h"
#include "mail/message.h"

/*
 * As a quoted string, or as a literal if that cannot hold it.  A NUL becomes
 * 0x80.  render_nstring: NIL if t->s is NULL.
 */
int	render_string(struct buf *, const struct text *);
int	render_nstring(struct buf *, const struct text *);
/* As an astring: an atom where it can be one. */
int	render_astring(struct buf *, const struct text *);
/* The same of UTF-8, which RFC 6855 3 allows in a quoted string. */
int	render_utf8(struct buf *, const struct text *);
/* The unfolded value of a field; NIL if f is NULL. */
int	render_field(struct buf *, const struct field *f);

/* ENVELOPE (RFC 3501 7.4.2) of the header [at, end). */
int	render_envelope(struct buf *, const char *at, const char *end);

/*
 * BODYSTRUCTURE, or BODY if not extended, of a whole parsed message.  Of a
 * part that our limits hid the type is application/octet-stream.
 */
int	render_structure(struct buf *, const struct message *, bool extended);

#endif
