/* mail_reply.c - replies of SMTP servers, and messages as they are sent */

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"
#include "mail/reply.h"
#include "mail/stuff.h"

static struct reply	r;

/* Lines with LF between them; how the last one ended it. */
static enum reply_end
add(const char *lines)
{
	char text[4096], *line = text, *next;
	enum reply_end end = REPLY_MORE;

	snprintf(text, sizeof text, "%s", lines);
	reply_begin(&r);
	for (; line != NULL && end == REPLY_MORE; line = next) {
		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		end = reply_add(&r, line);
	}
	return end;
}

static void
test_lines(void)
{
	CHECK(add("250 ok") == REPLY_WHOLE && r.code == 250);
	CHECK_TEXT(r.text, "ok");
	CHECK(add("354") == REPLY_WHOLE && r.code == 354 && r.len == 0);
	CHECK(add("250-a\n250-\n250 c") == REPLY_WHOLE);
	CHECK_TEXT(r.text, "a\n\nc");
	CHECK(add("250-a") == REPLY_MORE);
	CHECK(add("250-a\n251 b") == REPLY_BAD);
	CHECK(add("") == REPLY_BAD && add("25") == REPLY_BAD &&
	    add("250ok") == REPLY_BAD && add("150 x") == REPLY_BAD &&
	    add("600 x") == REPLY_BAD && add("-50 x") == REPLY_BAD);
}

static void
test_limits(void)
{
	char line[2000] = "250-";

	memset(line + 4, 'x', sizeof line - 5);
	reply_begin(&r);
	for (int i = 0; i < REPLY_LINES_MAX; i++)
		CHECK(reply_add(&r, line) == REPLY_MORE);
	CHECK(r.len == REPLY_TEXT_SIZE - 1);
	CHECK(reply_add(&r, line) == REPLY_BAD);
	/* What does not fit whole is not kept at all: no SIZE 36 of 3670. */
	line[1000] = '\0';
	reply_begin(&r);
	CHECK(reply_add(&r, line) == REPLY_MORE && r.len == 996);
	CHECK(reply_add(&r, "250-SIZE 36700160000000000000000") ==
	    REPLY_MORE && r.len == 996);
	CHECK(reply_add(&r, "250 DSN") == REPLY_WHOLE);
	CHECK_TEXT(r.text + 996, "\nDSN");
}

static void
test_reading(void)
{
	struct input in;
	int p[2];

	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, p) == 0);
	input_init(&in, p[0], 0, NULL);
	CHECK(write(p[1], "220-a\r\n220 b\r\n250 c\r\nnonsense\r\n250-x\r\n",
	    38) == 38);
	CHECK(reply_read(&r, &in, 5) && r.code == 220);
	CHECK(reply_read(&r, &in, 5) && r.code == 250);
	CHECK(!reply_read(&r, &in, 5) && r.code == 0);
	CHECK_TEXT(r.text, "not a reply of SMTP");
	CHECK(!reply_read(&r, &in, 1));
	CHECK_TEXT(r.text, "timed out");
	close(p[1]);
	CHECK(!reply_read(&r, &in, 5));
	CHECK_TEXT(r.text, "connection lost");
	close(p[0]);
}

/* What comes out when text is sent in pieces of n octets. */
static const char *
stuffed(const char *text, size_t n)
{
	static char got[1024];
	static struct output out;
	bool line_start = true;
	ssize_t len;
	int p[2];

	CHECK(pipe(p) == 0);
	output_init(&out, p[1], 5);
	for (size_t left = strlen(text); left > 0; left -= n, text += n) {
		n = n < left ? n : left;
		stuff_write(&out, text, n, &line_start);
	}
	stuff_end(&out, line_start);
	CHECK(output_flush(&out) == 0);
	close(p[1]);
	len = read(p[0], got, sizeof got - 1);
	got[len < 0 ? 0 : len] = '\0';
	close(p[0]);
	return got;
}

static void
test_stuffing(void)
{
	for (size_t n = 1; n < 20; n++) {
		CHECK_TEXT(stuffed("a\n.b\n\n..\n.\n", n),
		    "a\r\n..b\r\n\r\n...\r\n..\r\n.\r\n");
		CHECK_TEXT(stuffed("no end", n), "no end\r\n.\r\n");
		CHECK_TEXT(stuffed("a\r\n.\r\nb\rc\n\r.\n", n),
		    "a\r\n..\r\nbc\r\n..\r\n.\r\n");
	}
	CHECK_TEXT(stuffed("", 1), ".\r\n");
	/* A dot behind a CR that goes would end the message. */
	CHECK_TEXT(stuffed("\r.\n\r\r.x", 3), "..\r\n..x\r\n.\r\n");
}

int
main(void)
{
	test_lines();
	test_limits();
	test_reading();
	test_stuffing();
	return check_end("mail_reply");
}
