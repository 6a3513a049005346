#!/usr/bin/env bats
#
# Data connections and what goes over them, whole or interrupted.

bats_require_minimum_version 1.5.0

load lib/ftp

setup() {
	ftp_home
}

teardown() {
	if mountpoint -q "$home/full" 2>/dev/null; then
		umount "$home/full"
	fi
}

@test "active and passive, IPv4 and IPv6, old and new commands" {
	ftp_py <<'PY'
hosts = ["127.0.0.1"]
try:
    socket.socket(socket.AF_INET6).bind(("::1", 0))
    hosts.append("::1")
except OSError:
    pass
for host in hosts:
    s = Session("home", host=host)
    s.stor("f", b"over " + host.encode())
    d = s.port()
    s.do("RETR f", 150)
    c, peer = d.accept()
    same(peer[1], s.sock.getpeername()[1] - 1)      # L-1
    same(read_all(c), b"over " + host.encode())
    s.hear(226)
    same(s.retr("f"), b"over " + host.encode())
    if host == "::1":
        s.do("PASV", 502)
        s.do("EPRT |1|127.0.0.1|5000|", 522)
        s.do("EPSV 1", 522)
        s.do("EPSV 2", 229)
    else:
        s.do("EPRT |1|127.0.0.1|%d|" % 5000, 200)
        s.do("EPRT |2|::1|5000|", 522)
        s.do("EPSV 2", 522)
        s.do("EPSV 9", 522)
        s.do("EPSV junk", 501)
        s.do("PASV", 227)
        n = [int(x) for x in re.findall(r"\d+", s.text)]
        same(n[:4], [127, 0, 0, 1])
        d = socket.create_connection((host, n[4] * 256 + n[5]), DEADLINE)
        s.do("RETR f", 150)
        same(read_all(d), b"over 127.0.0.1")
        s.hear(226)
    s.do("EPSV ALL", 200)
    for command in "PORT 127,0,0,1,20,0", "PASV", "EPRT |1|127.0.0.1|5000|":
        s.do(command, 503)
    same(s.retr("f"), b"over " + host.encode())
PY
}

@test "passive ports: dynamic ones, at random; one alone serves them all" {
	ftp_py <<'PY'
s = Session("home")
ports = {s.passive_port() for i in range(20)}
assert len(ports) > 15 and min(ports) >= 49152, ports
one = min(ports)
write("etc/ftpd.conf", b"passive-ports %d-%d\n" % (one, one))
s = Session("home")
for i in range(5):                      # each leaves the port in TIME-WAIT
    same(s.passive_port(), one)
    d = socket.create_connection(("127.0.0.1", one), DEADLINE)
    s.do("NLST", 150)
    read_all(d)
    s.hear(226)
PY
}

@test "link-local addresses of IPv6" {
	is_root && unshare -n true 2>/dev/null || skip 'no network namespace'
	export -f ftp_py
	# shellcheck disable=SC2016	# for the inner shell
	unshare -n bash -ec '
	ip link set lo up
	ip addr add fe80::21/64 dev lo nodad
	site=$1
	ftp_py' bash "$site" <<'PY'
s = Session("home", host="fe80::21%lo")
s.stor("f", b"on this link")
same(s.retr("f"), b"on this link")
d = s.port()
s.do("RETR f", 150)
same(read_all(d.accept()[0]), b"on this link")
s.hear(226)
PY
}

@test "without PORT or PASV data goes to the client's control port" {
	ftp_py <<'PY'
write("home/f", b"by default")
port = low_listener("127.0.0.1").getsockname()[1]
s = Session("home", source=("127.0.0.1", port))
s.sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(s.sock.getsockname())
listener.listen(1)
listener.settimeout(DEADLINE)
s.do("RETR f", 150)
same(read_all(listener.accept()[0]), b"by default")
s.hear(226)
PY
}

@test "no data connection: 425 in time, and the session goes on" {
	echo 'connect-timeout 1' >"$site/etc/ftpd.conf"
	ftp_py <<'PY'
write("home/f", b"x" * 100)
s = Session("home")
s.do("RETR f", 425)             # neither PORT nor PASV
d = s.port()
d.close()
s.do("LIST", 425)               # nobody listens
s.do("PASV", 227)
s.do("LIST", 150)
s.hear(425)                     # nobody comes
s.do("STOR new", 425)
s.do("STOR f", 425)
same(contents("home/f"), b"x" * 100)
same(s.retr("f"), b"x" * 100)
same(os.listdir("home"), ["f"])
PY
}

