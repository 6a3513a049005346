/* text.h - record data as people read it */
#ifndef RESOLVER_TEXT_H
#define RESOLVER_TEXT_H

#include <stddef.h>
#include <stdint.h>

enum { RDATA_TEXT = 600 };

/*
 * Rdata as a zone file has it; types with fields that are long or rare in
 * the generic form of RFC 3597 5.  Cut where it does not fit.  Returns text.
 */
char	*rdata_text(char text[RDATA_TEXT], uint16_t type, const uint8_t *rdata,
	    size_t len);

#endif
