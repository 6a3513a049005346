/* retired.c - services that are no longer in the configuration */

#include "conf.h"
#include "retired.h"

static struct service	*first;

void
retired_add(struct service *s)
{
	s->retired = true;
	s->next = first;
	first = s;
}

void
retired_end(struct service *s)
{
	struct service **link = &first;

	while (*link != s)
		link = &(*link)->next;
	*link = s->next;
	service_free(s);
}

struct service *
retired_next(const struct service *s)
{
	return s == NULL ? first : s->next;
}
