"""The awkward zone through the resolver, served by dnsd, NSD, Knot and BIND.

usage: resolve_awkward.py BIN WORK ZONEFILE

One resolver for each of the servers that are installed, with the zone as a
stub, in a network namespace of their own (its delegations lead nowhere).
Every name and type of the zone, and names beside and below, are asked of all;
the answers must be the same, and those of the first server itself where that
has authority for all of it.  The last line is "N questions, N differ".  Exit
status 1 if any do, 77 if it cannot be done.
"""

import concurrent.futures
import os
import random
import shutil
import socket
import sys
import time

import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rdatatype
import dns.zone

import servers
import tree
from resolve import ask, canonical

BIN, WORK, ZONEFILE = sys.argv[1:4]
ZONE = os.path.basename(ZONEFILE)[:-len(".zone")]
# A record of it that has no text form in dnspython, or one of many kinds.
TYPES = ("A", "NS", "SOA", "MX", "TXT", "AAAA", "SRV", "CNAME", "PTR", "DS",
         "TYPE1234", "HTTPS", "CAA", "NAPTR", "LOC")


def pairs(port):
    """Names and types of the zone, from a transfer."""
    found = set()
    q = dns.message.make_query(ZONE, "AXFR")
    with socket.create_connection(("127.0.0.1", port), 5) as s:
        dns.query.send_tcp(s, q)
        soas = 0
        while soas < 2:
            m, _ = dns.query.receive_tcp(s, time.time() + 5,
                                         one_rr_per_rrset=True)
            for r in m.answer:
                soas += r.rdtype == dns.rdatatype.SOA
                found.add((r.name, dns.rdatatype.to_text(r.rdtype)))
    return found


def questions(found):
    cases = {(n, t) for n, t in found if t not in ("RRSIG", "NSEC", "DNAME")}
    for n in {n for n, _ in found}:
        cases |= {(n, t) for t in TYPES}
        for label in (b"x", b"zz"):
            try:
                cases |= {(dns.name.Name((label,) + n.labels), t)
                          for t in ("A", "TXT")}
            except dns.exception.DNSException:
                pass
    # The DS of the zone is its parent's to say, which there is none.
    return sorted(cases - {(dns.name.from_text(ZONE), "DS")})


def direct(server, name, rtype):
    """What the server says, as a resolver should tell it; None if it does
    not know all of it."""
    q = dns.message.make_query(name, rtype, use_edns=0, flags=0)
    m = dns.message.from_wire(server.tcp(q.to_wire()), one_rr_per_rrset=True)
    aliases = {x.name: x[0].target for x in m.answer
               if x.rdtype == dns.rdatatype.CNAME}
    end, links = name, 0
    while end in aliases and rtype != "CNAME" and links < 20:
        end, links = aliases[end], links + 1
    there = any(x.name == end for x in m.answer)
    denied = any(x.rdtype == dns.rdatatype.SOA for x in m.authority)
    if not m.flags & dns.flags.AA or links == 20 or not (there or denied):
        return None
    m.flags = m.rcode() | dns.flags.QR | dns.flags.RD | dns.flags.RA
    return canonical(m)


def all_answers(running, authority, name, rtype):
    r = random.Random(1)
    got = [(p.name, canonical(ask(p, name, rtype, r))) for p in running]
    itself = direct(authority, name, rtype)
    return got if itself is None else got + [("dnsd itself", itself)]


def main():
    if not tree.enter():
        print("no network namespace")
        return 77
    servers.use(BIN, WORK, ZONEFILE, ZONE)
    authorities = [servers.start_dnsd()]
    for program, starter in (("nsd", servers.start_nsd),
                             ("knotd", servers.start_knot),
                             ("named", servers.start_bind)):
        if shutil.which(program):
            authorities.append(starter())
    running = []
    try:
        if len(authorities) == 1:
            print("no other server is installed")
            return 77
        for i, s in enumerate(authorities):
            p = tree.start_resolver(WORK, BIN, (
                "root-hints none",
                "stub %s 127.0.0.1:%d" % (ZONE, s.port)),
                "127.0.2.%d" % (i + 1))
            p.name = "through " + s.name
            running.append(p)
        for p in running:
            if not p.answers(ZONE):
                print("%s: no answer" % p.name)
                return 2
        asked = questions(pairs(authorities[1].port))
        # Those that lead nowhere take a while: many at a time.
        with concurrent.futures.ThreadPoolExecutor(48) as pool:
            answers = list(pool.map(
                lambda x: all_answers(running, authorities[0], *x), asked))
        differ = 0
        for (name, rtype), got in zip(asked, answers):
            if all(a == got[0][1] for _, a in got):
                continue
            differ += 1
            print("=== %s %s" % (name, rtype))
            for who, answer in got:
                print("--- %s\n%s" % (who, "\n".join(answer)))
        print("%d questions, %d differ" % (len(asked), differ))
        return 1 if differ else 0
    finally:
        for p in running + authorities:
            p.stop()


if __name__ == "__main__":
    sys.exit(main())
