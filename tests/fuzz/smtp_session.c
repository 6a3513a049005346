/*
 * smtp_session.c - a whole session of smtpd, of each kind
 *
 * The first octet says which.  deliver is played: names that start with an x
 * are refused.  Every line that comes out is a reply, the session ends when
 * the client's octets do, and what was accepted has been written.
 *
 * fuzz: services/smtpd/auth.c
 * fuzz: services/smtpd/chunk.c
 * fuzz: services/smtpd/commands.c
 * fuzz: services/smtpd/data.c
 * fuzz: services/smtpd/envelope.c
 * fuzz: services/smtpd/hello.c
 * fuzz: services/smtpd/intake.c
 * fuzz: services/smtpd/settle.c
 * fuzz: services/smtpd/submission.c
 * fuzz: services/smtpd/trace.c
 * fuzz: services/lib/dns/name.c
 * fuzz: services/lib/dns/stub.c
 * fuzz: services/lib/dns/stub_answer.c
 * fuzz: services/lib/dns/stub_text.c
 * fuzz: services/lib/io/buf.c
 * fuzz: services/lib/io/command.c
 * fuzz: services/lib/io/conf.c
 * fuzz: services/lib/io/fdpass.c
 * fuzz: services/lib/io/input.c
 * fuzz: services/lib/io/log.c
 * fuzz: services/lib/io/output.c
 * fuzz: services/lib/io/peer.c
 * fuzz: services/lib/io/tls.c
 * fuzz: services/lib/mail/addresses.c
 * fuzz: services/lib/mail/base64.c
 * fuzz: services/lib/mail/charset.c
 * fuzz: services/lib/mail/datetext.c
 * fuzz: services/lib/mail/header.c
 * fuzz: services/lib/mail/idn.c
 * fuzz: services/lib/mail/network.c
 * fuzz: services/lib/mail/parameter.c
 * fuzz: services/lib/mail/path.c
 * fuzz: services/lib/mail/sasl.c
 * fuzz: services/lib/mail/settings.c
 * fuzz: services/lib/mail/spf.c
 * fuzz: services/lib/mail/spf_macro.c
 * fuzz: services/lib/mail/token.c
 * fuzz: services/lib/mail/utf8.c
 */
#define _GNU_SOURCE	/* memfd_create(2) */
#include <assert.h>
#include <stdint.h>
#include <sys/mman.h>

#define main smtpd_main
#include "../../services/smtpd/smtpd.c"
#undef main
#include "mail/delivery.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static struct session	session;

int
sandbox_enter(const char *profile, const char *path)
{
	(void)profile, (void)path;
	return 0;
}

enum login_answer
login_verify(const struct login *l)
{
	return strcmp(l->user, "bob") == 0 ? LOGIN_YES : LOGIN_NO;
}

int
delivery_open(void)
{
	return memfd_create("deliver", MFD_CLOEXEC);
}

int
delivery_tell(int sock, const char *verb, const char *argument)
{
	(void)sock;
	/* What goes to deliver is one record of printable text. */
	assert(strlen(verb) + strlen(argument) + 2 < DELIVERY_RECORD_MAX);
	for (const char *p = argument; *p != '\0'; p++)
		assert((unsigned char)*p >= ' ' || *p == '\t');
	return 0;
}

int
delivery_ask(int sock, const char *verb, const char *argument,
    char reply[DELIVERY_RECORD_MAX])
{
	bool refused = strncmp(argument, "x", 1) == 0;

	delivery_tell(sock, verb, argument);
	strcpy(reply, refused ? "550 5.1.1 No such user here" :
	    "250 2.0.0 Fine");
	return refused ? 550 : 250;
}

int
delivery_places(int sock, int fds[DELIVERY_PLACES_MAX], size_t *n,
    char reply[DELIVERY_RECORD_MAX])
{
	(void)sock;
	fds[0] = memfd_create("place", MFD_CLOEXEC);
	*n = 1;
	strcpy(reply, "354 Write");
	return 354;
}

/* Nothing but replies, each on a line of its own. */
static void
check_replies(int fd)
{
	static char text[1 << 20];
	ssize_t n = pread(fd, text, sizeof text - 1, 0);
	char *end, *line = text;

	assert(n >= 0);
	text[n] = '\0';
	for (; line < text + n; line = end + 2) {
		end = strstr(line, "\r\n");
		if (end == NULL && (size_t)n == sizeof text - 1)
			break;
		assert(end != NULL && end - line >= 4);
		assert(line[0] >= '2' && line[0] <= '5' && line[1] >= '0' &&
		    line[1] <= '9' && line[2] >= '0' && line[2] <= '9');
		assert(line[3] == ' ' || line[3] == '-');
		for (const char *p = line; p < end; p++)
			assert((unsigned char)*p >= ' ' || *p == '\t');
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n)
{
	struct session *s = &session;
	int in = memfd_create("in", MFD_CLOEXEC);
	int out = memfd_create("out", MFD_CLOEXEC);

	if (n == 0)
		return 0;
	assert(in != -1 && out != -1);
	assert(write(in, octets + 1, n - 1) == (ssize_t)n - 1);
	assert(lseek(in, 0, SEEK_SET) == 0);
	buf_free(&s->names);
	buf_free(&s->settings.domains);
	memset(s, 0, sizeof *s);
	s->role = octets[0] % 3;
	strcpy(s->settings.hostname, "h");
	s->settings.size_limit = octets[0] & 8 ? 100 : 1L << 20;
	s->settings.recipients_max = octets[0] & 16 ? 1 : 100;
	s->settings.vrfy = octets[0] & 32;
	s->settings.helo_check = octets[0] & 64;
	s->settings.bare_newline = octets[0] & 128 ? BARE_NORMALISE :
	    BARE_REFUSE;
	assert(buf_add(&s->settings.domains, "h", 2) == 0);
	strcpy(s->peer.ip, octets[0] & 4 ? "192.0.2.1" : "127.0.0.1");
	output_init(&s->out, out, 1);
	input_init(&s->in, in, 1, &s->out);
	s->state = START;
	s->lf_only = true;
	s->deliver = -1;
	serve(s);
	output_flush(&s->out);
	check_replies(out);
	if (s->deliver != -1)
		close(s->deliver);
	forget_message(s);
	close(in);
	close(out);
	return 0;
}
