/* mail_queue.c - queue files: written, read, changed, damaged */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "mail/network.h"
#include "mail/queue.h"
#include "site.h"

static struct queue_message	m;

static const char	two[] = "one@x.example\0\"a \\\"b\"@y.example";

static const struct mail_parameters	plain;

/* An envelope for recipients, NUL-ended each, that want nothing special. */
static void
envelope(struct buf *b, int64_t now, const char *from, const char *to,
    size_t len)
{
	struct queue_recipient r = { .state = QUEUE_WAITING, .next = now };

	CHECK(queue_begin(b, now, from, &plain) == 0);
	for (size_t at = 0; at < len; at += strlen(to + at) + 1) {
		strcpy(r.path, to + at);
		CHECK(queue_add(b, &r) == 0);
	}
	CHECK(queue_end(b) == 0);
}

static void
make(struct buf *b)
{
	buf_clear(b);
	envelope(b, 1795234567, "alice@crepes.fr", two, sizeof two);
	CHECK(buf_text(b, "Subject: x\n\nhello\n") == 0);
}

static void
test_round(void)
{
	struct buf b = { 0 };

	make(&b);
	CHECK(queue_parse(&m, b.s, b.len));
	CHECK(!m.held && m.arrived == 1795234567 && m.n == 2);
	CHECK_TEXT(m.from, "alice@crepes.fr");
	CHECK_TEXT(m.to[0].path, "one@x.example");
	CHECK_TEXT(m.to[1].path, "\"a \\\"b\"@y.example");
	CHECK(m.to[1].state == QUEUE_WAITING && m.to[1].attempts == 0 &&
	    m.to[1].next == 1795234567 && !m.to[1].warned);
	CHECK_TEXT(m.to[0].reason, "");
	CHECK_TEXT(b.s + m.body, "Subject: x\n\nhello\n");
	buf_clear(&b);
	envelope(&b, 0, "", two, sizeof two);
	CHECK(queue_parse(&m, b.s, b.len) && m.from[0] == '\0');
	buf_free(&b);
}

/* What was asked for comes back, and is not touched by a change. */
static void
test_with(void)
{
	struct mail_parameters with = { 'H', '8', true, "QQ+2B31" };
	struct queue_recipient r = { .state = QUEUE_DELIVERED, .path =
	    "bob@x.example", .with = { NOTIFY_SUCCESS | NOTIFY_DELAY,
	    "rfc822;Bob+40x@y.example" } };
	struct buf b = { 0 };
	int fd;

	CHECK(queue_begin(&b, 1, "a@b.example", &with) == 0);
	CHECK(queue_add(&b, &r) == 0);
	memset(&r.with, 0, sizeof r.with);
	r.state = QUEUE_EXPANDED;
	CHECK(queue_add(&b, &r) == 0 && queue_end(&b) == 0);
	CHECK(buf_text(&b, "\nwith no header\n") == 0);
	CHECK(strstr(b.s, "\nwith RET=HDRS ENVID=QQ+2B31 BODY=8BITMIME "
	    "SMTPUTF8\nto L") != NULL);
	CHECK(strstr(b.s, "\nwith NOTIFY=SUCCESS,DELAY "
	    "ORCPT=rfc822;Bob+40x@y.example\nto E") != NULL);
	site_octets("etc/queued", b.s, b.len);
	fd = open("etc/queued", O_RDWR | O_CLOEXEC);
	CHECK(queue_read(&m, fd) == 0 && m.n == 2);
	m.to[0].state = QUEUE_DONE;
	CHECK(queue_mark(fd, &m.to[0]) == 0 && queue_read(&m, fd) == 0);
	CHECK(m.to[0].state == QUEUE_DONE && m.to[1].state == QUEUE_EXPANDED);
	CHECK(m.with.ret == 'H' && m.with.body == '8' && m.with.utf8);
	CHECK_TEXT(m.with.envid, "QQ+2B31");
	CHECK(m.to[0].with.notify == (NOTIFY_SUCCESS | NOTIFY_DELAY));
	CHECK_TEXT(m.to[0].with.orcpt, "rfc822;Bob+40x@y.example");
	CHECK(m.to[1].with.notify == 0 && m.to[1].with.orcpt[0] == '\0');
	CHECK_TEXT(b.s + m.body, "\nwith no header\n");
	close(fd);
	unlink("etc/queued");
	buf_free(&b);
}