@test "a file stored is the file fetched: every size, both types" {
	ftp_py <<'PY'
s = Session("home")
for n in 0, 1, 16383, 131072, 262144, 262145, 3000001:
    octets = os.urandom(n)
    s.do("TYPE I", 200)
    s.stor("f", octets)
    same(contents("home/f") == octets, True)
    same(s.retr("f") == octets, True)
    # What TYPE A makes of it, it makes good again.
    s.do("TYPE A", 200)
    wire = s.retr("f")
    same(wire == octets.replace(b"\n", b"\r\n"), True)
    s.stor("g", wire)
    same(contents("home/g") == octets, True)
same(sorted(os.listdir("home")), ["f", "g"])
PY
}

@test "TYPE A: CR and LF exact wherever a block ends" {
	ftp_py <<'PY'
s = Session("home")
pieces = [b"a\r", b"\nb\r", b"c\n", b"\r\r\nd\r\n", b"\r", b"\r", b"\n", b"e\r"]
d = s.pasv()
d.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
s.do("STOR f", 150)
for i, piece in enumerate(pieces):
    d.sendall(piece)
    s.arrived(len(b"".join(pieces[:i + 1])))
d.close()
s.hear(226)
same(contents("home/f"), b"a\nb\rc\n\r\nd\n\r\ne\r")
PY
}

@test "a file is there when it is whole and not before" {
	ftp_py <<'PY'
write("home/f", b"old")
os.chmod("home/f", 0o640)
s = Session("home")
d = s.pasv()
s.do("STOR f", 150)
d.sendall(b"n" * 100000)
s.arrived(100000)
same(contents("home/f"), b"old")
t = Session("home")             # another session sees the old one only
same(t.retr("f"), b"old")
same(t.names("NLST -a"), ["f"])
same([n.split()[-1] for n in t.names("MLSD")], [".", "f"])
d.close()
s.hear(226)
same(len(t.retr("f")), 100000)
same(os.stat("home/f").st_mode & 0o777, 0o640)
same(os.listdir("home"), ["f"])
PY
}

@test "two sessions store under one name: one of the two, whole" {
	ftp_py <<'PY'
a, b = Session("home"), Session("home")
da, db = a.pasv(), b.pasv()
a.do("STOR f", 150)
b.do("STOR f", 150)
for i in range(10):
    da.sendall(b"a" * 10000)
    db.sendall(b"b" * 10000)
da.close()
a.hear(226)
same(contents("home/f"), b"a" * 100000)
db.close()
b.hear(226)
same(contents("home/f"), b"b" * 100000)
da, db = a.pasv(), b.pasv()  # kept: closed, the first would be done
a.do("APPE f", 150)
b.do("APPE f", 450)
PY
}

@test "two sessions append to a new file: what was answered 226 is there" {
	ftp_py <<'PY'
a, b = Session("home"), Session("home")
da, db = a.pasv(), b.pasv()
a.do("APPE f", 150)
if b.do("APPE f") == 150:
    db.sendall(b"b" * 10)
    db.close()
    b.hear()
da.sendall(b"a" * 10)
da.close()
a.hear(226)
same(b"a" * 10 in contents("home/f"), True)
same(b.lines[0][:3] == "226", b"b" * 10 in contents("home/f"))
b.stor("f", b"c", "APPE")
same(contents("home/f")[-11:], b"a" * 10 + b"c")
d = a.port()                    # one that came to nothing leaves nothing
d.close()
a.do("APPE g", 425)
same(os.listdir("home"), ["f"])
PY
}

