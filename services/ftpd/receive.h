/*
 * receive.h - the octets of an upload, from the data connection to a file
 */
#ifndef FTPD_RECEIVE_H
#define FTPD_RECEIVE_H

#include "data.h"

/*
 * Everything up to the end of the data, to fd's offset on; in TYPE A decoded.
 * What came before a failure has been written as well.  More than most octets
 * over the connection are DATA_LOCAL with errno EDQUOT.
 */
enum outcome	receive_file(struct session *, int fd, off_t most);

#endif
