"""Send dnsd what a resolver never would; say what went wrong.

usage: attacks.py PORT_UDP PORT_TCP

The server must hold hamburger.edu as shipped.  Each case is a function; its
name says what it does.  The last line is "N cases, N failed".
"""

import os
import random
import resource
import select
import socket
import struct
import sys
import time

SILENCE = 0.3			# seconds
UDP, TCP = int(sys.argv[1]), int(sys.argv[2])
NAME = b"\3ftp\x09hamburger\3edu\0"
GOOD = NAME + b"\0\1\0\1"
OPT = b"\0\0\x29\4\xd0\0\0\0\0\0\0"


def message(body=GOOD, flags=0, counts=(1, 0, 0, 0)):
    return struct.pack("!6H", 0x1234, flags, *counts) + body


def framed(m):
    return struct.pack("!H", len(m)) + m


def ask(wire, wait=10):
    """The answer.  Silence is told from it by a wait that is short: SILENCE."""
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(wait)
    s.connect(("127.0.0.1", UDP))
    with s:
        s.send(wire)
        try:
            return s.recv(65535)
        except TimeoutError:
            return None


def rcode(reply):
    return None if reply is None else reply[3] & 15


def dial():
    return socket.create_connection(("127.0.0.1", TCP), 20)


def read_reply(s):
    data = b""
    while len(data) < 2 or len(data) < 2 + struct.unpack("!H", data[:2])[0]:
        more = s.recv(1)
        if not more:
            return None
        data += more
    return data[2:]


def still_serves():
    # A flood before this one may have filled the socket: ask again.
    assert any(rcode(ask(message(), 1)) == 0 for _ in range(5)), \
        "serves no more"
    with dial() as s:
        s.sendall(framed(message()))
        assert rcode(read_reply(s)) == 0, "serves TCP no more"


def d1_pointers_in_circles():
    for body in (b"\xc0\x0c\0\1\0\1", b"\1a\xc0\x0c\0\1\0\1",
                 b"\xc0\x0e\xc0\x0c\0\1\0\1"):
        assert rcode(ask(message(body))) == 1


def d2_pointers_ahead_and_past_the_end():
    for body in (b"\xc0\x20\0\1\0\1", b"\xff\xff\0\1\0\1",
                 b"\xc0\0\0\1\0\1"):
        assert rcode(ask(message(body))) == 1


def d3_label_types_and_lengths():
    for body in (b"\x41a\0\0\1\0\1", b"\x81a\0\0\1\0\1", b"\x3fab",
                 b"\1a\x3f"):
        assert rcode(ask(message(body))) == 1


def d4_the_longest_names():
    full = (b"\x3f" + b"a" * 63) * 3 + b"\x3d" + b"b" * 61 + b"\0"
    assert len(full) == 255
    assert rcode(ask(message(full + b"\0\1\0\1"))) == 5
    assert rcode(ask(message(b"\1c" + full + b"\0\1\0\1"))) == 1
    assert rcode(ask(message(b"\1a" * 127 + b"\0\0\1\0\1"))) == 5
    assert rcode(ask(message(b"\1a" * 128 + b"\0\0\1\0\1"))) == 1


def d5_counts():
    for counts in ((0, 0, 0, 0), (2, 0, 0, 0), (65535,) * 4, (1, 9, 0, 0),
                   (1, 0, 9, 0), (1, 0, 0, 65535)):
        assert rcode(ask(message(counts=counts))) == 1, counts


def d6_short_ones_get_silence():
    for n in range(12):
        assert ask(message()[:n], SILENCE / 3) is None, n
    assert rcode(ask(message()[:12])) == 1


def d7_answers_get_silence():
    assert ask(message(flags=0x8000), SILENCE) is None
    assert ask(message(flags=0x8180), SILENCE) is None


def d8_echo_ports_get_silence():
    if os.geteuid() != 0:
        return
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.settimeout(SILENCE)
    try:
        s.bind(("127.0.0.77", 19))
    except OSError:
        return
    with s:
        s.sendto(message(), ("127.0.0.1", UDP))
        try:
            s.recv(512)
            assert False, "answered"
        except TimeoutError:
            pass


def d9_other_opcodes():
    for opcode in range(1, 16):
        assert rcode(ask(message(flags=opcode << 11))) == 4, opcode


def d10_classes_and_types():
    for qclass in (0, 3, 254, 255):
        r = rcode(ask(message(NAME + struct.pack("!HH", 1, qclass))))
        assert r in (1, 4, 5), (qclass, r)
    for qtype in (41, 249, 250, 251, 252, 253, 254):
        r = rcode(ask(message(NAME + struct.pack("!HH", qtype, 1))))
        assert r in (1, 4, 5, 9), (qtype, r)


def d11_any_is_small():
    r = ask(message(b"\x09hamburger\3edu\0\0\xff\0\1"))
    assert rcode(r) == 0 and len({r[7]}) == 1 and len(r) < 200


def d13_edns():
    for size in (0, 511, 65535):
        o = b"\0\0\x29" + struct.pack("!HIH", size, 0, 0)
        r = ask(message(GOOD + o, counts=(1, 0, 0, 1)))
        assert rcode(r) == 0 and len(r) <= 1232
    v1 = b"\0\0\x29\4\xd0\0\1\0\0\0\0"
    r = ask(message(GOOD + v1, counts=(1, 0, 0, 1)))
    assert rcode(r) == 0 and r[-6] == 1 and r[-5] == 0, "not BADVERS"
    for o in (OPT + OPT, b"\1a" + OPT, OPT[:-2] + b"\0\4"):
        n = 2 if o == OPT + OPT else 1
        assert rcode(ask(message(GOOD + o, counts=(1, 0, 0, n)))) == 1


