"""Ask dnsd and the reference servers the same questions, compare answers.

usage: differ.py BIN WORK ZONEFILE [-s | -q]

Starts dnsd (from BIN) and those of nsd, knotd and named that are installed,
each on a port of its own on 127.0.0.1, all with the zone of ZONEFILE.  An
answer of ours that equals none of theirs is printed, unless EXPLAINED says
why; the last line is "N questions, N differ".  Exit status 1 if any differ.
-s leaves out rare types, sizes and odd messages; -q also what is not DNSSEC's.
"""

import os
import shutil
import socket
import struct
import sys
import time

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rdatatype

import servers as peers
from servers import start_bind, start_dnsd, start_knot, start_nsd

BIN, WORK, ZONEFILE = sys.argv[1:4]
QUICK = "-q" in sys.argv
SHORT = "-s" in sys.argv or QUICK
ZONE = os.path.basename(ZONEFILE)[:-len(".zone")]
peers.use(BIN, WORK, ZONEFILE, ZONE)


def canonical(wire):
    """An answer in a form in which equal answers are equal."""
    if wire is None:
        return "silence"
    try:
        m = dns.message.from_wire(wire, one_rr_per_rrset=True,
                                  ignore_trailing=True)
    except (dns.exception.DNSException, ValueError) as e:
        return "%s %s" % (type(e).__name__, wire.hex())
    flags = [f for f in ("QR", "AA", "TC", "RD", "RA", "AD")
             if m.flags & dns.flags.Flag[f]]
    lines = ["%s %s%s" % (dns.rcode.to_text(m.rcode()), " ".join(flags),
                          " CD" if m.flags & dns.flags.CD else ""),
             "question %d" % len(m.question)]
    if m.edns >= 0:
        lines.append("edns %d%s %s" % (
            m.edns, " DO" if m.ednsflags & dns.flags.DO else "",
            [int(o.otype) for o in m.options
             if int(o.otype) not in (15, 10)]))
    if not m.flags & dns.flags.TC:
        for title, section in (("answer", m.answer),
                               ("authority", m.authority),
                               ("additional", m.additional)):
            lines += sorted("%s %s %d %s %s" % (
                title, str(r.name).lower(), r.ttl,
                dns.rdatatype.to_text(r.rdtype),
                r[0].to_generic().data.hex()
                if r.rdtype in RAW else str(r[0]).lower())
                for r in section)
    return "\n".join(lines)


RAW = {257, 64, 65}


def any_signature(reply):
    """Who asks for RRSIG over UDP gets one of them, whichever (RFC 8482 4.1).
    """
    lines = reply.split("\n")
    return "\n".join(" ".join(line.split()[:2]) if line[:7] == "answer "
                     else line for line in lines)


def transfer(server):
    """The zone's (name, type) pairs, from a server that gives them."""
    s = socket.create_connection(("127.0.0.1", server.port), 5)
    q = dns.message.make_query(ZONE, "AXFR", flags=0).to_wire()
    s.sendall(struct.pack("!H", len(q)) + q)
    stream = s.makefile("rb")
    pairs, soas = set(), 0
    while soas < 2:
        size, = struct.unpack("!H", stream.read(2))
        m = dns.message.from_wire(stream.read(size), one_rr_per_rrset=True,
                                  xfr=True)
        if m.rcode() != 0:
            raise RuntimeError("no transfer from " + server.name)
        for r in m.answer:
            soas += r.rdtype == dns.rdatatype.SOA
            pairs.add((r.name, r.rdtype))
    s.close()
    return pairs


def names_around(names):
    """The names, those above them, and some that are not there."""
    names = set(names)
    for n in list(names):
        for label in (b"x", b"*", b"0", b"zz.zz"):
            try:
                names.add(dns.name.Name((label,) + n.labels))
                names.add(dns.name.Name((b"y", label) + n.labels))
            except dns.exception.DNSException:
                pass
        while n.is_subdomain(dns.name.from_text(ZONE)) and \
                n != dns.name.from_text(ZONE):
            n = n.parent()
            names.add(n)
    return sorted(names)


TYPES = ["A", "NS", "CNAME", "SOA", "MX", "TXT", "AAAA", "DNAME", "DS", "SRV",
         "RRSIG", "NSEC", "DNSKEY", "NSEC3", "NSEC3PARAM", "ANY", "HTTPS"]
if SHORT:  # fewer types and sizes, no odd messages
    TYPES = ["A", "NS", "CNAME", "TXT", "DS", "NSEC"]
if QUICK:
    TYPES = ["A", "DS"]


