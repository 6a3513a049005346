/* store.c - STOR, APPE and STOU: a file from the client */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "commands.h"
#include "home.h"
#include "receive.h"
#include "session.h"
#include "upload.h"

enum { UNIQUE_TRIES = 1000 };

/* The upload has ended: how much more is there now? */
static void
account(struct session *s, const struct upload *u, enum outcome went)
{
	if (went == DATA_OK && !s->ascii)
		home_grew(s, u->start + s->data.octets - u->old);
	else
		home_forget(s);
}

/* The transfer; text is what the 150 says. */
static void
store(struct session *s, struct upload *u, const char *path, const char *text,
    const char *done)
{
	off_t most = home_room(s) + u->old - u->start;
	time_t start = time(NULL);
	enum outcome went;
	int saved;

	if (most < 0) {
		upload_drop(u, false);
		data_reset(&s->data);
		reply(s, 552, "%s: Over quota.", path);
		return;
	}
	if (!data_open(s, "STOR", text)) {
		upload_drop(u, false);
		return;
	}
	went = upload_begin(u) == -1 ? DATA_LOCAL : receive_file(s, u->fd,
	    most);
	saved = errno;
	if (went == DATA_OK) {
		if (upload_commit(s, u) == -1) {
			saved = errno;
			went = DATA_LOCAL;
		}
	} else {
		upload_drop(u, went != DATA_LOCAL);
	}
	account(s, u, went);
	errno = saved;
	data_close(s, went, done);
	transfer_log(s, path, 'i', (long)(time(NULL) - start),
	    went == DATA_OK);
}

/*
 * The virtual path of a file to be written.  Guests may leave files in the
 * incoming directory only.
 */
static bool
path_to_store(struct session *s, const char *arg, char *path)
{
	if (!s->anonymous || s->settings.incoming[0] == '\0')
		return path_for_change(s, arg, 553, path);
	if (!path_for(s, arg, 553, path))
		return false;
	if (path_is_incoming(s, path))
		return true;
	reply(s, 553, "Guests leave files in %s only.", s->settings.incoming);
	return false;
}

static void
refuse_upload(struct session *s, const char *name)
{
	if (errno == ESPIPE)
		reply(s, 554, "Restart past the end of %s.", name);
	else if (errno == EEXIST || errno == ELOOP || errno == EISDIR ||
	    errno == ENXIO)
		reply(s, 553, "%s: Not a plain file.", name);
	else
		reply_errno(s, 553, name);
}

static void
store_named(struct session *s, const char *arg, enum upload_how how,
    off_t offset)
{
	char path[PATH_SIZE], text[PATH_SIZE + 64];
	struct upload u;

	if (!path_to_store(s, arg, path))
		return;
	/* What a guest has left stays as it was left. */
	if (s->anonymous)
		how = UPLOAD_UNIQUE;
	if (offset > 0 && s->ascii) {
		reply(s, 554, "Restart needs TYPE I.");
	} else if (upload_open(s, &u, path, how, offset) == -1) {
		refuse_upload(s, arg);
	} else {
		snprintf(text, sizeof text, "Ok to send data for %s.", path);
		store(s, &u, path, text, "Transfer complete.");
	}
}

void
cmd_stor(struct session *s, char *arg)
{
	off_t offset = s->restart;

	s->restart = 0;
	store_named(s, arg, UPLOAD_REPLACE, offset);
}

void
cmd_appe(struct session *s, char *arg)
{
	s->restart = 0;
	store_named(s, arg, UPLOAD_APPEND, 0);
}

/*
 * The name given, or "file", with a number behind it if that is taken.  The
 * form of the 150 is RFC 1123's, 4.1.2.9.
 */
void
cmd_stou(struct session *s, char *arg)
{
	char wish[PATH_SIZE], path[PATH_SIZE], text[PATH_SIZE + 16];
	struct upload u;
	int status, i;

	s->restart = 0;
	if (!path_to_store(s, *arg == '\0' ? "file" : arg, wish))
		return;
	strcpy(path, wish);
	status = upload_open(s, &u, path, UPLOAD_UNIQUE, 0);
	for (i = 1; status == -1 && errno == EEXIST && i < UNIQUE_TRIES; i++) {
		if ((size_t)snprintf(path, sizeof path, "%s.%d", wish, i) >=
		    sizeof path)
			break;
		status = upload_open(s, &u, path, UPLOAD_UNIQUE, 0);
	}
	if (status == -1) {
		refuse_upload(s, wish);
		return;
	}
	snprintf(text, sizeof text, "FILE: %s", path);
	store(s, &u, path, text, "Transfer complete.");
}
