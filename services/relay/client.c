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

#include "io/fdpass.h"
#include "io/log.h"
#include "relay.h"

enum {
	CONNECT_SECONDS = 30,
	GREETING_SECONDS = 300,		/* RFC 5321 4.5.3.2.1 */
	HELLO_SECONDS = 300,
	SEND_SECONDS = 180,		/* a block of the message: .5 */
	QUIT_SECONDS = 5		/* all is said: no need to wait long */
};

/* The address as text, and its port. */
static unsigned
address_text(const struct sockaddr_storage *a, char ip[INET6_ADDRSTRLEN])
{
	const struct sockaddr_in *four = (const void *)a;
	const struct sockaddr_in6 *six = (const void *)a;
	bool is_four = a->ss_family == AF_INET;

	if (inet_ntop(a->ss_family, is_four ? (const void *)&four->sin_addr :
	    (const void *)&six->sin6_addr, ip, INET6_ADDRSTRLEN) == NULL)
		ip[0] = '\0';
	return ntohs(is_four ? four->sin_port : six->sin6_port);
}

static bool
is_loopback(const struct sockaddr_storage *a)
{
	const struct sockaddr_in *four = (const void *)a;
	const struct sockaddr_in6 *six = (const void *)a;

	return a->ss_family == AF_INET ? ntohl(four->sin_addr.s_addr) >> 24 ==
	    127 : IN6_IS_ADDR_LOOPBACK(&six->sin6_addr);
}

static void
set_name(struct client *c, const struct server *s)
{
	char ip[INET6_ADDRSTRLEN];
	unsigned port = address_text(&s->address, ip);

	strcpy(c->host, s->host);
	snprintf(c->name, sizeof c->name, "%s[%s]:%u%s", s->host, ip, port,
	    c->tls ? "/tls" : "");
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

/* From the address that the settings name for the family, if any. */
static int
bind_source(int fd, const struct mail_settings *s, int family)
{
	struct sockaddr_in four = { .sin_family = AF_INET };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };

	if (family == AF_INET && s->relay_source_four[0] != '\0') {
		inet_pton(AF_INET, s->relay_source_four, &four.sin_addr);
		return bind(fd, (struct sockaddr *)&four, sizeof four);
	}
	if (family == AF_INET6 && s->relay_source_six[0] != '\0') {
		inet_pton(AF_INET6, s->relay_source_six, &six.sin6_addr);
		return bind(fd, (struct sockaddr *)&six, sizeof six);
	}
	return 0;
}

/* Connect within some seconds. */
static int
connect_to(struct client *c, const struct sockaddr_storage *a,
    const struct mail_settings *s)
{
	int error = 0;
	socklen_t len = sizeof error;
	struct pollfd p;

	c->fd = socket(a->ss_family, SOCK_STREAM | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, 0);
	if (c->fd == -1 || bind_source(c->fd, s, a->ss_family) == -1)
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
	bool heard = reply_read(&c->reply, &c->in, limited(c, seconds));

	/* Behind 421 it closes the connection: RFC 5321 3.8. */
	c->broken = c->broken || !heard || c->reply.code == 421;
	return heard;
}

bool
client_is_ready(const struct client *c)
{
	struct pollfd p = { c->fd, POLLIN, 0 };

	return c->fd != -1 && !c->broken && !input_pending(&c->in) &&
	    poll(&p, 1, 0) == 0;
}

/* The mechanisms behind AUTH; some write an equals sign there. */
static void
take_mechanisms(struct client *c, const char *line, size_t n)
{
	size_t word;

	for (size_t i = 5; i < n; i += word + 1) {
		for (word = 0; i + word < n && line[i + word] != ' '; word++)
			;
		if (word == 5 && strncasecmp(line + i, "PLAIN", 5) == 0)
			c->auth_plain = true;
		if (word == 5 && strncasecmp(line + i, "LOGIN", 5) == 0)
			c->auth_login = true;
	}
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
	else if (n == 8 && strncasecmp(line, "STARTTLS", n) == 0)
		c->starttls = true;
	else if (n > 5 && strncasecmp(line, "AUTH", 4) == 0)
		take_mechanisms(c, line, n);
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
	/* What was offered before TLS does not count: RFC 3207 4.2. */
	c->pipelining = c->eight_bit = c->size = c->dsn = c->utf8 = false;
	c->starttls = c->auth_plain = c->auth_login = false;
	c->size_max = 0;
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

static void
talk_over(struct client *c)
{
	c->broken = c->used = false;
	output_init(&c->out, c->fd, limited(c, SEND_SECONDS));
	input_init(&c->in, c->fd, 0, &c->out);
}

/* Connect, and hear greeting and EHLO's reply, without TLS. */
static enum client_end
open_plain(struct client *c, const struct server *s,
    const struct mail_settings *settings)
{
	memset(&c->reply, 0, sizeof c->reply);
	c->tls = false;
	set_name(c, s);
	if (connect_to(c, &s->address, settings) == -1)
		return failed(c, "connect");
	talk_over(c);
	if (!client_hear(c, GREETING_SECONDS) || c->reply.code != 220)
		return failed(c, "greeting");
	if (is_ourselves(c, settings->hostname)) {
		failed(c, "this is ourselves");
		return CLIENT_LOOP;
	}
	return say_hello(c, settings->hostname) ? CLIENT_OK :
	    failed(c, "EHLO");
}

/* The same through the program that speaks TLS. */
static enum client_end
open_tls(struct client *c, const struct server *s,
    const struct mail_settings *settings)
{
	char ip[INET6_ADDRSTRLEN];
	unsigned port = address_text(&s->address, ip);
	bool is_four = s->address.ss_family == AF_INET;

	memset(&c->reply, 0, sizeof c->reply);
	c->tls = true;
	set_name(c, s);
	c->fd = unix_connect(TLS_SOCKET, SOCK_STREAM);
	if (c->fd == -1)
		return failed(c, TLS_SOCKET);
	talk_over(c);
	output_format(&c->out, "%s%s%s %u %s\n", is_four ? "" : "[", ip,
	    is_four ? "" : "]", port, s->host);
	return say_hello(c, settings->hostname) ? CLIENT_OK :
	    failed(c, "STARTTLS");
}

/* Over to TLS, where it is wanted and the server has it. */
static enum client_end
go_private(struct client *c, const struct server *s,
    const struct mail_settings *settings)
{
	bool must = settings->relay_tls == RELAY_TLS_MUST;
	enum client_end end;

	if (settings->relay_tls == RELAY_TLS_NO || (!must && !c->starttls))
		return CLIENT_OK;
	if (!c->starttls) {
		client_close(c);
		strcpy(c->reply.text, "not offered");
		return failed(c, "STARTTLS");
	}
	client_close(c);	/* the helper has a connection of its own */
	end = open_tls(c, s, settings);
	if (end == CLIENT_OK || must)
		return end;
	log_line("%s: %s", c->name, c->reply.text);
	return open_plain(c, s, settings);
}

enum client_end
client_open(struct client *c, const struct server *s, const struct site *site)
{
	enum client_end end;

	c->timeout = (int)site->settings.relay_timeout;
	end = open_plain(c, s, &site->settings);
	if (end == CLIENT_OK)
		end = go_private(c, s, &site->settings);
	if (end == CLIENT_OK && !auth_say(c, site, s->host, c->tls ||
	    is_loopback(&s->address)))
		end = failed(c, "AUTH");
	if (end == CLIENT_OK && !client_is_ready(c))
		end = failed(c, "it speaks unasked");
	return end;
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
