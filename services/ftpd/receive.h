/*
 * receive.h - the octets of an upload, from the data connection to a file
 */
#ifndef FTPD_RECEIVE_H
#define FTPD_RECEIVE_H

#include "data.h"

/*
 * Everything up to the end of the data, to fd's offset on; in TYPE A decoded.
 * What came before a failure has been written as well.
 */
enum outcome	receive_file(struct session *, int fd);

#endif
