"""What a query costs dnsd: user instructions and system calls, exactly.

usage: dns_instructions.py BIN SPOOL NAMES [MAX]

Runs dnsd under callgrind twice, with 1000 and with 11000 queries, and once
under strace; the differences are exact on any machine.  NAMES holds a name
and a type a line.  With MAX, more instructions than that are a failure, as
are more than two system calls.
"""

import os
import re
import socket
import struct
import subprocess
import sys
import tempfile

BIN, SPOOL, NAMES = sys.argv[1:4]
BARE = os.path.dirname(BIN) + "/bare"  # callgrind cannot work in a sandbox
MAX = int(sys.argv[4]) if len(sys.argv) > 4 else None
TYPES = {"A": 1, "NS": 2, "MX": 15, "TXT": 16, "AAAA": 28}


def queries():
    out = []
    for line in open(NAMES):
        name, qtype = line.split()
        wire = b"".join(bytes([len(p)]) + p.encode()
                        for p in name.rstrip(".").split(".")) + b"\0"
        out.append(struct.pack("!6H", len(out) & 0xffff, 0x100, 1, 0, 0, 0) +
                   wire + struct.pack("!HH", TYPES[qtype], 1))
    return out


def serve(prefix, count):
    """Run dnsd behind a command, ask count questions; its exit is awaited."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    p = subprocess.Popen(
        prefix + [BARE + "/dnsd", "-c", "/dev/null", "-d", SPOOL, "-i", "2"],
        stdin=server, stderr=subprocess.PIPE)
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.connect(server.getsockname())
    client.settimeout(30)
    asked = queries()
    for i in range(count):
        client.send(asked[i % len(asked)])
        client.recv(65535)
    return p.communicate()[1].decode()


def instructions(count):
    with tempfile.TemporaryDirectory() as d:
        text = serve(["valgrind", "--tool=callgrind",
                      "--callgrind-out-file=" + d + "/out"], count)
    return int(re.search(r"Collected : (\d+)", text).group(1))


def calls(count):
    with tempfile.NamedTemporaryFile() as f:
        serve(["strace", "-f", "-o", f.name], count)
        return sum(1 for line in open(f.name)
                   if re.search(r"(recv|send|poll|clock|stat|read|write)", line) and
                   "EINTR" not in line and "SIGALRM" not in line and
                   "ERESTART" not in line)


per_query = (instructions(11000) - instructions(1000)) / 10000
per_calls = (calls(11000) - calls(1000)) / 10000
print("%.0f user instructions, %.2f system calls a query" %
      (per_query, per_calls))
if MAX and (per_query > MAX or round(per_calls, 1) > 2):
    sys.exit(1)
