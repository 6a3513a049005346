"""A tree of generated zones below a root of our own, and resolvers beside it.

All of it listens on port 53 of addresses in 127.0.0.0/8, which is why it
runs in a network namespace that it makes itself: call enter() first.  The
same seed makes the same zones.
"""

import ctypes
import os
import random
import shutil
import socket
import struct
import subprocess
import time

CLONE_NEWNET = 0x40000000
SERVERS = 8
TTL = 3600


def enter():
    """Into a network namespace with nothing but a loopback.  False: not
    allowed."""
    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() != 0 or libc.unshare(CLONE_NEWNET) != 0:
        return False
    return subprocess.run(["ip", "link", "set", "lo", "up"]).returncode == 0


class Tree:
    """Zones, and on which of the servers each is."""

    def __init__(self, seed, tlds=6, zones=120, names=30):
        self.random = random.Random(seed)
        self.names_each = names
        self.zones = {}         # name -> lines
        self.hosts = {}         # name -> list of (server name, number)
        self.known = []         # names that are there
        self.make(tlds, zones)

    def server(self, number):
        return "127.0.1.%d" % (number + 1)

    def pick(self, n):
        return self.random.sample(range(SERVERS), n)

    def add_zone(self, name, hosts):
        """hosts: (host name, server number); the zone has its own SOA, NS."""
        self.hosts[name] = hosts
        self.zones[name] = [
            "$TTL %d" % TTL,
            "@ SOA %s x.%s 1 7200 900 86400 300" % (hosts[0][0], hosts[0][0])]
        self.zones[name] += ["@ NS %s" % h for h, _ in hosts]

    def delegate(self, parent, child):
        """Put the NS of the child into the parent, and glue that is due."""
        for host, number in self.hosts[child]:
            self.zones[parent].append("%s. NS %s" % (child, host))
            if host.endswith("." + child + "."):
                self.zones[parent].append("%s A %s" % (host,
                                                       self.server(number)))

    def own_hosts(self, name, n):
        return [("ns%d.%s." % (i, name), number)
                for i, number in enumerate(self.pick(n))]

    def address_hosts(self, name):
        """The zone knows its own servers' addresses."""
        for host, number in self.hosts[name]:
            if host.endswith("." + name + "."):
                self.zones[name].append("%s A %s" % (host,
                                                     self.server(number)))

    def make(self, tlds, zones):
        self.add_zone("", [("a.root.", 0)])
        self.zones[""].append("a.root. A " + self.server(0))
        tops = ["tld%d" % i for i in range(tlds)]
        for top in tops:
            self.add_zone(top, self.own_hosts(top, 2))
            self.delegate("", top)
            self.address_hosts(top)
        # Two zones whose hosts serve others, which then need no glue.
        self.providers = ["dns.tld0", "dns.tld1"]
        for name in self.providers:
            self.add_zone(name, self.own_hosts(name, 2))
            self.delegate(name.split(".")[1], name)
            self.address_hosts(name)
            for number in range(SERVERS):
                self.zones[name].append("s%d A %s" % (number,
                                                      self.server(number)))
        for i in range(zones):
            parent = self.random.choice(tops)
            if i % 6 == 5:      # below one that there is already
                parent = self.random.choice(
                    [z for z in self.zones
                     if z.startswith("zone") and z.count(".") < 3] or tops)
            self.make_zone("zone%d.%s" % (i, parent), parent)

    def make_zone(self, name, parent):
        if self.random.random() < 0.3:
            hosts = [("s%d.%s." % (n, self.random.choice(self.providers)), n)
                     for n in self.pick(2)]
        else:
            hosts = self.own_hosts(name, self.random.choice((1, 2, 3)))
        self.add_zone(name, hosts)
        self.delegate(parent, name)
        self.address_hosts(name)
        lines = self.zones[name]
        for i in range(self.names_each):
            self.make_name(name, lines, i)

    def other(self):
        return self.random.choice(self.known or ["www.zone0.tld0"])

    def make_name(self, zone, lines, i):
        r = self.random
        label = r.choice(("www%d", "host%d", "a.b%d", "x%d.deep", "_s%d._tcp",
                          "*.w%d", "al%d", "dn%d")) % i
        name = label + "." + zone
        if label.startswith("al"):
            lines.append("%s CNAME %s." % (label, self.other()))
        elif label.startswith("dn"):
            lines.append("%s DNAME %s." % (label, self.other()))
            name = "www." + name
        else:
            for n in range(r.choice((1, 1, 1, 2, 5))):
                lines.append("%s A 10.%d.%d.%d" % (
                    label, i, r.randrange(256), n))
            if r.random() < 0.3:
                lines.append("%s AAAA fd00::%x" % (label, r.randrange(1, 9999)))
            if r.random() < 0.3:
                lines.append("%s MX 10 %s." % (label, self.other()))
            if r.random() < 0.2:
                lines.append('%s TXT "text %s" "and more"' % (
                    label, "long " * r.choice((0, 3, 40))))
        self.known.append(name.replace("*", "any"))

    def question(self, r):
        """A name and a type: there, beside, below, above."""
        name = r.choice(self.known)
        kind = r.random()
        if kind < 0.15:
            name = "no%d.%s" % (r.randrange(50), name.split(".", 1)[1])
        elif kind < 0.22:
            name = "below%d.%s" % (r.randrange(5), name)
        elif kind < 0.30:
            name = name.split(".", 1)[1]
        elif kind < 0.32:
            name = "zone%d.tld%d" % (r.randrange(1000), r.randrange(9))
        elif kind < 0.34:
            name = r.choice(list(self.zones)) or "."
        rtype = r.choice(("A",) * 8 + ("AAAA", "MX", "TXT", "NS", "SOA", "DS",
                                       "CNAME", "DNAME", "SRV", "PTR"))
        return name, rtype

    def write(self, work, bin_):
        """For each server its zones, compiled."""
        for number in range(SERVERS):
            for folder in ("zones", "spool"):
                path = "%s/%s%d" % (work, folder, number)
                shutil.rmtree(path, ignore_errors=True)
                os.makedirs(path)
        for name, lines in self.zones.items():
            for _, number in self.hosts[name]:
                with open("%s/zones%d/%s.zone" % (work, number,
                                                  name or "root"), "w") as f:
                    f.write("\n".join(lines) + "\n")
        for number in range(SERVERS):
            subprocess.run([bin_ + "/zonec", "-z", "%s/zones%d" % (
                work, number), "-d", "%s/spool%d" % (work, number)],
                check=True, stderr=subprocess.DEVNULL)
        with open(work + "/root.hints", "w") as f:
            f.write("$TTL 3600\n. NS a.root.\na.root. A %s\n" %
                    self.server(0))


