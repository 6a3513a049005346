/* reply.c - replies of servers that may be slow, endless or no servers */

#include <stdio.h>
#include <string.h>

#include "mail/reply.h"

void
reply_begin(struct reply *r)
{
	r->code = 0;
	r->lines = 0;
	r->len = 0;
	r->text[0] = '\0';
}

static int
code_of(const char *line)
{
	for (int i = 0; i < 3; i++)
		if (line[i] < '0' || line[i] > '9')
			return 0;
	return 100 * (line[0] - '0') + 10 * (line[1] - '0') + line[2] - '0';
}

enum reply_end
reply_add(struct reply *r, const char *line)
{
	int code = code_of(line);
	const char *text;
	size_t n, room;

	if (code < 200 || code > 599 || (r->lines > 0 && code != r->code) ||
	    (line[3] != ' ' && line[3] != '-' && line[3] != '\0') ||
	    ++r->lines > REPLY_LINES_MAX)
		return REPLY_BAD;
	r->code = code;
	text = line + 3 + (line[3] != '\0');
	n = strlen(text);
	room = sizeof r->text - 1 - r->len;
	if (r->lines == 1) {
		n = n < room ? n : room;
	} else if (n < room) {
		r->text[r->len++] = '\n';
	} else {
		n = 0;	/* half an extension of EHLO would be another one */
	}
	memcpy(r->text + r->len, text, n);
	r->len += n;
	r->text[r->len] = '\0';
	return line[3] == '-' ? REPLY_MORE : REPLY_WHOLE;
}

static bool
none(struct reply *r, const char *why)
{
	reply_begin(r);
	r->len = (size_t)snprintf(r->text, sizeof r->text, "%s", why);
	return false;
}

bool
reply_read(struct reply *r, struct input *in, int seconds)
{
	int64_t until = clock_ms() + seconds * 1000L, left;
	char line[REPLY_LINE_SIZE];

	reply_begin(r);
	for (;;) {
		left = until - clock_ms();
		in->seconds = left <= 1000 ? 1 : (int)(left / 1000);
		if (left <= 0)
			return none(r, "timed out");
		switch (input_line(in, line, sizeof line, NULL)) {
		case INPUT_OK:
			break;
		case INPUT_LATE:
			return none(r, "timed out");
		case INPUT_EOF:
		case INPUT_FAILED:
			return none(r, "connection lost");
		case INPUT_LONG:
		case INPUT_NUL:
			return none(r, "not a reply of SMTP");
		}
		switch (reply_add(r, line)) {
		case REPLY_WHOLE:
			return true;
		case REPLY_BAD:
			return none(r, "not a reply of SMTP");
		case REPLY_MORE:
			break;
		}
	}
}
