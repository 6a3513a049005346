/* zonefile.c - master files: records and directives */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "dns/zonefile.h"
#include "dns/zonefile_state.h"

static bool read_path(struct zonefile *, const char *path, unsigned line);

const char *
zonefile_apex(struct name *apex, const char *path)
{
	const char *base = strrchr(path, '/');
	size_t len;

	base = base != NULL ? base + 1 : path;
	len = strlen(base);
	if (len > 5 && strcmp(base + len - 5, ".zone") == 0)
		len -= 5;
	if (len == 4 && memcmp(base, "root", 4) == 0)
		return name_from_text(apex, ".", 1, NULL);
	return name_from_text(apex, base, len, NULL);
}

const char *
zonefile_head(struct zonefile *file, enum token token,
    struct record_head *head)
{
	bool has_class = false;
	const char *text = file->lex->text, *error;

	head->has_ttl = false;
	for (;; token = lexer_next(file->lex)) {
		int number;

		if (token == TOKEN_BAD)
			return file->lex->error;
		if (token != TOKEN_WORD)
			return "record type missing";
		if (text[0] >= '0' && text[0] <= '9' && !head->has_ttl) {
			error = ttl_from_text(&head->ttl, text,
			    file->lex->len);
			if (error != NULL)
				return error;
			head->has_ttl = true;
			continue;
		}
		number = class_number(text, file->lex->len);
		if (number != -1 && !has_class) {
			if (number != CLASS_IN)
				return "class is not IN";
			has_class = true;
			continue;
		}
		number = type_number(text, file->lex->len);
		if (number == -1)
			return "unknown record type";
		if (number == 0 || number == TYPE_OPT ||
		    (number >= 128 && number <= 255))
			return "a type that no zone may hold";
		head->type = (uint16_t)number;
		return NULL;
	}
}

const char *
zonefile_add(struct zonefile *file, const struct name *owner,
    const struct record_head *head, unsigned line)
{
	const uint8_t *end = file->rdata.octets + file->rdata.len;
	uint32_t ttl;

	if (head->has_ttl)
		ttl = head->ttl;
	else if (file->has_default)
		ttl = file->default_ttl;
	else if (file->has_ttl)
		ttl = file->ttl;
	else if (head->type == TYPE_SOA)	/* its minimum, as of old */
		ttl = (uint32_t)end[-4] << 24 | (uint32_t)end[-3] << 16 |
		    (uint32_t)end[-2] << 8 | end[-1];
	else
		return "no time to live: put $TTL before the first record";
	file->ttl = ttl;
	file->has_ttl = true;
	return zone_add(file->zone, owner, head->type, ttl,
	    file->rdata.octets, file->rdata.len, file->source, line);
}

/* A record; token is its first, BLANK for "the same owner as above". */
static const char *
read_record(struct zonefile *file, enum token token)
{
	struct record_head head = { 0 };
	unsigned line = file->lex->line;
	const char *error;

	if (token != TOKEN_BLANK) {
		file->has_owner = false;
		error = name_from_text(&file->owner, file->lex->text,
		    file->lex->len, &file->origin);
		if (error != NULL)
			return error;
		file->has_owner = true;
	} else if (!file->has_owner) {
		return "no owner to repeat";
	}
	error = zonefile_head(file, lexer_next(file->lex), &head);
	if (error == NULL)
		error = rdata_read(&file->rdata, head.type, file->lex,
		    &file->origin);
	if (error == NULL)
		error = zonefile_add(file, &file->owner, &head, line);
	return error;
}

static const char *
end_of_line(struct zonefile *file)
{
	switch (lexer_next(file->lex)) {
	case TOKEN_END:
		return NULL;
	case TOKEN_BAD:
		return file->lex->error;
	default:
		return "more words than the directive takes";
	}
}

static const char *
read_origin(struct zonefile *file)
{
	struct name origin;
	const char *error;

	if (lexer_next(file->lex) != TOKEN_WORD)
		return "$ORIGIN needs a name";
	error = name_from_text(&origin, file->lex->text, file->lex->len,
	    &file->origin);
	if (error != NULL)
		return error;
	file->origin = origin;
	return end_of_line(file);
}

static const char *
read_ttl(struct zonefile *file)
{
	const char *error;

	if (lexer_next(file->lex) != TOKEN_WORD)
		return "$TTL needs a time";
	error = ttl_from_text(&file->default_ttl, file->lex->text,
	    file->lex->len);
	if (error != NULL)
		return error;
	file->has_default = true;
	return end_of_line(file);
}

/* $INCLUDE file [origin]: ours are kept and come back (RFC 1035 5.1). */
static const char *
read_include(struct zonefile *file)
{
	struct name origin = file->origin, inner = origin, owner = file->owner;
	char path[ZONE_PATH];
	unsigned line = file->lex->line;
	bool has_owner = file->has_owner;
	enum token token = lexer_next(file->lex);

	if (token != TOKEN_WORD && token != TOKEN_QUOTED)
		return "$INCLUDE needs a file";
	if (file->lex->len >= sizeof path)
		return "file name too long";
	memcpy(path, file->lex->text, file->lex->len + 1);
	token = lexer_next(file->lex);
	if (token == TOKEN_WORD) {
		const char *error = name_from_text(&inner, file->lex->text,
		    file->lex->len, &origin);

		if (error != NULL)
			return error;
		token = lexer_next(file->lex);
	}
	if (token != TOKEN_END)
		return token == TOKEN_BAD ? file->lex->error :
		    "more words than $INCLUDE takes";
	if (file->depth == ZONEFILE_DEPTH)
		return "$INCLUDE too deep";
	file->origin = inner;
	read_path(file, path, line);
	file->origin = origin;
	file->owner = owner;
	file->has_owner = has_owner;
	return NULL;
}

