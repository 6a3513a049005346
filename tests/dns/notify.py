"""A secondary that never answers: it is told three times, and no edit waits.

usage: notify.py BIN FOLDER
"""

import socket
import subprocess
import sys
import time

from pipe import Site, query, wire

site = Site(*sys.argv[1:3])
silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
silent.bind(("127.0.0.1", 0))
silent.settimeout(20)
with open(site.folder + "/conf", "w") as f:
    f.write("notify 127.0.0.1@%d\n" % silent.getsockname()[1])
log = open(site.folder + "/log", "wb")
took = []
for serial in (1, 2, 3):
    began = time.monotonic()
    site.write("x.test.zone", b"$TTL 60\n@ SOA n a %d 2 3 4 5\n@ NS n\n"
               b"n A 192.0.2.%d\n" % (serial, serial))
    subprocess.run([site.bin + "/zonec", "-c", site.folder + "/conf", "-z",
                    site.folder + "/zones", "-d", site.folder + "/spool"],
                   stderr=log, check=True)
    assert site.ask(query("n.x.test"))[0].endswith(
        bytes([192, 0, 2, serial])), serial
    took.append(time.monotonic() - began)
# Each would be three seconds if it waited for the answer.
assert min(took) < 3, took
told = []
while len(told) < 9:
    m = silent.recv(512)
    assert m[2:4] == b"\x24\0", m		# NOTIFY, AA
    assert m[4:12] == b"\0\1\0\0\0\0\0\0"
    assert m[12:] == wire("x.test") + b"\0\6\0\1"
    told.append(m)
while b"not answered" not in open(site.folder + "/log", "rb").read():
    assert time.monotonic() - began < 60
    time.sleep(0.05)
print("told, and nothing waited")
