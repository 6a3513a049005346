/* reply.c - replies, and the code that a failure of the system deserves */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "session.h"

/* A name with every quote doubled, and the words around it. */
enum { REPLY_SIZE = 2 * PATH_SIZE + 512 };

/* Text as RFC 959 and Telnet want it on the wire; see session.h. */
static void
put_text(struct output *out, const char *text)
{
	size_t n;

	for (; *text != '\0'; text++) {
		n = strcspn(text, "\r\n\377");
		output_bytes(out, text, n);
		text += n;
		if (*text == '\0')
			break;
		if (*text == '\r')
			output_bytes(out, "\r\0", 2);
		else
			output_text(out, *text == '\n' ? "?" : "\377\377");
	}
}

static void	put_line(struct session *, const char *head, const char *fmt,
		    va_list) __attribute__((format(printf, 3, 0)));

static void
put_line(struct session *s, const char *head, const char *fmt, va_list ap)
{
	char text[REPLY_SIZE];

	vsnprintf(text, sizeof text, fmt, ap);
	output_text(&s->control.out, head);
	put_text(&s->control.out, text);
	output_text(&s->control.out, "\r\n");
}

void
reply(struct session *s, int code, const char *fmt, ...)
{
	char head[8];
	va_list ap;

	snprintf(head, sizeof head, "%.3d ", code % 1000);
	va_start(ap, fmt);
	put_line(s, head, fmt, ap);
	va_end(ap);
}

void
reply_more(struct session *s, int code, const char *fmt, ...)
{
	char head[8];
	va_list ap;

	snprintf(head, sizeof head, "%.3d-", code % 1000);
	va_start(ap, fmt);
	put_line(s, head, fmt, ap);
	va_end(ap);
}

void
reply_inner(struct session *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_line(s, " ", fmt, ap);
	va_end(ap);
}

void
reply_errno(struct session *s, int code, const char *name)
{
	switch (errno) {
	case ENOSPC:
		code = 452;
		break;
	case EDQUOT:
	case EFBIG:
		code = 552;
		break;
	case EBUSY:
	case ETXTBSY:
	case EAGAIN:
		code = code == 550 || code == 553 ? 450 : code;
		break;
	case EIO:
	case ENOMEM:
	case EMFILE:
	case ENFILE:
		code = 451;
		break;
	default:
		break;
	}
	reply(s, code, "%s: %s.", name, strerror(errno));
}