@test "a session that looks at a file before it has it locked cuts nothing" {
	command -v strace >/dev/null || skip "no strace"
	is_root || skip "only root may see where a process waits"
	not_sanitized 'a tracer'
	ftp_py <<'PY'
for delay in 1, 5, 20:          # seconds: on a slow machine a may be late
    f = "f%d" % delay
    write("home/" + f, b"old")
    a, b = Session("home"), traced("delay_enter=%d" % (delay * 1000000))
    da, db = a.pasv(), b.pasv()
    b.say(b"APPE " + f.encode() + b"\r\n")
    in_call(b, "flock")
    if a.do("APPE " + f, (150, 450)) == 150:
        break
da.sendall(b"A")
da.close()
a.hear(226)
if b.hear() == 150:
    db.sendall(b"B")
    db.close()
    b.hear(226)
same(contents("home/" + f)[:4], b"oldA")
PY
}

@test "ABOR ends a transfer that moves, and one that is stuck" {
	ftp_py <<'PY'
with open("home/big", "wb") as f:
    f.truncate(1 << 30)
write("home/f", b"old")
for urgent in False, True:
    s = Session("home")
    d = s.pasv()
    s.do("RETR big", 150)       # and we do not read
    if urgent:
        s.say(b"\xff\xf4")
        s.sock.send(b"\xff\xf2", socket.MSG_OOB)
    s.do("ABOR", 426)
    s.hear(226)
    d.close()
    s.do("PWD", 257)
    d = s.pasv()
    s.do("STOR f", 150)
    d.sendall(b"new")
    s.arrived(3)
    s.do("ABOR", 426)
    s.hear(226)
    same(contents("home/f"), b"old")
    s.do("PASV", 227)
    s.do("LIST", 150)           # and we do not connect
    s.do("ABOR", 426)
    s.hear(226)
    s.do("ABOR", 226)
    same(s.retr("f"), b"old")
    d = s.pasv()
    s.do("RETR big", 150)       # two transfers asked for, both aborted
    s.say(b"RETR big\r\nABOR\r\n")
    s.hear(426)
    s.hear(426)
    s.hear(226)
same(sorted(os.listdir("home")), ["big", "f"])
PY
}

@test "what is said during a transfer is answered after it, in order" {
	ftp_py <<'PY'
write("home/f", b"x" * 3000000)
s = Session("home")
d = s.pasv()
s.do("RETR f", 150)
s.do("STAT", 211)               # but this at once
same("RETR" in s.text, True)
s.say(b"PWD\r\nNOOP\r\nSTAT\r\nXYZ")
s.say(b"ZY\r\nQUIT\r\n")
same(len(read_all(d)), 3000000)
for code in 226, 257, 200, 211, 500, 221:
    s.hear(code)
s.gone()
s = Session("home")             # all at once, more than fits in the queue
d = s.pasv()
s.say(b"RETR f\r\n" + b"NOOP\r\n" * 5000 + b"QUIT\r\n")
s.hear(150)
same(len(read_all(d)), 3000000)
for code in [226] + [200] * 5000 + [221]:
    s.hear(code)
s.gone()
PY
}

@test "the client vanishes: the session ends, the half file is gone" {
	ftp_py <<'PY'
write("home/f", b"old")
for reset in False, True:
    s = Session("home")
    d = s.pasv()
    s.do("STOR f", 150)
    d.sendall(b"half")
    if reset:
        s.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                          b"\1\0\0\0\0\0\0\0")
    s.sock.close()
    same(s.process.wait(DEADLINE), 0)
    same(contents("home/f"), b"old")
    same(os.listdir("home"), ["f"])
PY
}

@test "a reset data connection is 426, and the old file stays" {
	ftp_py <<'PY'
write("home/f", b"old")
with open("home/big", "wb") as f:
    f.truncate(1 << 30)
s = Session("home")
for verb in "STOR f", "RETR big":
    d = s.pasv()
    s.do(verb, 150)
    if verb == "STOR f":
        d.sendall(b"new")
    d.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    d.close()
    s.hear(426)
same(contents("home/f"), b"old")
same(sorted(os.listdir("home")), ["big", "f"])
# All of it is written, but our end has room for some only.
write("home/f", b"x" * 100000)
d = socket.socket()
d.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
d.connect(("127.0.0.1", s.passive_port()))
s.do("RETR f", 150)
s.arrived(100000)
d.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
d.close()
s.hear(426)
# The same, and our end has said beforehand that it will say nothing.
for whole in True, False:
    d = socket.socket()
    d.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    d.connect(("127.0.0.1", s.passive_port()))
    d.shutdown(socket.SHUT_WR)
    s.do("RETR f", 150)
    s.arrived(100000)
    if whole:
        same(read_all(d), b"x" * 100000)
    else:
        d.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                     b"\1\0\0\0\0\0\0\0")
        d.close()
    s.hear(226 if whole else 426)
