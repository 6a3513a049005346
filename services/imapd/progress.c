/* progress.c - INPROGRESS */

#include "imapd.h"

void
progress_start(struct progress *p, int64_t now)
{
	p->quick = 0;
	p->next = now + PROGRESS_MS;
}

bool
progress_due(struct progress *p, int64_t now)
{
	if (now < p->next)
		return false;
	p->next = now + PROGRESS_MS;
	return true;
}

void
progress_slow(struct progress *p)
{
	p->quick = PROGRESS_QUICK;
}

void
progress_tell(struct session *s, size_t done, size_t all)
{
	s->progress.quick = 0;
	if (!progress_due(&s->progress, clock_ms()))
		return;
	output_format(&s->out, "* OK [INPROGRESS (\"%s\" %zu %zu)] "
	    "Still at it\r\n", s->tag, done, all);
	output_flush(&s->out);
}
