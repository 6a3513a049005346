"""EDNS options, the rate limit, the query log and the counters.

usage: options.py BIN FOLDER
"""

import os
import socket
import struct
import subprocess
import sys
import time

from pipe import Site, query

site = Site(*sys.argv[1:3])
site.write("x.test.zone", b"$TTL 60\n@ SOA n a 1 2 3 4 5\n@ NS n\n"
           b"n A 192.0.2.1\n")
site.compile()
os.makedirs(site.folder + "/spool/run/dns", exist_ok=True)
LOG = site.folder + "/log"


def serve(conf, cwd=None, local="127.0.0.1"):
    """A dnsd with these settings; its socket's address, and the process."""
    with open(site.folder + "/conf", "w") as f:
        f.write(conf)
    s = socket.socket(socket.AF_INET6 if ":" in local else socket.AF_INET,
                      socket.SOCK_DGRAM)
    if local == "::":
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    s.bind((local, 0))
    with s, open(LOG, "wb") as log:
        return s.getsockname(), subprocess.Popen(
            [site.bin + "/dnsd", "-c", site.folder + "/conf", "-d",
             site.folder + "/spool", "-i", "20"], stdin=s, stderr=log,
            cwd=cwd)


def client(address):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(10)
    s.connect(address)
    return s


def with_option(code, data=b"", name="n.x.test"):
    opt = b"\0\0\x29\4\xd0\0\0\0\0" + struct.pack(
        "!HHH", len(data) + 4, code, len(data)) + data
    return query(name, 1, opt, 1)


def option(reply, code):
    """An option of the OPT at the answer's end."""
    at = reply.rfind(b"\0\0\x29\4\xd0") + 11
    while at < len(reply):
        this, size = struct.unpack_from("!HH", reply, at)
        if this == code:
            return reply[at + 4:at + 4 + size]
        at += 4 + size
    return None


def ask(s, message):
    s.send(message)
    try:
        return s.recv(65535)
    except TimeoutError:
        return None


def options():
    address, dnsd = serve("identity me\ncookie-secret " + "0123" * 8 + "\n")
    s = client(address)
    assert option(ask(s, with_option(3)), 3) == b"me"		# NSID
    assert option(ask(s, with_option(65001)), 65001) is None
    reply = ask(s, with_option(10, b"12345678"))		# a cookie
    cookie = option(reply, 10)
    assert len(cookie) == 24 and cookie[:8] == b"12345678"
    assert cookie[8:12] == b"\1\0\0\0"
    assert option(ask(s, with_option(10, cookie)), 10) == cookie
    wrong = cookie[:-1] + bytes([cookie[-1] ^ 1])
    assert option(ask(s, with_option(10, wrong)), 10) != wrong
    assert ask(s, with_option(10, b"1234567"))[3] & 15 == 1
    padded = ask(s, with_option(12, b"\0" * 5))
    assert len(padded) == 468
    refused = ask(s, with_option(3, name="a.b.c"))
    assert option(refused, 15) == b"\0\x14"			# RFC 8914: 20
    assert option(ask(s, with_option(11)), 11) is None		# not on UDP
    dnsd.terminate()
    dnsd.wait()
    tcp = site.ask(with_option(11))[0]
    assert option(tcp, 11) == struct.pack("!H", 100)


def limit():
    address, dnsd = serve("rate-limit 20\nrate-slip 2\nrate-exempt none\n" +
                          "cookie-secret " + "0123" * 8 + "\n")
    s = client(address)
    cookie = option(ask(s, with_option(10, b"12345678")), 10)
    asked = sent = whole = slipped = received = 0
    message = query("n.x.test")
    for _ in range(400):
        s.send(message)
        asked += len(message)
    s.settimeout(0.5)
    try:
        while True:
            reply = s.recv(65535)
            received += len(reply)
            sent += 1
            if reply[2] & 2:
                slipped += 1
                assert len(reply) == len(message)
            else:
                whole += 1
    except TimeoutError:
        pass
    assert 19 <= whole <= 60, whole		# two seconds at most
    assert 0 < slipped <= 200, slipped
    assert received <= 2 * asked
    for _ in range(60):		# who has a cookie of ours is not limited
        assert not ask(s, with_option(10, cookie))[2] & 2
    dnsd.terminate()
    dnsd.wait()


def log_and_counters():
    os.makedirs(site.folder + "/cwd/spool/run/dns")
    address, dnsd = serve("query-log yes\n", site.folder + "/cwd")
    s = client(address)
    odd = query("n.x.test").replace(b"\1n\1x", b"\3\n\x1b\0\1x")
    ask(s, query("n.x.test"))
    ask(s, odd)
    ask(s, query("who.example"))
    s.send(b"short")
    time.sleep(0)
    counters = site.folder + "/cwd/spool/run/dns/counters"
    for _ in range(100):
        rows = {}
        data = open(counters, "rb").read()
        for at in range(16, len(data), 32):
            name, value = struct.unpack_from("24sQ", data, at)
            rows[name.rstrip(b"\0").decode()] = value
        if rows.get("not-a-query"):
            break
        s.send(b"short")
        time.sleep(0.02)
    dnsd.terminate()
    dnsd.wait()
    assert data[:8] == b"counters"
    assert rows["udp"] == 3 and rows["type-A"] == 3, rows
    assert rows["rcode-noerror"] == 1 and rows["rcode-refused"] == 1
    assert rows["rcode-nxdomain"] == 1
    text = open(LOG, "rb").read()
    assert b"(n.x.test): query: n.x.test IN A - NOERROR\n" in text, text
    assert b"(who.example): query 'who.example/A/IN' denied\n" in text, text
    assert b"\\\\010\\\\027\\\\000.x.test IN A - NXDOMAIN\n" in text, text
    assert b"\x1b" not in text


def address_asked():
    """A socket on all addresses answers from the one that was asked."""
    for local in ("0.0.0.0", "::"):
        try:
            address, dnsd = serve("", local=local)
        except OSError:
            continue		# no IPv6 here
        for asked in ("127.0.0.5", "127.1.2.3"):
            # Connected, a socket takes nothing from elsewhere.
            assert ask(client((asked, address[1])), query("n.x.test"))
        dnsd.terminate()
        dnsd.wait()


options()
address_asked()
limit()
log_and_counters()
print("options, limit, log and counters hold")
