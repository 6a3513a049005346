"""dnsd and the reference servers, each on a port of its own on 127.0.0.1.

use() says which programs, where they may write, and the zone they serve;
then the start_ functions start them.
"""

import os
import shutil
import socket
import struct
import subprocess

HOST = socket.gethostname()
BIN = WORK = ZONEFILE = ZONE = None


def use(bin_, work, zonefile, zone):
    global BIN, WORK, ZONEFILE, ZONE
    BIN, WORK, ZONEFILE, ZONE = bin_, work, zonefile, zone


def free_port():
    """A port that is free for UDP and TCP, as far as one can know."""
    while True:
        tcp = socket.socket()
        tcp.bind(("127.0.0.1", 0))
        port = tcp.getsockname()[1]
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            udp.bind(("127.0.0.1", port))
            return port
        except OSError:
            pass
        finally:
            tcp.close()
            udp.close()


def write(name, text):
    path = os.path.join(WORK, name)
    with open(path, "w") as f:
        f.write(text)
    return path


class Server:
    def __init__(self, name):
        self.name = name
        self.port = free_port()
        self.processes = []

    def run(self, *argv, **more):
        log = open(os.path.join(WORK, self.name + ".log"), "ab")
        self.processes.append(subprocess.Popen(
            argv, stdout=log, stderr=log, cwd=WORK, **more))

    def stop(self):
        for p in self.processes:
            p.terminate()
        for p in self.processes:
            p.wait()

    def udp(self, wire, timeout=3.0):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.settimeout(timeout)
        s.connect(("127.0.0.1", self.port))
        try:
            s.send(wire)
            return s.recv(65535)
        except (TimeoutError, OSError):
            return None
        finally:
            s.close()

    def tcp(self, wire, timeout=3.0):
        try:
            s = socket.create_connection(("127.0.0.1", self.port), timeout)
        except OSError:
            return None
        with s:
            s.settimeout(timeout)
            try:
                s.sendall(struct.pack("!H", len(wire)) + wire)
                data = b""
                while len(data) < 2 or \
                        len(data) < 2 + struct.unpack("!H", data[:2])[0]:
                    more = s.recv(65535)
                    if not more:
                        return None
                    data += more
                return data[2:]
            except (TimeoutError, OSError):
                return None


def compile_dnsd():
    os.makedirs(WORK + "/zones", exist_ok=True)
    os.makedirs(WORK + "/spool", exist_ok=True)
    shutil.copy(ZONEFILE, WORK + "/zones/" + ZONE + ".zone")
    subprocess.run([BIN + "/zonec", "-z", WORK + "/zones", "-d",
                    WORK + "/spool"], check=True)


def serve_dnsd():
    s = Server("dnsd")
    conf = write("dns.conf", "identity %s\ntcp-per-source 10000\n" % HOST)
    args = [BIN + "/dnsd", "-c", conf, "-d", WORK + "/spool", "-i", "600"]
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", s.port))
    tcp = socket.socket()
    tcp.bind(("127.0.0.1", s.port))
    tcp.listen(64)
    s.run(*args, stdin=udp)
    s.run(*args, stdin=tcp)
    udp.close()
    tcp.close()
    return s


def start_dnsd():
    compile_dnsd()
    return serve_dnsd()


def start_nsd():
    s = Server("nsd")
    conf = write("nsd.conf", f"""
server:
    ip-address: 127.0.0.1
    port: {s.port}
    username: ""
    chroot: ""
    zonesdir: "{WORK}"
    database: ""
    pidfile: "{WORK}/nsd.pid"
    xfrdfile: "{WORK}/nsd.xfrd"
    zonelistfile: "{WORK}/nsd.list"
    xfrdir: "{WORK}"
    logfile: "{WORK}/nsd.log"
    server-count: 1
    rrl-ratelimit: 0
    ipv4-edns-size: 1232
    identity: "{HOST}"
    nsid: "ascii_{HOST}"
    minimal-responses: yes
    refuse-any: no
remote-control:
    control-enable: no
zone:
    name: {ZONE}
    zonefile: {ZONEFILE}
    provide-xfr: 127.0.0.1 NOKEY
""")
    s.run("nsd", "-d", "-c", conf)
    return s


def start_knot():
    s = Server("knotd")
    os.makedirs(WORK + "/knot", exist_ok=True)
    conf = write("knot.conf", f"""
server:
    listen: 127.0.0.1@{s.port}
    rundir: {WORK}/knot
    identity: {HOST}
    nsid: {HOST}
    udp-max-payload: 1232
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
log:
  - target: stderr
    any: warning
database:
    storage: {WORK}/knot
template:
  - id: default
    storage: {WORK}
    zonefile-sync: -1
    journal-content: none
    semantic-checks: off
acl:
  - id: transfer
    address: 127.0.0.1
    action: transfer
zone:
  - domain: {ZONE}
    acl: transfer
    file: {ZONEFILE}
""")
    s.run("knotd", "-c", conf)
    return s


def start_bind():
    s = Server("named")
    conf = write("named.conf", f"""
options {{
    directory "{WORK}";
    listen-on port {s.port} {{ 127.0.0.1; }};
    listen-on-v6 {{ none; }};
    pid-file "{WORK}/named.pid";
    session-keyfile "{WORK}/session.key";
    recursion no;
    max-udp-size 1232;
    edns-udp-size 1232;
    server-id "{HOST}";
    minimal-responses yes;
    minimal-any yes;
    check-names master ignore;
    max-records-per-type 0;
    dnssec-validation no;
    notify no;
    tcp-listen-queue 64;
}};
controls {{ }};
zone "{ZONE}" {{ type master; file "{ZONEFILE}"; check-integrity no; }};
""")
    s.run("named", "-f", "-4", "-n", "1", "-c", conf)
    return s


def start_gdnsd():
    s = Server("gdnsd")
    folder = WORK + "/gdnsd"
    os.makedirs(folder + "/zones", exist_ok=True)
    for part in ("run", "state"):
        os.makedirs(folder + "/" + part, exist_ok=True)
    shutil.copy(ZONEFILE, folder + "/zones/" + ZONE)
    write("gdnsd/config", f"""
options => {{
    listen => [ "127.0.0.1:{s.port}" ]
    udp_threads => 1
    tcp_threads => 1
    run_dir => {folder}/run
    state_dir => {folder}/state
}}
""")
    s.run("gdnsd", "-c", folder, "start")
    return s
