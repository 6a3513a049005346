/* inetd-wait.c - the smallest idle session: waits until the client leaves */
#include <unistd.h>

int
main(void)
{
	char byte;

	return read(0, &byte, 1) == 0 ? 0 : 111;
}
