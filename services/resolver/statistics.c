/* statistics.c - what the rows are called */

#include "statistics.h"

const char *const statistics_names[STATISTICS] = {
	"udp", "tcp", "edns", "do", "from-cache", "local", "walked", "joined",
	"stale", "prefetched", "strangers", "over-rate", "too-many",
	"sent-udp", "sent-tcp", "no-reply", "wrong-reply",
	"rcode-noerror", "rcode-formerr", "rcode-servfail", "rcode-nxdomain",
	"rcode-notimp", "rcode-refused", "rcode-other"
};