def d14_tsig():
    rdata = b"\x08hmac-md5\7sig-alg\3reg\3int\0" + b"\0" * 6 + \
        b"\1\x2c\0\0\x12\x34\0\0\0\0"
    tsig = b"\3key\0\0\xfa\0\xff\0\0\0\0" + struct.pack("!H", len(rdata))
    assert rcode(ask(message(GOOD + tsig + rdata,
                             counts=(1, 0, 0, 1)))) == 9
    assert rcode(ask(message(GOOD + tsig + rdata + OPT,
                             counts=(1, 0, 0, 2)))) == 1
    assert rcode(ask(message(GOOD + tsig + rdata[:-9],
                             counts=(1, 0, 0, 1)))) == 1


def d15_tcp_lengths():
    for n in (0, 1, 11, 65535):
        with dial() as s:
            s.sendall(struct.pack("!H", n) + b"abc")
            assert s.recv(1) == b"", n


def d15_a_query_of_almost_any_length():
    """Longer ones than the input buffer has room for, between short ones."""
    for n in (3000, 4096, 9000, 60000, 65535 - len(message() + OPT) - 4):
        opt = OPT[:-2] + struct.pack("!HHH", n + 4, 12, n) + b"\0" * n
        padded = message(GOOD + opt, counts=(1, 0, 0, 1))
        with dial() as s:
            s.sendall(framed(message()) + framed(padded) + framed(message()))
            for _ in range(3):
                assert rcode(read_reply(s)) == 0, n
        if n < 65000:
            assert rcode(ask(padded)) == 0, n
    with dial() as s:		# what is good is answered, then it ends
        s.sendall(framed(message()) + b"\0\5abcde")
        assert rcode(read_reply(s)) == 0
        assert s.recv(1) == b""


def d16_an_octet_at_a_time_and_never_reading():
    with dial() as s:
        for i in framed(message()):
            s.sendall(bytes([i]))
        assert rcode(read_reply(s)) == 0
    with dial() as s:
        s.sendall(framed(message()) * 3)
        for _ in range(3):
            assert rcode(read_reply(s)) == 0
    with dial() as s:		# and then the client is done sending
        s.sendall(framed(message()))
        s.shutdown(socket.SHUT_WR)
        assert rcode(read_reply(s)) == 0
        assert s.recv(1) == b""
    stuck = dial()
    stuck.setblocking(False)
    try:
        for _ in range(200000):
            stuck.send(framed(message(b"\3big" + GOOD[4:])))
    except (BlockingIOError, ConnectionError):
        pass
    still_serves()
    began = time.monotonic()	# the deadline for taking an answer
    while time.monotonic() - began < 60:
        try:
            stuck.send(b"x")
        except BlockingIOError:
            time.sleep(0.05)
        except ConnectionError:
            break
    else:
        assert False, "still open"
    stuck.close()


def d17_idle_connections():
    idle = []
    for _ in range(300):
        idle.append(dial())
    assert rcode(ask(message())) == 0
    open_ones, began = 300, time.monotonic()
    while open_ones > 128 and time.monotonic() - began < 20:
        ready, _, _ = select.select(idle, [], [], 0.1)
        open_ones = len(idle) - len(ready)
    assert open_ones <= 128, "%d from one address" % open_ones
    for s in idle:
        s.close()


def d17_idle_connections_of_many():
    """All full, the longest silent makes room: who comes is served."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (
        resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    idle = []
    for i in range(1000):
        s = socket.socket()
        s.settimeout(20)
        s.bind(("127.9.%d.%d" % (i >> 7, i & 127), 0))
        s.connect(("127.0.0.1", TCP))
        idle.append(s)
        if i % 100 == 0:
            assert rcode(ask(message())) == 0
    s.sendall(framed(message()))
    assert rcode(read_reply(s)) == 0
    poll, gone = select.poll(), 0
    for s in idle:
        poll.register(s, select.POLLIN)
    began = time.monotonic()
    while gone < 488 and time.monotonic() - began < 20:
        gone = len(poll.poll(50))
    assert gone >= 488, "%d open" % (1000 - gone)
    for s in idle:
        s.close()


def d18_transfers():
    apex = b"\x09hamburger\3edu\0"
    for qtype in (251, 252):
        body = apex + struct.pack("!HH", qtype, 1)
        assert rcode(ask(message(body))) in (1, 4, 5)
    with dial() as s:
        s.sendall(framed(message(apex + b"\0\xfc\0\1")))
        assert rcode(read_reply(s)) == 5


def anything_at_all():
    rng = random.Random(4711)
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.connect(("127.0.0.1", UDP))
    base = message(GOOD + OPT, counts=(1, 0, 0, 1))
    for i in range(5000):
        m = bytearray(base)
        for _ in range(rng.randrange(1, 6)):
            m[rng.randrange(len(m))] = rng.randrange(256)
        s.send(bytes(m[:rng.randrange(1, len(m) + 1)]))
    s.close()


failed = 0
cases = [f for n, f in list(globals().items())
         if callable(f) and (n[0] == "d" and n[1:2].isdigit() or
                             n == "anything_at_all")]
for case in cases:
    try:
        case()
        still_serves()
    except (AssertionError, OSError) as e:
        failed += 1
        print("%s: %s %s" % (case.__name__, type(e).__name__, e))
        import traceback
        traceback.print_exc(file=sys.stdout)
print("%d cases, %d failed" % (len(cases), failed))
sys.exit(failed != 0)