PY
}

@test "data that stands still: 426 after the stall timeout" {
	printf 'stall-timeout 1\nidle-timeout 5\n' >"$site/etc/ftpd.conf"
	ftp_py <<'PY'
with open("home/big", "wb") as f:
    f.truncate(1 << 30)
s = Session("home")
d = s.pasv()
s.do("STOR f", 150)
s.hear(426)
d = s.pasv()
s.do("RETR big", 150)
s.hear(426)
same(os.listdir("home"), ["big"])
PY
}

@test "REST: from the middle, from the end, not from beyond" {
	ftp_py <<'PY'
write("home/f", b"0123456789")
s = Session("home")
s.do("TYPE I", 200)
s.do("REST 4", 350)
same(s.retr("f"), b"456789")
same(s.retr("f"), b"0123456789")        # once only
s.do("REST 10", 350)
same(s.retr("f"), b"")
s.do("REST 11", 350)
s.do("RETR f", 554)
s.do("REST 4", 350)
s.stor("f", b"abc")
same(contents("home/f"), b"0123abc")
s.do("REST 7", 350)
s.stor("f", b"def")
same(contents("home/f"), b"0123abcdef")
s.do("REST 11", 350)
s.do("STOR f", 554)
s.do("REST 1", 350)
s.do("STOR new", 554)
s.do("REST 5", 350)
s.do("TYPE A", 200)
s.do("RETR f", 554)
s.do("REST 5", 501)
# An interrupted restart in the middle leaves the old file.
s.do("TYPE I", 200)
s.do("REST 4", 350)
d = s.pasv()
s.do("STOR f", 150)
d.sendall(b"XYZ")
s.arrived(3)
s.do("ABOR", 426)
s.hear(226)
same(contents("home/f"), b"0123abcdef")
same(os.listdir("home"), ["f"])
PY
}

@test "APPE and STOU" {
	ftp_py <<'PY'
s = Session("home")
s.stor("f", b"one", "APPE")
s.stor("f", b"two", "APPE")
same(contents("home/f"), b"onetwo")
for wanted in "/f.1", "/f.2":
    d = s.pasv()
    s.do("STOU f", 150)
    same(s.text, "FILE: " + wanted)
    d.sendall(wanted.encode())
    d.close()
    s.hear(226)
    same(contents("home" + wanted), wanted.encode())
s.stor("", b"x", "STOU")
same(contents("home/file"), b"x")
d = s.pasv()
s.do("STOU", 150)
s.do("ABOR", 426)
s.hear(226)
same(sorted(os.listdir("home")), ["f", "f.1", "f.2", "file"])
PY
}

@test "upload direct: there at once, and still there when broken off" {
	echo 'upload direct' >"$site/etc/ftpd.conf"
	ftp_py <<'PY'
write("home/f", b"old content")
s = Session("home")
d = s.port()
d.close()
s.do("STOR f", 425)
same(contents("home/f"), b"old content")
d = s.pasv()
s.do("STOR f", 150)
d.sendall(b"new")
s.arrived(3)
s.do("ABOR", 426)
s.hear(226)
same(contents("home/f"), b"new")
s.do("TYPE I", 200)
s.do("REST 3", 350)
s.stor("f", b"er")
same(contents("home/f"), b"newer")
PY
}

