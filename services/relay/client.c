/* client.c - a connection to a mail server */

#define _GNU_SOURCE	/* SOCK_CLOEXEC */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "relay.h"

enum {
	CONNECT_SECONDS = 30,
	GREETING_SECONDS = 300,		/* RFC 5321 4.5.3.2.1 */
	HELLO_SECONDS = 300,
	SEND_SECONDS = 180,		/* a block of the message: .5 */
	QUIT_SECONDS = 5		/* all is said: no need to wait long */
};

static void
set_name(struct client *c, const struct server *s)
{
	const struct sockaddr_in *four = (const void *)&s->address;
	const struct sockaddr_in6 *six = (const void *)&s->address;
	bool is_four = s->address.ss_family == AF_INET;
	char ip[INET6_ADDRSTRLEN] = "";

	inet_ntop(s->address.ss_family, is_four ?
	    (const void *)&four->sin_addr : (const void *)&six->sin6_addr,
	    ip, sizeof ip);
	snprintf(c->name, sizeof c->name, "%s[%s]:%u", s->host, ip,
	    ntohs(is_four ? four->sin_port : six->sin6_port));
}

static int
limited(const struct client *c, int seconds)
{
	return seconds < c->timeout ? seconds : c->timeout;
}

static enum client_end
failed(struct client *c, const char *what)
{
	char text[REPLY_TEXT_SIZE];

	snprintf(text, sizeof text, "%s: %s: %.500s", c->name, what,
	    c->reply.text[0] != '\0' ? c->reply.text : strerror(errno));
	memcpy(c->reply.text, text, sizeof text);
	if (c->fd != -1)
		close(c->fd);
	c->fd = -1;
	return CLIENT_LATER;
}

/* Connect within some seconds, then block as all the others do. */
static int
connect_to(struct client *c, const struct sockaddr_storage *a)
{
	int error = 0;
	socklen_t len = sizeof error;
	struct pollfd p;

	c->fd = socket(a->ss_family, SOCK_STREAM | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, 0);
	if (c->fd == -1)
		return -1;
	if (connect(c->fd, (const struct sockaddr *)a, a->ss_family ==
	    AF_INET ? sizeof(struct sockaddr_in) :
	    sizeof(struct sockaddr_in6)) == 0)
		return 0;
	if (errno != EINPROGRESS)
		return -1;
	p = (struct pollfd){ c->fd, POLLOUT, 0 };
	if (poll(&p, 1, limited(c, CONNECT_SECONDS) * 1000) != 1) {
		errno = ETIMEDOUT;
		return -1;
	}
	if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &len) == -1)
		return -1;
	errno = error;
	return error == 0 ? 0 : -1;
}

bool
client_hear(struct client *c, int seconds)
{
	if (reply_read(&c->reply, &c->in, limited(c, seconds)))
		return true;
	c->broken = true;
	return false;
}

/* One line of EHLO's reply. */
static void
take_extension(struct client *c, const char *line, size_t n)
{
	if (n == 10 && strncasecmp(line, "PIPELINING", n) == 0)
		c->pipelining = true;
	else if (n == 8 && strncasecmp(line, "8BITMIME", n) == 0)
		c->eight_bit = true;
	else if (n == 3 && strncasecmp(line, "DSN", n) == 0)
		c->dsn = true;
	else if (n == 8 && strncasecmp(line, "SMTPUTF8", n) == 0)
		c->utf8 = true;
	else if (n >= 4 && strncasecmp(line, "SIZE", 4) == 0) {
		c->size = true;
		if (n > 5)	/* 0 stands for no limit: RFC 1870 4 */
			c->size_max = strtol(line + 5, NULL, 10);
	}
}

static void
take_extensions(struct client *c)
{
	const char *line = c->reply.text;
	size_t n;

	line += strcspn(line, "\n");
	while (*line == '\n') {
		n = strcspn(++line, "\n");
		take_extension(c, line, n);
		line += n;
	}
}

/* Is the name that it gives itself ours?  Then we talk to ourselves. */
static bool
is_ourselves(const struct client *c, const char *own)
{
	size_t n = strlen(own);

	return strncasecmp(c->reply.text, own, n) == 0 &&
	    strchr(" \n", c->reply.text[n]) != NULL;
}

static bool
say_hello(struct client *c, const char *own)
{
	output_format(&c->out, "EHLO %s\r\n", own);
	if (!client_hear(c, HELLO_SECONDS))
		return false;
	if (c->reply.code == 250) {
		take_extensions(c);
		return true;
	}
	if (c->reply.code < 500)
		return false;
	output_format(&c->out, "HELO %s\r\n", own);
	return client_hear(c, HELLO_SECONDS) && c->reply.code == 250;
}

enum client_end
client_open(struct client *c, const struct server *s,
    const struct mail_settings *settings)
{
	memset(&c->reply, 0, sizeof c->reply);
	c->pipelining = c->eight_bit = c->size = c->broken = false;
	c->dsn = c->utf8 = false;
	c->size_max = 0;
	c->timeout = (int)settings->relay_timeout;
	set_name(c, s);
	if (connect_to(c, &s->address) == -1)
		return failed(c, "connect");
	output_init(&c->out, c->fd, limited(c, SEND_SECONDS));
	input_init(&c->in, c->fd, 0, &c->out);
	if (!client_hear(c, GREETING_SECONDS) || c->reply.code != 220)
		return failed(c, "greeting");
	if (is_ourselves(c, settings->hostname)) {
		failed(c, "this is ourselves");
		return CLIENT_LOOP;
	}
	return say_hello(c, settings->hostname) ? CLIENT_OK :
	    failed(c, "EHLO");
}

void
client_close(struct client *c)
{
	if (c->fd == -1)
		return;
	if (!c->broken) {
		output_text(&c->out, "QUIT\r\n");
		client_hear(c, QUIT_SECONDS);
	}
	close(c->fd);
	c->fd = -1;
}
