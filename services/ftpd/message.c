/* message.c - .message files: words for who enters a directory */

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "session.h"

enum { MESSAGE_SIZE = 4096 };	/* more of a file is not shown */

void
message_show(struct session *s, int code, const char *dir)
{
	char path[PATH_SIZE], text[MESSAGE_SIZE + 1], *line, *end;
	struct stat st;
	ssize_t n;
	int fd;

	if (!s->settings.messages ||
	    path_join(path, dir, ".message") == -1)
		return;
	fd = file_open(s, path, O_RDONLY | O_NOFOLLOW, &st);
	if (fd == -1)
		return;
	n = read(fd, text, MESSAGE_SIZE);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	for (line = text; *line != '\0'; line = end) {
		end = line + strcspn(line, "\n");
		if (*end != '\0')
			*end++ = '\0';
		line[strcspn(line, "\r\033")] = '\0';
		reply_more(s, code, "%s", line);
	}
}
