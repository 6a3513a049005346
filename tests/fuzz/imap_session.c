/*
 * imap_session.c - fuzz a whole session on a mailbox of two messages
 *
 * Every octet that comes out must be within a line or a literal, and the
 * session must end when the client's octets do.
 *
 * fuzz: services/imapd/any.c
 * fuzz: services/imapd/append.c
 * fuzz: services/imapd/binary.c
 * fuzz: services/imapd/bodystructure.c
 * fuzz: services/imapd/bytesort.c
 * fuzz: services/imapd/cache.c
 * fuzz: services/imapd/capability.c
 * fuzz: services/imapd/catenate.c
 * fuzz: services/imapd/condstore.c
 * fuzz: services/imapd/context.c
 * fuzz: services/imapd/copy.c
 * fuzz: services/imapd/decode.c
 * fuzz: services/imapd/envelope.c
 * fuzz: services/imapd/fetch.c
 * fuzz: services/imapd/fetch_modifier.c
 * fuzz: services/imapd/fetch_parse.c
 * fuzz: services/imapd/flags.c
 * fuzz: services/imapd/folders.c
 * fuzz: services/imapd/folderwatch.c
 * fuzz: services/imapd/forest.c
 * fuzz: services/imapd/idle.c
 * fuzz: services/imapd/kept.c
 * fuzz: services/imapd/left.c
 * fuzz: services/imapd/list.c
 * fuzz: services/imapd/load.c
 * fuzz: services/imapd/login.c
 * fuzz: services/imapd/names.c
 * fuzz: services/imapd/notify.c
 * fuzz: services/imapd/notify_parse.c
 * fuzz: services/imapd/objectid.c
 * fuzz: services/imapd/partial.c
 * fuzz: services/imapd/pattern.c
 * fuzz: services/imapd/place_names.c
 * fuzz: services/imapd/place_tell.c
 * fuzz: services/imapd/places.c
 * fuzz: services/imapd/preview.c
 * fuzz: services/imapd/progress.c
 * fuzz: services/imapd/quota.c
 * fuzz: services/imapd/reader.c
 * fuzz: services/imapd/reader_atom.c
 * fuzz: services/imapd/references.c
 * fuzz: services/imapd/render.c
 * fuzz: services/imapd/resync.c
 * fuzz: services/imapd/savedate.c
 * fuzz: services/imapd/search.c
 * fuzz: services/imapd/search_keep.c
 * fuzz: services/imapd/search_match.c
 * fuzz: services/imapd/search_parse.c
 * fuzz: services/imapd/search_return.c
 * fuzz: services/imapd/section.c
 * fuzz: services/imapd/select.c
 * fuzz: services/imapd/selection.c
 * fuzz: services/imapd/sequence.c
 * fuzz: services/imapd/session.c
 * fuzz: services/imapd/sort.c
 * fuzz: services/imapd/sortkey.c
 * fuzz: services/imapd/sortrecord.c
 * fuzz: services/imapd/status.c
 * fuzz: services/imapd/store.c
 * fuzz: services/imapd/subject.c
 * fuzz: services/imapd/textsearch.c
 * fuzz: services/imapd/thread.c
 * fuzz: services/imapd/tree.c
 * fuzz: services/imapd/update.c
 * fuzz: services/imapd/url.c
 * fuzz: services/imapd/use.c
 * fuzz: services/imapd/utf7.c
 */
#define _GNU_SOURCE	/* memfd_create(2) */
#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../services/imapd/imapd.h"
#include "library.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static struct session session;
static char maildir[] = "/tmp/labnet-fuzz-XXXXXX";

static void
remove_maildir(void)
{
	char command[64];

	snprintf(command, sizeof command, "rm -rf %s", maildir);
	if (system(command) != 0)
		perror(maildir);
}

static void
put(const char *name, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof path, "%s/cur/%s", maildir, name);
	f = fopen(path, "w");
	assert(f != NULL);
	fputs(text, f);
	fclose(f);
}

static void
make_maildir(void)
{
	assert(mkdtemp(maildir) != NULL && rmdir(maildir) == 0);
	assert(folder_make_root(maildir) == 0);
	put("1.M1P1.h:2,S", "From: a@b\nSubject: one\n\nketchup\n");
	put("2.M1P1.h:2,", "Content-Type: multipart/mixed; boundary=x\n\n"
	    "--x\n\na\n--x\nContent-Type: message/rfc822\n\nTo: c\n\nb\n"
	    "--x--\n");
	atexit(remove_maildir);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct session *s = &session;
	int in = memfd_create("in", MFD_CLOEXEC);
	int out = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (maildir[sizeof maildir - 2] == 'X')
		make_maildir();
	assert(in != -1 && out != -1);
	assert(write(in, data, size) == (ssize_t)size);
	assert(lseek(in, 0, SEEK_SET) == 0);
	buf_free(&s->reply);
	buf_free(&s->scratch);
	sequence_free(&s->set);
	sequence_free(&s->saved);
	sequence_free(&s->ours);
	textfile_free(&s->file);
	message_free(&s->message);
	memset(s, 0, offsetof(struct session, reader));
	session_init(s, in, out);
	s->path = maildir;
	s->root = open(maildir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert(s->root != -1);
	s->state = READY;
	session_serve(s);
	close(s->root);
	close(in);
	close(out);
	return 0;
}