static void
test_changes(void)
{
	struct buf b = { 0 };
	struct queue_message before;
	int fd;

	make(&b);
	site_octets("etc/queued", b.s, b.len);
	fd = open("etc/queued", O_RDWR | O_CLOEXEC);
	CHECK(fd != -1 && queue_read(&m, fd) == 0);
	before = m;
	m.to[1].state = QUEUE_DONE;
	m.to[1].attempts = 12345;
	m.to[1].next = 999999999999999999;
	m.to[1].warned = true;
	m.to[1].tried = 1795234999;
	strcpy(m.to[1].server, "mail.x.example");
	queue_reason(m.to[1].reason, "250 fine\r\nforged line \xff");
	CHECK(queue_mark(fd, &m.to[1]) == 0 && queue_hold(fd, true) == 0);
	CHECK(queue_read(&m, fd) == 0 && m.held && m.n == 2);
	CHECK(m.body == before.body && m.to[0].at == before.to[0].at);
	CHECK(m.to[1].state == QUEUE_DONE && m.to[1].attempts == 9999 &&
	    m.to[1].next == 999999999999999999 && m.to[1].warned);
	CHECK_TEXT(m.to[1].reason, "250 fine  forged line");
	CHECK_TEXT(m.to[1].server, "mail.x.example");
	CHECK(m.to[1].tried == 1795234999 && m.to[0].tried == 0);
	CHECK(!queue_is_done(&m));
	m.to[0].state = QUEUE_DONE;
	CHECK(queue_is_done(&m) && queue_hold(fd, false) == 0);
	CHECK(queue_read(&m, fd) == 0 && !m.held);
	CHECK(close(fd) == 0);
	unlink("etc/queued");
	buf_free(&b);
}

/* Before there was a line for the last attempt. */
static void
test_old(void)
{
	char text[1024];
	int fd, n = snprintf(text, sizeof text, "labnet-queue 1 -\n"
	    "arrived 000000000000000001\nfrom <>\nto W- 0001 "
	    "000000000000000002 <bob@x.example>\n\t%-200s\nwith "
	    "NOTIFY=NEVER\nto W- 0001 000000000000000002 <a@x.example>\n"
	    "\t%-200s\n\nbody\n", "451 later", "");

	site_octets("etc/queued", text, (size_t)n);
	fd = open("etc/queued", O_RDWR | O_CLOEXEC);
	CHECK(queue_read(&m, fd) == 0 && m.n == 2 && m.to[0].old);
	CHECK(m.to[0].tried == 0 && m.to[0].server[0] == '\0');
	m.to[0].state = QUEUE_DONE;
	m.to[0].tried = 77;
	strcpy(m.to[0].server, "mail.x.example");
	CHECK(queue_mark(fd, &m.to[0]) == 0 && queue_read(&m, fd) == 0);
	CHECK(m.n == 2 && m.to[0].state == QUEUE_DONE && m.to[0].tried == 0);
	CHECK(m.to[0].with.notify == NOTIFY_NEVER &&
	    m.to[1].state == QUEUE_WAITING);
	CHECK_TEXT(m.to[0].reason, "451 later");
	CHECK_TEXT(text + m.body, "body\n");
	close(fd);
	unlink("etc/queued");
}