static const struct directive {
	const char	*name;
	const char	*(*read)(struct zonefile *);
} directives[] = {
	{ "$ORIGIN",	read_origin },
	{ "$TTL",	read_ttl },
	{ "$INCLUDE",	read_include },
	{ "$GENERATE",	zonefile_generate },
};

/* One record or directive; its line may end in several. */
static const char *
read_entry(struct zonefile *file, enum token token)
{
	if (token == TOKEN_QUOTED)
		return "a name may not be quoted";
	if (token == TOKEN_BLANK || file->lex->text[0] != '$')
		return read_record(file, token);
	for (size_t i = 0; i < sizeof directives / sizeof *directives; i++)
		if (strcasecmp(directives[i].name, file->lex->text) == 0)
			return directives[i].read(file);
	return "unknown directive";
}

/* What is open in file->lex, to its end.  False: it cannot go on. */
static bool
read_entries(struct zonefile *file)
{
	struct lexer *lex = file->lex;
	size_t told = 0;

	for (;;) {
		enum token token = lexer_next(lex);
		unsigned line = lex->line;
		const char *error = NULL;

		if (token == TOKEN_EOF)
			return true;
		if (token != TOKEN_BAD && token != TOKEN_END)
			error = read_entry(file, token);
		else if (token == TOKEN_BAD)
			error = lex->error;
		if (error != NULL)
			zone_fault(file->zone, ZONE_ERROR, file->source,
			    lex->error != NULL ? lex->line : line, "%s",
			    error);
		if (lex->error != NULL || file->zone->errors >= ZONE_REPORTS)
			return false;
		while (!lex->fresh && (token = lexer_next(lex)) != TOKEN_BAD &&
		    token != TOKEN_EOF)
			;
		if (lex->octets - told >= 1 << 22 &&
		    file->zone->progress != NULL) {
			told = lex->octets;
			file->zone->progress(file->zone, told);
		}
	}
}

/* One file, noted as a source. */
static bool
read_lexer(struct zonefile *file, struct lexer *lex, unsigned source)
{
	struct lexer *outer = file->lex;
	unsigned outer_source = file->source;
	bool whole;

	file->lex = lex;
	file->source = source;
	file->depth++;
	whole = read_entries(file);
	file->zone->failed = file->zone->failed || lex->failed;
	file->depth--;
	file->lex = outer;
	file->source = outer_source;
	lexer_close(lex);
	return whole;
}

static bool
read_path(struct zonefile *file, const char *path, unsigned line)
{
	struct zone *zone = file->zone;
	unsigned source = zone->sources;
	const char *error;
	struct lexer lex;
	struct stat st;
	bool whole = false;
	int fd = zonefile_open(file->folder, path, &error, &zone->failed);

	if (fd == -1) {
		/* Noted all the same: once it changes, read the zone anew. */
		if (fstatat(file->folder, path, &st, AT_SYMLINK_NOFOLLOW) == -1)
			memset(&st, 0, sizeof st);
		zone_note(zone, path, &st);
		zone_fault(zone, ZONE_ERROR, file->source, line, "%s: %s",
		    path, error);
		return false;
	}
	if (fstat(fd, &st) == -1)
		zone_fault(zone, ZONE_ERROR, file->source, line, "%s: %s",
		    path, strerror(errno));
	else if (!zone_note(zone, path, &st))
		zone_fault(zone, ZONE_ERROR, file->source, line,
		    "%s: too many files", path);
	else if (!lexer_open(&lex, fd, NULL, 0))
		zone_fault(zone, ZONE_ERROR, file->source, line, "%s",
		    zone_no_memory(zone));
	else
		whole = read_lexer(file, &lex, source);
	close(fd);
	return whole;
}

static struct zonefile *
begin(struct zone *zone, int folder)
{
	struct zonefile *file = calloc(1, sizeof *file);

	if (file == NULL)
		return NULL;
	file->zone = zone;
	file->folder = folder;
	file->origin = zone->apex;
	return file;
}

bool
zonefile_read(struct zone *zone, int folder, const char *path)
{
	struct zonefile *file = begin(zone, folder);
	bool whole;

	/* A name for the message if the file cannot even be opened. */
	strncpy(zone->source[0].path, path, ZONE_PATH - 1);
	if (file == NULL) {
		zone_fault(zone, ZONE_ERROR, 0, 0, "%s",
		    zone_no_memory(zone));
		return false;
	}
	whole = read_path(file, path, 0);
	free(file);
	return whole && zone->errors == 0;
}

bool
zonefile_read_text(struct zone *zone, int folder, const char *path,
    const char *text, size_t len)
{
	struct zonefile *file = begin(zone, folder);
	struct stat none = { 0 };
	struct lexer lex;
	bool whole;

	if (file == NULL || !zone_note(zone, path, &none) ||
	    !lexer_open(&lex, -1, text, len)) {
		free(file);
		return false;
	}
	whole = read_lexer(file, &lex, 0);
	free(file);
	return whole && zone->errors == 0;
}
