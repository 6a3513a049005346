"""A hundred new versions under questions: each answer is of one version, none
is lost.

usage: reload.py BIN FOLDER
"""

import socket
import subprocess
import sys
import time

from pipe import Site, query

site = Site(*sys.argv[1:3])
RECORDS = 20


def version(n):
    site.write("x.test.zone", b"$TTL 60\n@ SOA n a %d 2 3 4 5\n@ NS n\n"
               b"n A 192.0.2.1\n" % n +
               b"".join(b"a A 10.%d.%d.%d\n" % (n >> 8, n & 255, i)
                        for i in range(RECORDS)))


version(1)
site.compile()
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 0))
dnsd = subprocess.Popen([site.bin + "/dnsd", "-c", "/dev/null", "-d",
                         site.folder + "/spool", "-i", "30"], stdin=server)
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
client.connect(server.getsockname())
client.settimeout(10)
asked, seen, longest = 0, set(), 0
compiler = None
n = 1
try:
    while n <= 100 or compiler.poll() is None:
        if compiler is None or compiler.poll() is not None:
            n += 1
            version(n)
            compiler = subprocess.Popen(
                [site.bin + "/zonec", "-z", site.folder + "/zones", "-d",
                 site.folder + "/spool"], stderr=subprocess.DEVNULL)
        began = time.monotonic()
        client.send(query("a.x.test"))
        reply = client.recv(65535)
        longest = max(longest, time.monotonic() - began)
        asked += 1
        start = len(query("a.x.test"))
        addresses = [reply[start + 16 * i:][:16][-4:]
                     for i in range(RECORDS)]
        kinds = {a[:3] for a in addresses}
        assert len(kinds) == 1, kinds
        assert sorted(a[3] for a in addresses) == list(range(RECORDS))
        seen |= kinds
finally:
    dnsd.terminate()
    dnsd.wait()
    if compiler is not None:
        compiler.wait()
print("%d versions seen, %d questions, longest wait %.0f ms" %
      (len(seen), asked, longest * 1000))
assert len(seen) > 10
