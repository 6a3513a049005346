"""ftp.py - an FTP client that says exactly what a test wants said

	s = Session(home)		the session half on a socket of its own
	s = Session(port=p)		a server that runs already
	s.do("TYPE I", 200)		say it, hear its reply, compare the code
	s.say(b"NOOP\\r\\n")		octets as they are
	s.hear(200)			the next reply; .text, .lines
	d = s.pasv()			a data connection, made
	d = s.port()			a listener, told to the server
	s.stor("f", octets); s.retr("f"); s.names("NLST")

Whatever does not come within thirty seconds is an error.
"""
import ctypes
import errno
import os
import random
import re
import socket
import struct
import subprocess
import sys
import time

DEADLINE = 30
ROOT = os.environ.get("ROOT") or os.path.dirname(os.path.dirname(
    os.path.dirname(os.path.abspath(__file__))))
BIN = os.environ.get("LABNET_BIN") or ROOT + "/build/bin"


class Wrong(AssertionError):
    pass


class Session:
    def __init__(self, home=None, port=None, host="127.0.0.1", site=".",
                 user="bob", source=None, greeting=None, before=None, **env):
        self.process, self.host = None, host
        self.before = before            # called in the child, before exec
        self.text, self.lines = "", []
        self.held = b""
        if home is not None:
            port = self.start(home, host, site, user, source, env)
        else:
            self.sock = socket.create_connection((host, port), DEADLINE,
                                                 source)
        self.sock.settimeout(DEADLINE)
        self.hear(greeting or (230 if home is not None else 220))

    def start(self, home, host, site, user, source, env):
        """Run the session half on one end of a connection."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = low_listener(host, family)
        self.sock = socket.create_connection(
            (host, listener.getsockname()[1]), DEADLINE, source)
        end, _ = listener.accept()
        listener.close()
        self.process = subprocess.Popen(
            [BIN + "/ftpd", os.path.abspath(home)], stdin=end, stdout=end,
            cwd=site, env=dict(
                {k: v for k, v in os.environ.items() if "SAN_" in k},
                USER=user, PATH="/", **env),
            preexec_fn=self.before)
        end.close()

    def say(self, octets):
        self.sock.sendall(octets)

    def line(self):
        while b"\n" not in self.held:
            more = self.sock.recv(65536)
            if not more:
                raise EOFError("closed, holding %r" % self.held)
            self.held += more
        line, self.held = self.held.split(b"\n", 1)
        if not line.endswith(b"\r"):
            raise Wrong("a line without CR: %r" % line)
        return line[:-1].decode("utf-8", "surrogateescape")

    def hear(self, code=None):
        """The next reply, which has the code (or one of a tuple)."""
        self.lines = [self.line()]
        if not re.match(r"\d{3}[ -]", self.lines[0]):
            raise Wrong("no reply: %r" % self.lines[0])
        while not self.lines[-1].startswith(self.lines[0][:3] + " "):
            if self.lines[0][3] != "-":
                raise Wrong("no reply: %r" % self.lines)
            self.lines.append(self.line())
        self.text = self.lines[-1][4:]
        got = int(self.lines[0][:3])
        wanted = code if isinstance(code, tuple) else (code,)
        if code is not None and got not in wanted:
            raise Wrong("wanted %s, got %s" % (code, self.lines))
        return got

    def do(self, command, code=None):
        if isinstance(command, str):
            command = command.encode("utf-8", "surrogateescape")
            command = command.replace(b"\xff", b"\xff\xff")
        self.say(command + b"\r\n")
        try:
            return self.hear(code)
        except Wrong as wrong:
            raise Wrong("%s: %s" % (command[:99], wrong)) from None

    def gone(self):
        """The server has closed, having said nothing more."""
        more = self.held + self.sock.recv(65536)
        if more:
            raise Wrong("more came: %r" % more)
        if self.process:
            return self.process.wait(DEADLINE)

    def passive_port(self):
        self.do("EPSV", 229)
        return int(re.search(r"\(\|\|\|(\d+)\|\)", self.text).group(1))

    def pasv(self, source=None):
        """A data connection to the port that the server listens on."""
        d = socket.create_connection(
            (self.host, self.passive_port()), DEADLINE, source)
        d.settimeout(DEADLINE)
        return d

    def attempt(self, command, size, codes):
        """An upload of so many octets, which may be broken off."""
        d = self.pasv()
        self.do(command, 150)
        try:
            d.sendall(b"n" * size)
        except OSError:
            pass
        d.close()
        self.hear(codes)

    def port(self, code=200):
        """A listener of ours that the server is told of."""
        family = self.sock.family
        listener = socket.socket(family)
        listener.bind(self.sock.getsockname()[:1] + (0,) +
                      self.sock.getsockname()[2:])
        listener.listen(1)
        listener.settimeout(DEADLINE)
        host, port = listener.getsockname()[:2]
        if family == socket.AF_INET6:
            self.do("EPRT |2|%s|%d|" % (host, port), code)
        else:
            self.do("PORT %s,%d,%d" % (host.replace(".", ","), port >> 8,
                                       port & 255), code)
        return listener

    def arrived(self, octets):
        """The server has taken so many octets of the running transfer."""
        self.do("STAT", 211)
        while " %d octets" % octets not in self.text:
            self.do("STAT", 211)

    def fetch(self, command, end=226):
        """What a RETR or LIST sends."""
        d = self.pasv()
        self.do(command, 150)
        octets = read_all(d)
        self.hear(end)
        return octets

    def retr(self, name):
        return self.fetch("RETR " + name)

    def names(self, command="NLST"):
        return self.fetch(command).decode("utf-8",
                                          "surrogateescape").split("\r\n")[:-1]

    def stor(self, name, octets, verb="STOR", end=226):
        d = self.pasv()
        self.do(verb + " " + name if name else verb, 150)
        d.sendall(octets)
        d.close()
        self.hear(end)


def low_listener(host, family=socket.AF_INET):
    """
    On a port below those that the kernel gives away, the one before it free
    as well: active data connections come from there.
    """
    def address(port):
        return socket.getaddrinfo(host, port, family)[0][4]

    for port in random.sample(range(10000, 32000, 2), 200):
        try:
            with socket.socket(family) as before:
                before.bind(address(port))
                listener = socket.socket(family)
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                listener.bind(address(port + 1))
                listener.listen(1)
                return listener
        except OSError:
            continue
    raise Wrong("no port free")


def traced(fault, call="flock"):
    """A session whose calls of that name suffer an injection of strace's."""
    def install():
        os.environ["PATH"] = "/usr/bin:/bin"
        os.execlp("strace", "strace", "-qq", "-o", "/dev/null", "-e",
                  "trace=" + call, "-e", "inject=%s:%s" % (call, fault),
                  BIN + "/ftpd", os.path.abspath("home"))

    return Session("home", before=install)