@test "killed amid a STOR: the old file stays, the rest is swept up later" {
	ftp_py <<'PY'
os.mkdir("home/d")
write("home/d/f", b"old")
s = Session("home")
d = s.pasv()
s.do("STOR d/f", 150)
d.sendall(b"new")
s.arrived(3)
s.process.kill()
s.process.wait()
same(contents("home/d/f"), b"old")
part = [n for n in os.listdir("home/d") if n != "f"][0]
s = Session("home")
same(s.names("NLST -a d"), ["d/f"])
same(part in os.listdir("home/d"), True)        # it may just have been made
os.utime("home/d/" + part, (0, 0))
t = Session("home")                             # a live one is not swept
held = t.pasv()
t.do("STOR d/g", 150)
live = [n for n in os.listdir("home/d") if n not in ("f", part)][0]
os.utime("home/d/" + live, (0, 0))
s.do("DELE d/f", 250)
s.do("RMD d", 550)
same(os.listdir("home/d"), [live])
t.do("ABOR", 426)
s.do("RMD d", 250)
PY
}

@test "names of unfinished uploads are nobody's: what is stored is not swept" {
	ftp_py <<'PY'
write("home/f", b"x")
s = Session("home")
for verb in "STOR", "APPE", "STOU":
    d = s.pasv()
    s.do(verb + " .ftpd-part.mine", 553)
    d.close()
s.do("RNFR f", 350)
s.do("RNTO .ftpd-part.mine", 553)
same(os.listdir("home"), ["f"])
write("home/.ftpd-part.1", b"x")        # one that is there may go
s.do("DELE .ftpd-part.1", 250)
PY
}

@test "a listing that looks at an upload just begun does not end it" {
	command -v strace >/dev/null || skip "no strace"
	is_root || skip "only root may see where a process waits"
	not_sanitized 'a tracer'
	ftp_py <<'PY'
s, t = traced("delay_enter=500000"), traced("delay_exit=1000000")
d, l = s.pasv(), t.pasv()
s.say(b"STOR f\r\n")
in_call(s, "flock")             # made, and not locked yet
t.do("NLST -a", 150)            # locks it, to see whether it is left over
s.hear(150)
d.sendall(b"x")
d.close()
s.hear(226)
same(read_all(l), b"")
t.hear(226)
PY
}

@test "a directory that cannot be read is not one that is empty" {
	command -v strace >/dev/null || skip "no strace"
	not_sanitized 'a tracer'
	ftp_py <<'PY'
os.mkdir("home/d")
for i in range(9):
    write("home/d/%d" % i, b"")
for command in "NLST d", "LIST d", "MLSD d":
    seen = 0
    for n in range(1, 20):
        try:
            s = traced("error=EIO:when=%d" % n, "openat2,newfstatat")
        except EOFError:
            continue            # it could not even begin
        d = s.pasv()
        if s.do(command) == 150:
            got = read_all(d).decode().split("\r\n")[:-1]
            got = [x for x in got if not x.endswith(".")]
            if s.hear((226, 451)) == 226:
                same(len(got), 9)
            else:
                seen += 1
        s.do("STAT d")
        same("End" in s.text, len(s.lines) == 11)
        s.do("QUIT", 221)
    same(seen > 0, True)
PY
}

@test "226 is said of what is on the disk: file, name, directory" {
	command -v strace >/dev/null || skip "no strace"
	is_root || skip "only root may read what is said"
	ftp_py <<'PY'
write("ftpd", b'#!/bin/sh\nPATH=/usr/bin:/bin exec strace -qq -o trace -e '
      b'trace=fsync,renameat,sendto "' + BIN.encode() + b'/ftpd" "$@"\n')
os.chmod("ftpd", 0o755)
import ftp
ftp.BIN = os.getcwd()
s = Session("home")
s.stor("f", b"x")
s.do("QUIT", 221)
s.gone()
calls = [re.split(r"[(]|, ", line)[:3] for line in open("trace")]
names = ["226" if "226" in "".join(c) else c[0] for c in calls]
start = names.index("fsync")
same(names[start:start + 4], ["fsync", "renameat", "fsync", "226"])
PY
}

@test "what the system refuses is said, and the old file stays" {
	ftp_py <<'PY'
write("home/f", b"old")
for call, error, code in ("fsync", errno.EIO, 451), \
        ("renameat", errno.EIO, 451), ("renameat", errno.ENOSPC, 452), \
        ("fsync", errno.EDQUOT, 552):
    s = Session("home", before=failing(call, error))
    s.stor("f", b"new", end=code)
    same((call, os.listdir("home")), (call, ["f"]))
    same(contents("home/f"), b"old")
s = Session("home", before=failing("sendfile", errno.EIO))
s.do("TYPE I", 200)
s.fetch("RETR f", 451)
s = Session("home", before=failing("accept4", errno.EMFILE))
s.pasv()
s.do("RETR f", 150)
s.hear(425)
s = Session("home", before=failing("socket", errno.EMFILE))
s.do("PASV", 425)
s.do("NOOP", 200)
PY
}

