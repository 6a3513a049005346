/* thread.c - THREAD (RFC 5256) */

#include <errno.h>
#include <stdlib.h>

#include "forest.h"
#include "search.h"

/* A node whose children are being written, and how many are done. */
struct frame {
	unsigned	node, done;
};

static void
write_number(struct session *s, const struct sortkey *k)
{
	output_number(&s->out, s->uid ? s->box.msg[k->index].uid :
	    k->index + 1);
}

/*
 * `(1 2 3`: a node and its only children.  Returns the last one, which has
 * several children or none.
 */
static unsigned
write_chain(struct session *s, const struct forest *f, unsigned i)
{
	const struct node *n = &f->node[i];

	output_text(&s->out, "(");
	for (;; n = &f->node[i]) {
		if (n->key != NULL) {
			write_number(s, n->key);
			if (n->children > 0)
				output_text(&s->out, " ");
		}
		if (n->children != 1)
			return i;
		i = f->order[n->first];
	}
}

/* One thread, down and up again without recursion; stack is for all nodes. */
static void
write_thread(struct session *s, const struct forest *f, unsigned root,
    struct frame *stack)
{
	unsigned depth = 0;
	const struct node *n;

	stack[depth++] = (struct frame){ write_chain(s, f, root), 0 };
	while (depth > 0) {
		struct frame *top = &stack[depth - 1];

		n = &f->node[top->node];
		if (top->done < n->children) {
			stack[depth++] = (struct frame){ write_chain(s, f,
			    f->order[n->first + top->done++]), 0 };
		} else {
			output_text(&s->out, ")");
			depth--;
		}
	}
}

static const struct algorithm {
	const char	*name;
	unsigned	 wanted;
	int		(*grow)(struct forest *, const struct sortkeys *);
} algorithms[] = {
	{ "ORDEREDSUBJECT", WANT_SUBJECT | WANT_SENT, forest_by_subject },
	{ "REFERENCES", WANT_SUBJECT | WANT_SENT | WANT_REFERENCES,
	    forest_by_references },
	{ "REFS", WANT_SENT | WANT_REFERENCES, forest_by_refs },
};

enum { ALGORITHMS = sizeof algorithms / sizeof *algorithms };

static void
write_forest(struct session *s, const struct forest *f, struct frame *stack)
{
	const struct node *top = &f->node[0];
	const char *before = " ";
	unsigned root;

	output_text(&s->out, "* THREAD");
	for (unsigned i = 0; i < top->children; i++) {
		root = f->order[top->first + i];
		/* A dummy may have lost its children to another. */
		if (f->node[root].key != NULL || f->node[root].children > 0) {
			output_text(&s->out, before);
			write_thread(s, f, root, stack);
			before = "";
		}
	}
	output_text(&s->out, "\r\n");
}

static void
thread(struct session *s, const struct search *q, const struct algorithm *by)
{
	struct forest f = { 0 };
	struct frame *stack = NULL;
	struct sortkeys keys;

	if (sortkeys_read(s, q, by->wanted, &keys) &&
	    by->grow(&f, &keys) == 0)
		stack = calloc(f.n, sizeof *stack);
	if (stack != NULL) {
		write_forest(s, &f, stack);
		reply_ok(s, "Thread completed");
	} else {
		reply_errno(s, "Thread");
	}
	free(stack);
	forest_free(&f);
	sortkeys_free(&keys);
	cache_flush(&s->cache);
}

void
cmd_thread(struct session *s)
{
	struct reader *r = &s->reader;
	struct search q = { 0 };
	struct text name;
	int i;

	if (!reader_space(r) || !reader_atom(r, &name))
		return;
	for (i = 0; i < ALGORITHMS && !text_is(&name, algorithms[i].name); i++)
		;
	if (i == ALGORITHMS) {
		reader_fail(r, "Unknown thread algorithm");
		return;
	}
	if (reader_space(r) && search_charset(s) && reader_space(r) &&
	    search_parse(s, &q))
		thread(s, &q, &algorithms[i]);
	search_free(&q);
}
