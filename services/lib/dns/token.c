/*
 * token.c - a zone file as words
 *
 * A file whose last line has no newline is refused: it is how a file looks
 * that an editor is still writing, and the missing end could be the rest of
 * an address.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dns/token.h"
#include "io/copy.h"

enum class { PLAIN, BLANK, STOP };	/* STOP: ends a word or needs a look */

static const unsigned char class_of[256] = {
	[0] = STOP, ['\t'] = BLANK, ['\n'] = STOP, ['\r'] = BLANK,
	[' '] = BLANK, ['"'] = STOP, ['('] = STOP, [')'] = STOP,
	[';'] = STOP, ['\\'] = STOP
};

bool
lexer_open(struct lexer *lex, int fd, const char *data, size_t size)
{
	*lex = (struct lexer){ .fd = fd, .next_line = 1, .line = 1,
	    .fresh = true, .block = data, .end = size };
	lex->text = malloc(TOKEN_MAX + 1);
	if (fd != -1)
		lex->block = lex->own = malloc(TOKEN_BLOCK);
	if (lex->text == NULL || (fd != -1 && lex->own == NULL)) {
		lexer_close(lex);
		return false;
	}
	lex->text[0] = '\0';
	return true;
}

void
lexer_close(struct lexer *lex)
{
	free(lex->text);
	free(lex->own);
	lex->text = lex->own = NULL;
}

void
lexer_again(struct lexer *lex, const char *data, size_t size)
{
	lex->block = data;
	lex->at = 0;
	lex->end = size;
	lex->error = NULL;
	lex->parens = 0;
	lex->fresh = true;
}

static enum token
bad(struct lexer *lex, const char *error)
{
	lex->error = error;
	return TOKEN_BAD;
}

/* Read the next block.  False at the end, or with error set. */
static bool
refill(struct lexer *lex)
{
	ssize_t n;

	if (lex->fd == -1)
		return false;
	while ((n = read(lex->fd, lex->own, TOKEN_BLOCK)) == -1 &&
	    errno == EINTR)
		;
	if (n == -1) {
		lex->error = strerror(errno);
		lex->failed = true;
	}
	if (n <= 0)
		return false;
	lex->at = 0;
	lex->end = (size_t)n;
	lex->octets += (size_t)n;
	return true;
}

/* The next character without taking it, or -1 at the end. */
static int
peek(struct lexer *lex)
{
	if (lex->at == lex->end && !refill(lex))
		return -1;
	return (unsigned char)lex->block[lex->at];
}

static bool
keep(struct lexer *lex, char c)
{
	if (lex->len == TOKEN_MAX)
		return false;
	lex->text[lex->len++] = c;
	return true;
}

/* Keep the plain characters up to the block's end: most of most words. */
static bool
keep_plain(struct lexer *lex)
{
	const char *p = lex->block + lex->at;
	size_t left = lex->end - lex->at, n = 0;

	while (n < left && class_of[(unsigned char)p[n]] == PLAIN)
		n++;
	if (n > TOKEN_MAX - lex->len)
		return false;
	copy_octets(lex->text + lex->len, p, n);
	lex->len += n;
	lex->at += n;
	return true;
}

/* Keep a backslash and the character behind it, whatever it is. */
static bool
keep_escape(struct lexer *lex)
{
	int c;

	lex->at++;
	c = peek(lex);
	if (c == -1 || c == '\n' || c == '\0' || !keep(lex, '\\'))
		return false;
	lex->at++;
	return keep(lex, (char)c);
}

/* A word up to a blank, or a quoted one up to its quote. */
static enum token
word(struct lexer *lex, bool quoted)
{
	int c;

	lex->len = 0;
	while ((c = peek(lex)) != -1) {
		if (class_of[c] == PLAIN) {
			if (!keep_plain(lex))
				return bad(lex, "word too long");
			continue;
		}
		if (c == '\\') {
			if (!keep_escape(lex))
				return bad(lex, "bad escape");
			continue;
		}
		if (quoted ? c == '"' : class_of[c] != PLAIN)
			break;
		if (c == '\n' || c == '\0')
			return bad(lex, "line ends inside quotes");
		if (!keep(lex, (char)c))
			return bad(lex, "word too long");
		lex->at++;
	}
	if (c == -1)
		return bad(lex, lex->error != NULL ? lex->error :
		    quoted ? "file ends inside quotes" :
		    "file ends without a newline: half-written?");
	if (quoted)
		lex->at++;
	lex->text[lex->len] = '\0';
	return quoted ? TOKEN_QUOTED : TOKEN_WORD;
}

static void
skip_comment(struct lexer *lex)
{
	const char *nl;

	while (peek(lex) != -1) {
		nl = memchr(lex->block + lex->at, '\n', lex->end - lex->at);
		lex->at = nl != NULL ? (size_t)(nl - lex->block) : lex->end;
		if (nl != NULL)
			break;
	}
}

/* The file is read to its end: may it end here? */
static enum token
finish(struct lexer *lex)
{
	if (lex->error != NULL)
		return TOKEN_BAD;
	if (lex->parens > 0)
		return bad(lex, "file ends inside parentheses");
	if (!lex->fresh)
		return bad(lex, "file ends without a newline: half-written?");
	return TOKEN_EOF;
}

/* A newline: true if it ends a record, which an empty line does not. */
static bool
newline(struct lexer *lex)
{
	lex->at++;
	lex->next_line++;
	if (lex->parens > 0)
		return false;
	lex->fresh = true;
	return true;
}

enum token
lexer_next(struct lexer *lex)
{
	bool started = lex->fresh, blank = false;
	int c;

	if (lex->error != NULL)
		return TOKEN_BAD;
	while ((c = peek(lex)) != -1) {
		lex->line = lex->next_line;
		if (c == ';') {
			skip_comment(lex);
		} else if (c == '\n') {
			if (newline(lex) && !started)
				return TOKEN_END;
			blank = false;
		} else if (class_of[c] == BLANK) {
			lex->at++;
			blank = true;
		} else if (started && blank) {
			lex->fresh = false;
			return TOKEN_BLANK;
		} else if (c == '(') {
			lex->parens++;
			lex->at++;
			lex->fresh = started = false;
		} else if (c == ')') {
			if (lex->parens == 0)
				return bad(lex, ") without (");
			lex->parens--;
			lex->at++;
		} else if (c == '\0') {
			return bad(lex, "NUL in the file");
		} else {
			lex->fresh = false;
			if (c == '"')
				lex->at++;
			return word(lex, c == '"');
		}
	}
	return finish(lex);
}