def listeners(address, port=53):
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        s = socket.socket(socket.AF_INET, kind)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind((address, port))
        if kind == socket.SOCK_STREAM:
            s.listen(128)
        yield s


class Process:
    """A server of one or more processes, at an address."""

    def __init__(self, name, address):
        self.name, self.address = name, address
        self.processes = []

    def run(self, argv, log, stdin=None):
        self.processes.append(subprocess.Popen(
            argv, stdin=stdin, stdout=open(log, "ab"),
            stderr=subprocess.STDOUT))

    def run_service(self, argv, log, **more):
        for s in listeners(self.address, **more):
            self.run(argv, log, stdin=s)
            s.close()

    def stop(self):
        for p in self.processes:
            p.kill()
        for p in self.processes:
            p.wait()
        self.processes = []

    def answers(self, name, seconds=20):
        """Wait until it has an answer about the name."""
        query = struct.pack("!6H", 7, 0x100, 1, 0, 0, 0) + b"".join(
            bytes([len(x)]) + x.encode() for x in name.split(".") if x) + \
            b"\0\0\6\0\1"
        end = time.time() + seconds
        while time.time() < end:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
                s.settimeout(0.5)
                s.connect((self.address, 53))
                try:
                    s.send(query)
                    if s.recv(4096)[3] & 15 in (0, 3):
                        return True
                except OSError:
                    time.sleep(0.05)
        return False


def start_tree(tree, work, bin_):
    """All authoritative servers."""
    tree.write(work, bin_)
    running = []
    for number in range(SERVERS):
        p = Process("dnsd%d" % number, tree.server(number))
        p.run_service([bin_ + "/dnsd", "-c", "/dev/null", "-d",
                       "%s/spool%d" % (work, number), "-i", "3600"],
                      work + "/dnsd.log")
        running.append(p)
    return running


def start_resolver(work, bin_, lines=(), address="127.0.0.53"):
    p = Process("resolver", address)
    site = work + "/site." + address
    shutil.rmtree(site, ignore_errors=True)
    os.makedirs(site + "/etc")
    if os.path.exists(work + "/root.hints"):
        shutil.copy(work + "/root.hints", site + "/etc/root.hints")
    with open(site + "/etc/resolver.conf", "w") as f:
        f.write("ipv6 no\nsave none\n" + "".join(x + "\n" for x in lines))
    here = os.getcwd()
    os.chdir(site)
    p.run_service([bin_ + "/resolver", "-i", "3600"], work + "/resolver.log")
    os.chdir(here)
    return p


def start_unbound(work, extra="", hints=True):
    p = Process("unbound", "127.0.0.54")
    conf = work + "/unbound.conf"
    with open(conf, "w") as f:
        f.write(f"""server:
    interface: {p.address}
    port: 53
    username: ""
    chroot: ""
    directory: "{work}"
    pidfile: "{work}/unbound.pid"
    use-syslog: no
    logfile: "{work}/unbound.log"
    do-daemonize: no
    do-ip6: no
    num-threads: 1
    module-config: "iterator"
    {'root-hints: "' + work + '/root.hints"' if hints else ""}
    do-not-query-localhost: no
    access-control: 127.0.0.0/8 allow
    minimal-responses: yes
    edns-buffer-size: 1232
    max-udp-size: 1232
    infra-host-ttl: 900
    outgoing-range: 4096
    num-queries-per-thread: 2048
{extra}
remote-control:
    control-enable: no
""")
    p.run(["unbound", "-d", "-c", conf], work + "/unbound.out")
    return p
