"""A zone of two million names: compiled in bounded memory with progress on a
terminal, served by a process that stays small and starts at once; beside it
a small zone is edited and the large one is not read again.

usage: big.py BIN FOLDER
"""

import os
import pty
import re
import resource
import socket
import statistics
import subprocess
import sys
import time

from pipe import Site, query

NAMES = 2000000
site = Site(*sys.argv[1:3])
HEAD = b"$TTL 60\n@ SOA n a %d 2 3 4 5\n@ NS n\nn A 192.0.2.%d\n"
DATA = 200 << 20		# octets of its own that zonec may have


def small(serial):
    site.write("small.test.zone", HEAD % (serial, serial))


def limit():
    resource.setrlimit(resource.RLIMIT_DATA, (DATA, DATA))


def compile_on_terminal():
    master, slave = pty.openpty()
    p = subprocess.Popen([site.bin + "/zonec", "-z", site.folder + "/zones",
                          "-d", site.folder + "/spool"], stderr=slave,
                         preexec_fn=limit)
    os.close(slave)
    said = b""
    try:
        while True:
            more = os.read(master, 65536)
            if not more:
                break
            said += more
    except OSError:		# how a terminal ends
        pass
    os.close(master)
    assert p.wait() == 0, said
    return said.decode()


def first_answer(name):
    """Seconds from exec to the answer, and KB of the process's own memory."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.connect(server.getsockname())
    client.settimeout(10)
    client.send(query(name))
    began = time.perf_counter()
    dnsd = subprocess.Popen([site.bin + "/dnsd", "-c", "/dev/null", "-d",
                             site.folder + "/spool", "-i", "20"],
                            stdin=server)
    reply = client.recv(512)
    took = time.perf_counter() - began
    assert reply[3] & 15 == 0 and reply[7] == 1
    for i in range(0, NAMES, NAMES // 5000):
        client.send(query("h%d.big.test" % i))
        assert client.recv(512)[7] == 1
    rollup = open("/proc/%d/smaps_rollup" % dnsd.pid).read()
    dnsd.terminate()
    dnsd.wait()
    return took, int(re.search(r"Anonymous:\s+(\d+)", rollup).group(1))


with open(site.folder + "/zones/big.test.zone", "wb") as f:
    f.write(HEAD % (1, 1))
    for i in range(NAMES):
        f.write(b"h%d A 10.%d.%d.%d\n" % (i, i >> 16, i >> 8 & 255, i & 255))
small(1)
said = compile_on_terminal()
assert re.search(r"\rbig.test. \d+ MB read, \d+ names", said), said
assert "%d records" % (NAMES + 3) in said, said
size = os.stat(site.folder + "/spool/zones.db").st_size
assert size <= 80 * NAMES, size
times = {"big": [], "small": []}
for _ in range(5):
    for which in times:
        took, own = first_answer("n.%s.test" % which)
        times[which].append(took)
        assert own <= 1024, own
big, little = (statistics.median(times[w]) for w in ("big", "small"))
assert big < 3 * little + 0.01, (big, little)
small(2)
said = site.compile()
assert "small.test. serial 2" in said and "big.test" not in said, said
assert site.ask(query("n.small.test"))[0][-1] == 2
assert site.ask(query("h1999999.big.test"))[0][-4:-1] == b"\x0a\x1e\x84"
print("%.0f MB, %d KB of dnsd's own, first answer after %.1f ms" %
      (size / 1e6, own, big * 1000))
