/* refuse.c - clients that are sent away, and what the log says of them */

#include <sys/socket.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "parting.h"
#include "refuse.h"

void
refuse_tell(struct service *s, int64_t now)
{
	if (s->unsaid == 0 || now - s->said < REFUSE_TELL)
		return;
	log_line("%s: %llu more clients refused", s->name,
	    (unsigned long long)s->unsaid);
	s->unsaid = 0;
	s->said = now;
}

/* The words of the line, with the reason in place of %s. */
static size_t
compose(char *to, size_t size, const char *words, const char *why)
{
	const char *mark = strstr(words, "%s");
	int len = mark == NULL ? snprintf(to, size, "%s\r\n", words) :
	    snprintf(to, size, "%.*s%s%s\r\n", (int)(mark - words), words,
	    why, mark + 2);

	return (size_t)len;
}

void
refuse(struct service *s, const struct source *client, int fd,
    const char *why, int64_t now)
{
	char text[ADDRESS_TEXT], words[LINE_SIZE + 64];
	size_t len;

	if (s->refuse != NULL) {
		len = compose(words, sizeof words, s->refuse, why);
		send(fd, words, len, MSG_DONTWAIT | MSG_NOSIGNAL);
		parting_add(fd, now);
	} else {
		close(fd);
	}
	s->refused++;
	if (s->said != 0 && now - s->said < REFUSE_TELL) {
		s->unsaid++;
		return;
	}
	log_line("%s: %s refused: %s", s->name, source_text(client, text),
	    why);
	s->said = now;
}
