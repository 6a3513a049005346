/* service.h - are the parameters of SVCB and HTTPS fit for a client? */
#ifndef LABNET_DNS_SERVICE_H
#define LABNET_DNS_SERVICE_H

#include "dns/zone.h"

/*
 * Whether well-formed rdata of the type also makes sense (RFC 9460 2.4.3, 7,
 * 8 and 9).  NULL, or in words what is wrong, and how bad it is.
 */
const char *service_fault(uint16_t type, const uint8_t *rdata, size_t len,
	    enum severity *);

#endif
