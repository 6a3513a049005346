"""Sets and names that are as long as can be, and longer.

usage: limits.py BIN FOLDER
"""

import sys

from pipe import Site, counts, query, rcode

site = Site(*sys.argv[1:3])
zone = """$TTL 60
@ SOA n a 1 2 3 4 5
@ NS n
n A 192.0.2.1
loop CNAME pool
pool CNAME loop
"""
zone += "".join("big A 10.%d.%d.1\n" % (i >> 8, i & 255)
                for i in range(10000))
zone += "".join("mail MX 1 host%d.some.where.else\n" % i for i in range(2000))
zone += "".join("c%d CNAME c%d\n" % (i, i + 1) for i in range(1000))
zone += "d DNAME %s\n" % ".".join(["x" * 60] * 3)
zone += "t TXT %s\n" % " ".join('"%s"' % ("y" * 250) for _ in range(200))
site.write("x.test.zone", zone.encode())
site.write("y.test.zone", b"$TTL 60\n@ SOA n.x.test. a 1 2 3 4 5\n"
           b"@ NS n.x.test.\n@ DNAME x.test.\n@ MX 1 n.x.test.\n")
site.compile()

big, mail, loop, chain, dname, text = site.ask(
    query("big.x.test"), query("mail.x.test", 15), query("loop.x.test"),
    query("c0.x.test"), query("%s.z.d.x.test" % ("z" * 63)),
    query("t.x.test", 16))
# More than any message holds: TC, and no part of it.
assert counts(big)[0] == 0 and big[2] & 2
assert counts(mail)[0] == 2000 and not mail[2] & 2


def name(m, at):
    """The name at an offset, and where it ends."""
    labels, end = [], None
    while m[at]:
        if m[at] >= 0xc0:
            to = (m[at] & 63) << 8 | m[at + 1]
            assert to < at
            end = end or at + 2
            at = to
            continue
        labels.append(m[at + 1:at + 1 + m[at]].decode())
        at += m[at] + 1
    return ".".join(labels), end or at + 1


# No pointer goes further than pointers reach: every name comes out right.
at = len(query("mail.x.test"))
seen = set()
for _ in range(2000):
    owner, at = name(mail, at)
    assert owner == "mail.x.test", owner
    host, end = name(mail, at + 12)
    seen.add(host)
    at += 10 + (mail[at + 8] << 8 | mail[at + 9])
    assert at == end
assert seen == {"host%d.some.where.else.x.test" % i for i in range(2000)}
assert counts(loop)[0] == 2 and rcode(loop) == 0
assert counts(chain)[0] == 16 and rcode(chain) == 0
assert rcode(dname) == 6 and counts(dname)[0] == 1
assert counts(text)[0] == 1 and len(text) > 50000
# A DNAME at the apex: for what is below, not for the apex itself.
below, apex, itself = site.ask(query("a.b.y.test"), query("y.test", 15),
                               query("y.test", 39))
assert counts(below)[0] == 2 and rcode(below) == 0 and below[2] & 4
assert below.endswith(b"\1a\1b\1x\4test\0")
assert [counts(r)[0] for r in (apex, itself)] == [1, 1]
print("limits hold")
