/* inetd-hello.c - the smallest service: says hello and leaves */
#include <unistd.h>

int
main(void)
{
	return write(1, "hello\r\n", 7) == 7 ? 0 : 111;
}