def in_call(session, call):
    """Wait until the traced session is in the call, or about to be."""
    child = "/proc/%d/task/%d/children" % ((session.process.pid,) * 2)
    number = "%d " % CALLS[os.uname().machine][call]
    until = time.monotonic() + DEADLINE
    while True:
        with open("/proc/%s/syscall" % contents(child).split()[0].decode()
                  ) as f:
            if f.read().startswith(number):
                return
        if time.monotonic() > until:
            raise Wrong("it is not in " + call)


CALLS = {                       # system calls that tests let fail
    "x86_64": dict(openat2=437, flock=73, fsync=74, renameat=264, sendfile=40,
                   write=1, accept4=288, socket=41),
    "aarch64": dict(openat2=437, flock=32, fsync=82, renameat=38, sendfile=71,
                    write=64, accept4=242, socket=198),
}


def failing(call, error):
    """For Session(before=): the server's calls of that name fail."""
    number = CALLS[os.uname().machine][call]
    program = b"".join(struct.pack("HBBI", *line) for line in (
        (0x20, 0, 0, 0),                        # load the call's number
        (0x15, 0, 1, number),                   # is it that one?
        (0x06, 0, 0, 0x00050000 | error),       # then the error
        (0x06, 0, 0, 0x7fff0000)))              # else let it pass

    def install():
        code = ctypes.create_string_buffer(program)
        head = struct.pack("HxxxxxxP", len(program) // 8,
                           ctypes.addressof(code))
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(38, 1, 0, 0, 0) != 0 or libc.prctl(22, 2, head) != 0:
            raise OSError(ctypes.get_errno(), "seccomp")

    return install


def read_all(sock):
    """All octets until the end; an error if it was cut off."""
    parts = []
    while True:
        part = sock.recv(1 << 20)
        if not part:
            sock.close()
            return b"".join(parts)
        parts.append(part)


def same(got, wanted):
    if got != wanted:
        raise Wrong("wanted %r, got %r" % (wanted, got))


def contents(path):
    with open(path, "rb") as f:
        return f.read()


def write(path, octets):
    with open(path, "wb") as f:
        f.write(octets)
