/* dns_floor.c - the least a UDP server can do: each datagram comes back */

#include <sys/socket.h>

int
main(void)
{
	static char buffer[4096];
	struct sockaddr_storage peer;
	socklen_t len;
	ssize_t n;

	for (;;) {
		len = sizeof peer;
		n = recvfrom(0, buffer, sizeof buffer, 0,
		    (struct sockaddr *)&peer, &len);
		if (n >= 12) {
			buffer[2] |= (char)0x80;	/* as if an answer */
			sendto(0, buffer, (size_t)n, 0,
			    (struct sockaddr *)&peer, len);
		}
	}
}
