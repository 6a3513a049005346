/*
 * ascii.h - TYPE A: LF in files, CR LF on the wire, exact both ways
 *
 * Outwards every LF becomes CR LF; inwards every CR LF becomes LF.  All else
 * stays as it is, a CR alone too, so a file sent and stored again is the same
 * file.
 */
#ifndef FTPD_ASCII_H
#define FTPD_ASCII_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* File to wire.  out has room for 2 * n octets; returns how many are used. */
size_t	ascii_encode(char *out, const char *in, size_t n);

/*
 * Wire to file.  out has room for n + 1 octets.  *cr (false at first) tells
 * that a CR at the end of the block waits for what follows; if it still does
 * at the end of the data, the CR is the file's last octet.
 */
size_t	ascii_decode(char *out, const char *in, size_t n, bool *cr);

/* What the file fd would have on the wire, from its start; -1 with errno. */
off_t	ascii_size(int fd);

#endif