static void
test_damage(void)
{
	struct buf b = { 0 };
	char *copy;
	size_t body;

	make(&b);
	CHECK(queue_parse(&m, b.s, b.len));
	body = (size_t)m.body;
	for (size_t n = 0; n < body; n++)
		CHECK(!queue_parse(&m, b.s, n));
	copy = malloc(b.len);
	CHECK(copy != NULL);
	/* A flipped bit is found, or changes nothing but a value. */
	for (size_t i = 0; copy != NULL && i < body; i++) {
		memcpy(copy, b.s, b.len);
		copy[i] = (char)(copy[i] ^ 0x80);
		CHECK(!queue_parse(&m, copy, b.len) ||
		    m.body == (off_t)body);
	}
	free(copy);
	CHECK(!queue_parse(&m, "", 0));
	buf_clear(&b);
	CHECK(buf_text(&b, "labnet-queue 1 -\narrived 000000000000000001\n"
	    "from <>\n\n") == 0);
	CHECK(!queue_parse(&m, b.s, b.len));	/* nobody to send it to */
	buf_free(&b);
}

/* The most recipients with the longest paths still fit. */
static void
test_largest(void)
{
	struct buf list = { 0 }, b = { .limit = QUEUE_ENVELOPE_MAX };
	char path[PATH_TEXT_SIZE];
	struct path parsed;
	int fd;

	for (int i = 0; i < QUEUE_RECIPIENTS_MAX; i++) {
		snprintf(path, sizeof path, "\"%061d  \"@%063d.%063d.%063d."
		    "%059d.ex", i, 0, 0, 0, 0);
		CHECK(path_parse(path, &parsed) == NULL);
		CHECK(buf_add(&list, parsed.text,
		    strlen(parsed.text) + 1) == 0);
	}
	envelope(&b, 1, path, list.s, list.len);
	site_octets("etc/queued", b.s, b.len);
	fd = open("etc/queued", O_RDWR | O_CLOEXEC);
	CHECK(queue_read(&m, fd) == 0 && m.n == QUEUE_RECIPIENTS_MAX);
	CHECK(buf_add(&list, "one@x.ex", 9) == 0);
	buf_clear(&b);
	envelope(&b, 1, path, list.s, list.len);
	CHECK(!queue_parse(&m, b.s, b.len));	/* one too many */
	CHECK(ftruncate(fd, 5000) == 0 && queue_read(&m, fd) == -1 &&
	    errno == EBADMSG);
	close(fd);
	unlink("etc/queued");
	buf_free(&list);
	buf_free(&b);
}

static void
test_networks(void)
{
	static const char *const wrong[] = { "", "/", "127.0.0.1/",
	    "127.0.0.1/33", "127.0.0/8", "::1/129", "::1/x", "1.2.3.4/-1",
	    "1.2.3.4/8 ", "host", NULL };
	struct network n[3];

	for (int i = 0; wrong[i] != NULL; i++)
		CHECK(!network_parse(&n[0], wrong[i]));
	CHECK(network_parse(&n[0], "10.1.2.0/23"));
	CHECK(network_parse(&n[1], "192.0.2.7"));
	CHECK(network_parse(&n[2], "2001:db8::/33"));
	CHECK(network_has(n, 3, "10.1.3.255") && network_has(n, 3,
	    "10.1.2.0") && !network_has(n, 3, "10.1.4.0"));
	CHECK(network_has(n, 3, "192.0.2.7") &&
	    !network_has(n, 3, "192.0.2.6"));
	CHECK(network_has(n, 3, "2001:db8:7fff::1") &&
	    !network_has(n, 3, "2001:db8:8000::1"));
	CHECK(!network_has(n, 3, "") && !network_has(n, 0, "192.0.2.7"));
	CHECK(network_parse(&n[0], "0.0.0.0/0") &&
	    network_has(n, 1, "255.1.2.3") && !network_has(n, 1, "::1"));
}

int
main(void)
{
	static const char *const files[] = { NULL };

	site_begin();
	test_round();
	test_with();
	test_changes();
	test_old();
	test_damage();
	test_largest();
	test_networks();
	site_end(files);
	return check_end("mail_queue");
}
