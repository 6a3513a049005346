"""The same questions to resolver and to Unbound, over a tree of zones.

usage: resolve.py BIN WORK [QUESTIONS [SEED]]

Makes a network namespace, in it a root, TLDs and zones below on eight dnsd,
all generated, and asks both resolvers QUESTIONS random questions, each twice
(the second answer comes from the cache).  Answers must agree in code, in the
records of the answer and in the SOA of what is not there.  What differs is
printed; the last line is "N questions, N differ".  Exit status 1 if any do,
77 if there is no namespace to be had or no Unbound.
"""

import random
import shutil
import socket
import sys
import time

import dns.exception
import dns.flags
import dns.message
import dns.rdatatype

import tree


def ask(server, name, rtype, r):
    """Over UDP, and over TCP what is too long for it."""
    q = dns.message.make_query(name, rtype, use_edns=r.random() < 0.8 and 0
                               or -1)
    wire = q.to_wire()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(8)
        s.connect((server.address, 53))
        s.send(wire)
        try:
            reply = s.recv(65535)
        except OSError:
            return None
    if reply[2] & 2:
        with socket.create_connection((server.address, 53), 8) as s:
            s.sendall(len(wire).to_bytes(2, "big") + wire)
            size = int.from_bytes(s.recv(2, socket.MSG_WAITALL), "big")
            reply = s.recv(size, socket.MSG_WAITALL)
    return dns.message.from_wire(reply, one_rr_per_rrset=True)


def canonical(m):
    if m is None:
        return ["silence"]
    lines = [dns.rcode.to_text(m.rcode()),
             dns.flags.to_text(m.flags & ~(dns.flags.AD | dns.flags.CD))]
    # DNAME and what follows from it may be in another order; TTLs count down
    # from different moments.
    lines += sorted({"%s %s %s" % (str(x.name).lower(),
                                   dns.rdatatype.to_text(x.rdtype),
                                   x[0].to_text().lower()) for x in m.answer})
    lines += sorted("SOA of %s" % str(x.name).lower() for x in m.authority
                    if x.rdtype == dns.rdatatype.SOA)
    return lines


def is_moot(rtype, lines):
    """Below a DNAME, questions for aliases: Unbound follows as far as the
    first server did, resolver to the end (RFC 6672 3.2)."""
    return rtype in ("CNAME", "DNAME") and any(" DNAME " in x for x in lines)


def compare(t, servers, count, seed):
    r = random.Random(seed)
    differ = 0
    for _ in range(count):
        name, rtype = t.question(r)
        if r.random() < 0.1:
            name = "".join(r.choice((c.upper(), c)) for c in name)
        for when in ("first", "again"):
            theirs, ours = (canonical(ask(s, name, rtype, r))
                            for s in servers)
            if ours != theirs and not is_moot(rtype, ours):
                differ += 1
                print("=== %s %s (%s)\n--- resolver\n%s\n--- unbound\n%s" % (
                    name, rtype, when, "\n".join(ours), "\n".join(theirs)))
    return differ


def main():
    bin_, work = sys.argv[1:3]
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 10000
    seed = int(sys.argv[4]) if len(sys.argv) > 4 else 11
    if not shutil.which("unbound") or not tree.enter():
        print("no Unbound, or no network namespace")
        return 77
    t = tree.Tree(seed)
    running = tree.start_tree(t, work, bin_)
    try:
        unbound = tree.start_unbound(work)
        resolver = tree.start_resolver(work, bin_)
        running += [unbound, resolver]
        if not unbound.answers("tld0") or not resolver.answers("tld0"):
            print("a resolver does not answer")
            return 2
        began = time.time()
        differ = compare(t, (unbound, resolver), count, seed)
        print("%d questions, %d differ, %.0f s" % (
            count, differ, time.time() - began))
        return 1 if differ else 0
    finally:
        for p in running:
            p.stop()


if __name__ == "__main__":
    sys.exit(main())
