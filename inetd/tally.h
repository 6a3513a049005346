/*
 * tally.h - what services count, in files that anybody may print
 *
 * spool/run/NAME/counters, or NAME.counters in such a folder: 8 octets
 * "counters", 8 the number of rows, then rows of 32: a name of up to 24,
 * padded with NUL, and a number of 8.  The numbers are this machine's.
 */
#ifndef TALLY_H
#define TALLY_H

#include <stdbool.h>

/*
 * A line for each row of each such file of the site that is the current
 * directory: whose it is, what, how many.  False if one could not be read,
 * after standard error has been told.
 */
bool	tally_print(void);

#endif