@test "disk full: 452, the old file stays, nothing is left behind" {
	is_root || skip "needs a small file system"
	mkdir "$home/full"
	mount -t tmpfs -o size=1m tmpfs "$home/full" || skip "cannot mount"
	ftp_py <<'PY'
write("home/full/f", b"old" * 1000)
s = Session("home")
s.do("TYPE I", 200)
s.do("ALLO 2000000", 200)       # another file system than full's
s.do("CWD full", 250)
s.do("ALLO 2000000", 452)
for verb in "STOR f", "APPE f", "STOR new", "STOU f":
    s.attempt(verb, 3000000, 452)
    same(contents("home/full/f"), b"old" * 1000)
    same(os.listdir("home/full"), ["f"])
s.do("REST 3", 350)
s.attempt("STOR f", 3000000, 452)
same(contents("home/full/f"), b"old" * 1000)
s.stor("f", b"new")
same(s.retr("f"), b"new")
PY
}

@test "over the size that a process may write: 552" {
	ulimit -f 100
	ftp_py <<'PY'
write("home/f", b"old")
s = Session("home")
for verb in "STOR f", "APPE f":
    d = s.pasv()
    s.do(verb, 150)
    try:
        d.sendall(b"n" * 3000000)
    except OSError:
        pass
    d.close()
    s.hear(552)
    same(contents("home/f"), b"old")
same(os.listdir("home"), ["f"])
PY
}

@test "over quota: 552, the old file stays, what goes makes room" {
	echo 'quota 1' >"$site/etc/ftpd.conf"
	ftp_py <<'PY'
os.makedirs("home/deep/er")
write("home/deep/er/f", b"o" * 600000)
s = Session("home")
s.do("TYPE I", 200)
s.do("ALLO 500000", 452)
s.do("ALLO 400000", 200)
s.attempt("STOR new", 500000, 552)
s.attempt("STOR new", 400000, 226)
s.attempt("STOR more", 100000, 552)
s.attempt("APPE new", 100000, 552)
same(os.path.getsize("home/new"), 400000)
s.attempt("STOR new", 440000, 226)        # in the place of the old one
s.attempt("STOR deep/er/f", 700000, 552)
same(os.path.getsize("home/deep/er/f"), 600000)
s.do("TYPE A", 200)
s.attempt("STOR text", 50000, 552)
s.do("TYPE I", 200)
s.do("DELE new", 250)
s.attempt("STOR more", 300000, 226)
write("home/by-hand", b"o" * 900000)
s = Session("home")
s.do("TYPE I", 200)
s.pasv()
s.do("STOR x", 552)
same(sorted(os.listdir("home")), ["by-hand", "deep", "more"])
PY
}

@test "a sparse file of 5 GiB has its size everywhere" {
	ftp_py <<'PY'
size = 5 << 30
with open("home/big", "wb") as f:
    f.truncate(size)
    f.seek(size - 3)
    f.write(b"end")
s = Session("home")
s.do("TYPE I", 200)
s.do("SIZE big", 213)
same(s.text, str(size))
same(str(size) in s.names("LIST")[0], True)
same("size=%d;" % size in s.names("MLSD")[1], True)
s.do("REST %d" % (size - 3), 350)
same(s.retr("big"), b"end")
PY
}

@test "xferlog: one line a transfer" {
	ftp_py 2>"$log" <<'PY'
s = Session("home")
s.do("TYPE I", 200)
s.stor("a b", b"12345")
s.retr("a b")
s.do("QUIT", 221)
PY
	grep -E 'xferlog: .* 127\.0\.0\.1 5 /a_b b _ i r bob ftp 0 \* c$' "$log"
	grep -E 'xferlog: .* 127\.0\.0\.1 5 /a_b b _ o r bob ftp 0 \* c$' "$log"
}