def questions(pairs):
    """(title, wire, over TCP) of every case."""
    # Names that are but hashes are asked for below, by their types.
    for n in names_around(n for n, t in pairs
                          if t not in (dns.rdatatype.NSEC3,
                                       dns.rdatatype.RRSIG)):
        for t in TYPES:
            q = dns.message.make_query(n, t, flags=0)
            if not QUICK:
                yield "%s %s" % (n, t), q.to_wire(), False
            q = dns.message.make_query(n, t, use_edns=0, payload=4096,
                                       want_dnssec=True, flags=dns.flags.RD)
            yield "%s %s +do" % (n, t), q.to_wire(), False
    for n, t in [] if QUICK else sorted(pairs):
        q = dns.message.make_query(n, t, flags=0)
        text = "%s %s" % (n, dns.rdatatype.to_text(t))
        yield text + " +tcp", q.to_wire(), True
        upper = dns.name.Name([label.upper() for label in n.labels])
        q = dns.message.make_query(upper, t, flags=0)
        yield text + " in capitals", q.to_wire(), False
        for size in (512, 1231) if SHORT else (0, 511, 512, 600, 1231, 65535):
            q = dns.message.make_query(n, t, use_edns=0, payload=size,
                                       flags=0)
            yield "%s +bufsize=%d" % (text, size), q.to_wire(), False


def raw(flags=0, counts=(1, 0, 0, 0), body=b""):
    return struct.pack("!HHHHHH", 0x1234, flags, *counts) + body


def odd_messages():
    """Messages that no resolver would send."""
    www = b"\1a" + dns.name.from_text(ZONE).to_wire()
    good = www + b"\0\1\0\1"
    opt = b"\0\0\x29\x04\xd0\0\0\0\0\0\0"
    for opcode in range(1, 16):
        yield "opcode %d" % opcode, raw(opcode << 11, body=good)
        yield "opcode %d, nothing else" % opcode, \
            raw(opcode << 11, (0, 0, 0, 0))
    for bit in range(16):
        yield "flag %#x" % (1 << bit), raw(1 << bit, body=good)
    for n in range(len(raw(body=good))):
        yield "cut to %d" % n, raw(body=good)[:n]
    for qtype in list(range(0, 300)) + [32768, 65280, 65535]:
        yield "type %d" % qtype, raw(body=www + struct.pack("!HH", qtype, 1))
    for qclass in (0, 2, 3, 4, 253, 254, 255, 65535):
        yield "class %d" % qclass, \
            raw(body=www + struct.pack("!HH", 1, qclass))
    yield "two questions", raw(counts=(2, 0, 0, 0), body=good + good)
    yield "no question", raw(counts=(0, 0, 0, 0))
    yield "no question but opt", raw(counts=(0, 0, 0, 1), body=opt)
    yield "no question but a cookie", raw(
        counts=(0, 0, 0, 1), body=opt[:-2] + b"\0\x0c\0\x0a\0\x08abcdefgh")
    yield "counts too large", raw(counts=(1, 0, 0, 9), body=good)
    yield "an answer record", raw(
        counts=(1, 1, 0, 0), body=good + b"\xc0\x0c\0\1\0\1\0\0\0\0\0\4abcd")
    yield "an authority record", raw(
        counts=(1, 0, 1, 0), body=good + b"\xc0\x0c\0\1\0\1\0\0\0\0\0\4abcd")
    yield "an additional record", raw(
        counts=(1, 0, 0, 1), body=good + b"\xc0\x0c\0\1\0\1\0\0\0\0\0\4abcd")
    yield "trailing octets", raw(body=good + b"trailing")
    yield "pointer in the question", raw(body=b"\1a\xc0\x0c\0\1\0\1")
    yield "pointer to itself", raw(body=b"\xc0\x0c\0\1\0\1")
    yield "pointer past the end", raw(body=b"\xc0\xff\0\1\0\1")
    yield "label type 01", raw(body=b"\x41a\0\0\1\0\1")
    yield "label type 10", raw(body=b"\x81a\0\0\1\0\1")
    yield "name of 127 labels", raw(body=b"\1a" * 127 + b"\0\0\1\0\1")
    yield "name of 128 labels", raw(body=b"\1a" * 128 + b"\0\0\1\0\1")
    for version in (0, 1, 255):
        for size in (0, 511, 512, 1232, 65535):
            o = b"\0\0\x29" + struct.pack("!HBBHH", size, 0, version, 0, 0)
            yield "edns %d, size %d" % (version, size), \
                raw(counts=(1, 0, 0, 1), body=good + o)
    yield "two opts", raw(counts=(1, 0, 0, 2), body=good + opt + opt)
    yield "opt in answer", raw(counts=(1, 1, 0, 0), body=good + opt)
    yield "opt in authority", raw(counts=(1, 0, 1, 0), body=good + opt)
    yield "opt with a name", raw(
        counts=(1, 0, 0, 1), body=good + b"\1a" + opt)
    yield "opt cut short", raw(counts=(1, 0, 0, 1), body=good + opt[:-3])
    yield "opt, all flags", raw(
        counts=(1, 0, 0, 1), body=good + opt[:7] + b"\x7f\xff\0\0")
    yield "opt, extended rcode set", raw(
        counts=(1, 0, 0, 1), body=good + opt[:5] + b"\xff\0\0\0\0\0")
    for option, title in (
            (b"\0\3\0\0", "nsid"), (b"\0\3\0\4abcd", "nsid with data"),
            (b"\xff\xf0\0\3abc", "unknown option"),
            (b"\0\x0a\0\x08abcdefgh", "client cookie"),
            (b"\0\x0a\0\x07abcdefg", "cookie of 7"),
            (b"\0\x0a\0\x09abcdefghi", "cookie of 9"),
            (b"\0\x0a\0\0", "empty cookie"),
            (b"\0\x0a\0\x29" + b"c" * 41, "cookie of 41"),
            (b"\0\x08\0\x07\0\1\x18\0\xc0\0\2", "client subnet"),
            (b"\0\x0b\0\0", "keepalive on UDP"),
            (b"\0\x03\0\x09abc", "option past the end"),
            (b"\0\x03\0", "option header cut")):
        yield "opt, " + title, raw(
            counts=(1, 0, 0, 1),
            body=good + opt[:-2] + struct.pack("!H", len(option)) + option)
    tsig = b"\3key\0\0\xfa\0\xff\0\0\0\0"
    data = b"\x08hmac-md5\7sig-alg\3reg\3int\0" + b"\0" * 6 + \
        b"\1\x2c\0\0\x12\x34\0\0\0\0"
    tsig += struct.pack("!H", len(data)) + data
    yield "tsig, unknown key", raw(counts=(1, 0, 0, 1), body=good + tsig)
    yield "tsig before opt", raw(counts=(1, 0, 0, 2), body=good + tsig + opt)
    for qtype in (251, 252):
        apex = dns.name.from_text(ZONE).to_wire()
        yield "transfer %d" % qtype, raw(
            body=apex + struct.pack("!HH", qtype, 1))
    for name in ("version.bind.", "version.server.", "id.server.",
                 "hostname.bind.", "authors.bind.", "x.example."):
        for qtype in (16, 1, 255):
            yield "chaos %s %d" % (name, qtype), raw(
                body=dns.name.from_text(name).to_wire() +
                struct.pack("!HH", qtype, 3))


