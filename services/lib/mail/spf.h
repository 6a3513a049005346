/*
 * spf.h - may this client send mail in that domain's name?  RFC 7208
 *
 * The domain's owner says so in DNS.  Nothing is refused here: the result is
 * for a Received-SPF field, and what is done with it is others' affair.
 *
 * At most ten look-ups that follow from others, two of them in vain (4.6.4),
 * and 20 seconds; `ptr', which should not be used (5.5), fits nobody.
 */
#ifndef LABNET_MAIL_SPF_H
#define LABNET_MAIL_SPF_H

#include <stddef.h>
#include <stdint.h>

#include "dns/stub.h"
#include "mail/path.h"

enum spf_result { SPF_NONE, SPF_NEUTRAL, SPF_PASS, SPF_FAIL, SPF_SOFTFAIL,
    SPF_TEMPERROR, SPF_PERMERROR };

struct spf {
	const struct stub	*dns;
	const char		*ip;		/* of the client, as text */
	const char		*helo;
	char			 local[PATH_LOCAL_MAX + 1];	/* the sender */
	char			 domain[PATH_DOMAIN_MAX + 1];
	/* How far the check has got. */
	unsigned		 lookups, voids, depth;
	int64_t			 until;		/* clock_ms() */
};

/*
 * Check the sender, a path's text; for the null path it is postmaster of the
 * name that HELO gave (2.4).
 */
enum spf_result	spf_check(struct spf *, const struct stub *, const char *ip,
		    const char *helo, const char *sender);

/* "pass" and so on, as RFC 7208 2.6 has them. */
const char	*spf_word(enum spf_result);

/* --- for spf*.c and tests ------------------------------------------------ */

enum { SPF_NAME_SIZE = 254 };

/*
 * Expand the macros of 7 in len octets of text; domain is that of the record.
 * What is longer than a name loses labels on the left.  0, or -1 if the text
 * is wrong.
 */
int	spf_expand(const struct spf *, const char *domain, const char *text,
	    size_t len, char to[SPF_NAME_SIZE]);

#endif
