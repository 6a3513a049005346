/* log.c - transfers in the words of xferlog(5) */

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "commands.h"
#include "io/log.h"
#include "session.h"

void
transfer_log(const struct session *s, const char *path, char direction,
    long seconds, bool complete)
{
	char stamp[32] = "-", name[256];
	time_t now = time(NULL);
	struct tm utc;
	size_t i;

	if (!s->settings.log_transfers)
		return;
	if (gmtime_r(&now, &utc) != NULL)
		strftime(stamp, sizeof stamp, "%a %b %e %H:%M:%S %Y", &utc);
	/* The fields of the line are parted by spaces: none in a name. */
	snprintf(name, sizeof name, "%s", path);
	for (i = 0; name[i] != '\0'; i++)
		if (name[i] == ' ')
			name[i] = '_';
	log_line("xferlog: %s %ld %s %lld %s %c _ %c %c %s ftp 0 * %c", stamp,
	    seconds, peer_name(&s->peer), (long long)s->data.octets, name,
	    s->ascii ? 'a' : 'b', direction, s->anonymous ? 'a' : 'r',
	    s->user[0] == '\0' ? "-" : s->user, complete ? 'c' : 'i');
}
