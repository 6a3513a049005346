/*
 * sort.h - names in the order of their octets
 */
#ifndef FTPD_SORT_H
#define FTPD_SORT_H

#include <stddef.h>

/*
 * Sort the n names; spare has room for as many.  Stretches that are in order
 * already, forwards or backwards, cost next to nothing: file systems often
 * give a directory so.
 */
void	sort_names(char **names, char **spare, size_t n);

#endif
