/*
 * sort.h - names in the order of their octets
 */
#ifndef FTPD_SORT_H
#define FTPD_SORT_H

#include <stddef.h>
#include <stdint.h>

struct sort_name {
	const char	*text;
	uint64_t	 key;	/* sort_names()'s own */
};

/*
 * Sort the n names by their texts; spare has room for as many.  Names that
 * are in order already, forwards or backwards, cost next to nothing: file
 * systems often give a directory so.
 */
void	sort_names(struct sort_name *names, struct sort_name *spare,
	    size_t n);

#endif