# Cases in which we differ from all three, and why.
EXPLAINED = {
    # We take no transfers in, so there is no NOTIFY to act on.
    "opcode 4", "opcode 4, nothing else", "flag 0x2000",
    # RFC 9460 4.1: the addresses, and with DO their signatures.
    "svcb0.awkward.test. HTTPS +do", "svcb.awkward.test. SVCB +do",
    # What to say is the settings' business; nothing is set here.
    "chaos version.bind. 16", "chaos version.bind. 255",
    "chaos version.server. 16", "chaos version.server. 255",
}


def wait_for(server):
    q = dns.message.make_query(ZONE, "SOA").to_wire()
    for _ in range(200):
        reply = server.udp(q, 0.2)
        if reply is not None and reply[3] & 15 == 0:
            return True
        time.sleep(0.05)
    print("%s does not answer" % server.name)
    return False


def compare(servers, cases, ask):
    """Ask dnsd, then the others until one says the same."""
    total = differ = 0
    for title, wire, tcp in cases:
        total += 1
        replies = []
        for s in servers:
            reply = canonical(ask(s, wire, tcp))
            if not tcp and " RRSIG" in title:
                reply = any_signature(reply)
            replies.append("--- %s\n%s" % (s.name, reply))
            if len(replies) == 1:
                ours = reply
            elif reply == ours:
                break
        else:
            if title not in EXPLAINED:
                differ += 1
                print("=== %s\n%s" % (title, "\n".join(replies)))
    return total, differ


def main():
    starters = [start_dnsd]
    for program, starter in (("nsd", start_nsd), ("knotd", start_knot),
                             ("named", start_bind)):
        if shutil.which(program):
            starters.append(starter)
    servers = [start() for start in starters]
    try:
        if not all([wait_for(s) for s in servers]):
            return 2
        if len(servers) == 1:
            print("no reference server is installed")
            return 2
        cases = list(questions(transfer(servers[1])))
        total, differ = compare(
            servers, cases,
            lambda s, w, tcp: s.tcp(w) if tcp else s.udp(w))
        odd = [] if SHORT else [(t, w, False) for t, w in odd_messages()]
        t2, d2 = compare(servers, odd, lambda s, w, tcp: s.udp(w, 0.3))
        print("%d questions, %d differ" % (total + t2, differ + d2))
        return 1 if differ + d2 else 0
    finally:
        for s in servers:
            s.stop()


sys.exit(main())
