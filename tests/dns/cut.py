"""A zone cut off at every octet never takes the good one's place.

usage: cut.py BIN FOLDER
"""

import sys

from pipe import Site, counts, query, rcode

ZONE = b"""$TTL 60
@ SOA n a 1 2 3 4 5
@ NS n
n A 192.0.2.1
www A 192.0.2.11
www A 192.0.2.12
m MX 10 n
t TXT "a b"
last A 192.0.2.123
"""

site = Site(*sys.argv[1:3])
site.write("x.test.zone", ZONE)
site.compile()


def whole():
    """Everything is there, and as it was."""
    replies = site.ask(query("www.x.test"), query("last.x.test"),
                       query("t.x.test", 16))
    return [rcode(r) for r in replies] == [0, 0, 0] and \
        [counts(r)[0] for r in replies] == [2, 1, 1] and \
        replies[1].endswith(bytes([192, 0, 2, 123]))


assert whole()
for n in range(len(ZONE)):
    site.write("x.test.zone", ZONE[:n])
    said = site.compile()
    if not whole():
        print("cut to %d octets, it was taken: %s" % (n, said))
        sys.exit(1)
site.write("x.test.zone", ZONE.replace(b".123", b".99"))
site.compile()
assert site.ask(query("last.x.test"))[0].endswith(bytes([192, 0, 2, 99]))
print("%d cuts" % len(ZONE))
