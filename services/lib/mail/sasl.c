/* sasl.c - the exchange of responses, decoded where they are read */

#include <string.h>
#include <strings.h>

#include "mail/base64.h"
#include "mail/sasl.h"

/* One exchange under way. */
struct exchange {
	struct sasl	*sasl;
	struct input	*in;
	struct output	*out;
	const char	*prompt;
	const char	*initial;	/* NULL once it has been used */
	size_t		 used;		/* octets of sasl->text */
};

/* Decode the n octets at the end of the text; *response is closed by NUL. */
static enum sasl_end
decode(struct exchange *e, size_t n, const char **response, size_t *len)
{
	char *text = e->sasl->text + e->used;
	ssize_t got = base64_decode(text, n, text);

	e->sasl->held = e->used + n + 1;
	if (got == -1)
		return SASL_BASE64;
	text[got] = '\0';
	e->used += (size_t)got + 1;
	*response = text;
	*len = (size_t)got;
	return SASL_OK;
}

/* The next response: the initial one, or what the client says if asked. */
static enum sasl_end
respond(struct exchange *e, const char *challenge, const char **response,
    size_t *len)
{
	char *text = e->sasl->text + e->used;
	size_t n;

	if (e->initial != NULL) {
		n = strcmp(e->initial, "=") == 0 ? 0 : strlen(e->initial);
		if (n >= SASL_LINE_SIZE)
			return SASL_LONG;
		memcpy(text, e->initial, n);
		e->initial = NULL;
		return decode(e, n, response, len);
	}
	output_format(e->out, "%s%s\r\n", e->prompt, challenge);
	switch (input_line(e->in, text, SASL_LINE_SIZE, &n)) {
	case INPUT_OK:
		break;
	case INPUT_LONG:
		return SASL_LONG;
	case INPUT_NUL:
		return SASL_BASE64;
	default:
		return SASL_GONE;
	}
	return strcmp(text, "*") == 0 ? SASL_CANCELLED :
	    decode(e, n, response, len);
}

/* RFC 4616 2: authorization identity, user and password, NULs between. */
static enum sasl_end
plain(struct exchange *e)
{
	const char *act_as, *end;
	enum sasl_end how;
	size_t n;

	how = respond(e, "", &act_as, &n);
	if (how != SASL_OK)
		return how;
	end = act_as + n;
	e->sasl->user = act_as + strlen(act_as) + 1;
	if (e->sasl->user > end)
		return SASL_FORM;
	e->sasl->password = e->sasl->user + strlen(e->sasl->user) + 1;
	if (e->sasl->password > end ||
	    e->sasl->password + strlen(e->sasl->password) != end)
		return SASL_FORM;
	return *act_as == '\0' || strcmp(act_as, e->sasl->user) == 0 ?
	    SASL_OK : SASL_IDENTITY;
}

/* What everybody does and no RFC says: two questions, two answers. */
static enum sasl_end
login(struct exchange *e)
{
	enum sasl_end how;
	size_t user, password;

	how = respond(e, "VXNlcm5hbWU6", &e->sasl->user, &user);
	if (how == SASL_OK)
		how = respond(e, "UGFzc3dvcmQ6", &e->sasl->password,
		    &password);
	if (how != SASL_OK)
		return how;
	return strlen(e->sasl->user) == user &&
	    strlen(e->sasl->password) == password ? SASL_OK : SASL_FORM;
}

const char *const sasl_mechanisms[] = { "PLAIN", "LOGIN", NULL };

static enum sasl_end (*const exchanges[])(struct exchange *) = { plain,
    login };

enum sasl_end
sasl_read(struct sasl *sasl, const char *mechanism, const char *initial,
    struct input *in, struct output *out, const char *prompt)
{
	struct exchange e = { sasl, in, out, prompt, initial, 0 };

	sasl->user = sasl->password = "";
	sasl->held = 0;
	for (size_t i = 0; sasl_mechanisms[i] != NULL; i++)
		if (strcasecmp(mechanism, sasl_mechanisms[i]) == 0)
			return exchanges[i](&e);
	return SASL_MECHANISM;
}

void
sasl_forget(struct sasl *sasl)
{
	explicit_bzero(sasl->text, sasl->held);
	sasl->user = sasl->password = "";
}
