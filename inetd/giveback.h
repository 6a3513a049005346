/*
 * giveback.h - the clients of children that could not become a program
 *
 * A client is its child's alone as soon as that is on its way, so that it
 * hears of the program's end even while we sleep.  Where there is no program
 * after all, the child gives it back over a socket, to be told why.
 */
#ifndef GIVEBACK_H
#define GIVEBACK_H

#include <stdbool.h>

/* Open the socket.  False with errno set. */
bool	giveback_init(void);

/* The end of it that children need. */
int	giveback_fd(void);

/* In the child of that place (spawn.h): give fd back, if that can be. */
void	giveback_send(unsigned place, int fd);

/*
 * When the child of that place has gone: the descriptor that it gave back, or
 * -1.
 */
int	giveback_take(unsigned place);
#endif
