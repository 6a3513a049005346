/* tree.c - gather, sort, merge */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mail/folder.h"
#include "pattern.h"
#include "tree.h"

static int
add(struct tree *t, const char *name, size_t len, bool exists, bool subscribed)
{
	struct entry *more;
	size_t room;

	if (t->n == t->room) {
		room = t->room == 0 ? 64 : t->room * 2;
		more = reallocarray(t->e, room, sizeof *more);
		if (more == NULL)
			return -1;
		t->e = more;
		t->room = room;
	}
	t->e[t->n] = (struct entry){ .name = strndup(name, len),
	    .exists = exists, .subscribed = subscribed };
	if (t->e[t->n].name == NULL)
		return -1;
	t->n++;
	return 0;
}

/* A name and the levels above it. */
static int
add_path(struct tree *t, const char *name, bool exists, bool subscribed)
{
	for (const char *p = name; (p = strchr(p, DELIMITER)) != NULL; p++)
		if (add(t, name, (size_t)(p - name), false, false) == -1)
			return -1;
	return add(t, name, strlen(name), exists, subscribed);
}

/* INBOX first; the delimiter in front of every other octet. */
static int
compare(const void *a, const void *b)
{
	const char *x = ((const struct entry *)a)->name;
	const char *y = ((const struct entry *)b)->name;
	bool in_x = strcmp(x, "INBOX") == 0, in_y = strcmp(y, "INBOX") == 0;

	if (in_x != in_y)
		return in_x ? -1 : 1;
	while (*x != '\0' && *x == *y)
		x++, y++;
	if (*x == *y)
		return 0;
	if (*x == '\0' || *y == '\0')
		return *x == '\0' ? -1 : 1;
	if (*x == DELIMITER || *y == DELIMITER)
		return *x == DELIMITER ? -1 : 1;
	return (unsigned char)*x < (unsigned char)*y ? -1 : 1;
}

static void
merge(struct tree *t)
{
	size_t to = 0;

	qsort(t->e, t->n, sizeof *t->e, compare);
	for (size_t i = 1; i < t->n; i++)
		if (strcmp(t->e[i].name, t->e[to].name) == 0) {
			t->e[to].exists |= t->e[i].exists;
			t->e[to].subscribed |= t->e[i].subscribed;
			free(t->e[i].name);
		} else {
			t->e[++to] = t->e[i];
		}
	t->n = t->n == 0 ? 0 : to + 1;
}

bool
tree_is_below(const struct tree *t, size_t k, size_t i)
{
	size_t len = strlen(t->e[i].name);

	return k < t->n && strncmp(t->e[k].name, t->e[i].name, len) == 0 &&
	    t->e[k].name[len] == DELIMITER;
}

static void
look_below(struct tree *t)
{
	for (size_t i = 0; i < t->n; i++)
		for (size_t k = i + 1; tree_is_below(t, k, i); k++) {
			t->e[i].child_exists |= t->e[k].exists;
			t->e[i].child_subscribed |= t->e[k].subscribed;
		}
}

int
tree_read(struct tree *t, int root)
{
	struct folder_list all = { NULL, 0 }, names = { NULL, 0 };
	int status = -1;

	*t = (struct tree){ NULL, 0, 0 };
	if (folder_list(root, &all) == -1)
		return -1;
	if (folder_subscriptions(root, &names) == 0)
		status = add(t, "INBOX", 5, true, false);
	for (size_t i = 0; status == 0 && i < all.count; i++)
		status = add_path(t, all.name[i], true, false);
	for (size_t i = 0; status == 0 && i < names.count; i++)
		status = add_path(t, names.name[i], false, true);
	folder_list_free(&all);
	folder_list_free(&names);
	if (status == 0) {
		merge(t);
		look_below(t);
	}
	return status;
}

void
tree_free(struct tree *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->e[i].name);
	free(t->e);
	*t = (struct tree){ NULL, 0, 0 };
}
