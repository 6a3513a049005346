#!/usr/bin/env bats
#
# What hostile clients have done to FTP servers, done to this one.

bats_require_minimum_version 1.5.0

load lib/ftp

setup() {
	ftp_home
}

@test "bounce: data goes to the client's own address, port 1024 and above" {
	ftp_py <<'PY'
s = Session("home")
for arg, code in ("127,0,0,2,20,0", 500), ("10,0,0,1,20,0", 500), \
        ("127,0,0,1,0,25", 500), ("127,0,0,1,3,255", 500), \
        ("127,0,0,1,4,0", 200), ("127,0,0,1,300,1", 501), \
        ("127,0,0,1,4", 501), ("127,0,0,1,4,0,1", 501), \
        ("127,0,0,1,4,-1", 501), ("127,0,0,1,4, 0", 501), \
        ("127,0,0,1,4,0x", 501), (",,,,,", 501), ("x", 501), \
        ("4294967423,0,0,1,4,0", 501):
    s.do("PORT " + arg, code)
for arg, code in ("|1|127.0.0.2|5000|", 500), ("|1|127.0.0.1|25|", 500), \
        ("|1|127.0.0.1|99999|", 501), ("|1|127.0.0.1|70560|", 501), \
        ("|1|127.0.0.1|0|", 501), ("|1|127.0.0.1|-5|", 501), \
        ("|1|localhost|5000|", 501), ("|1|127.0.0.1|5000", 501), \
        ("|1|127.0.0.1|5000||", 501), ("|1||5000|", 501), ("||", 501), \
        ("|3|127.0.0.1|5000|", 522), ("!1!127.0.0.1!5000!", 200):
    s.do("EPRT " + arg, code)
PY
}

@test "pizza thief: a passive port lets the client's address in and no other" {
	ftp_py <<'PY'
write("home/f", b"mine")
s = Session("home")
port = s.passive_port()
thieves = [socket.create_connection(("127.0.0.1", port), DEADLINE,
                                    ("127.0.0.2", 0)) for i in range(3)]
d = socket.create_connection(("127.0.0.1", port), DEADLINE)
s.do("RETR f", 150)
same(read_all(d), b"mine")
s.hear(226)
for t in thieves:
    t.settimeout(DEADLINE)
    try:
        same(t.recv(10), b"")
    except ConnectionResetError:
        pass
PY
}

@test "many PASV: one listener at a time, within the range of the settings" {
	ftp_py <<'PY'
with socket.socket() as l:              # a port of the kernel's choice
    l.bind(("127.0.0.1", 0))
    first = min(l.getsockname()[1], 65532)
write("etc/ftpd.conf", b"passive-ports %d-%d\n" % (first, first + 3))
s = Session("home")

def descriptors():
    """How many are open there; only root may see that."""
    if os.getuid() != 0:
        return 0
    return len(os.listdir("/proc/%d/fd" % s.process.pid))

before = descriptors()
for i in range(1000):
    s.do("PASV", (227, 425))
    if s.text.startswith("Entering"):
        n = [int(x) for x in re.findall(r"\d+", s.text)]
        same(first <= n[4] * 256 + n[5] <= first + 3, True)
same(descriptors() <= before + 1, True)
holders = []
for port in range(first, first + 4):
    l = socket.socket()
    try:
        l.bind(("127.0.0.1", port))
        l.listen(1)
        holders.append(l)
    except OSError:
        pass
s.do("NOOP", 200)
t = Session("home")
t.do("PASV", 425 if len(holders) == 3 else (227, 425))
t.do("NOOP", 200)
PY
}

@test "paths stay inside the home, whatever they say" {
	ftp_py <<'PY'
write("secret", b"secret")
os.symlink("/etc/passwd", "home/absolute")
os.symlink("../secret", "home/relative")
os.symlink("/", "home/root")
os.symlink("../../../../../../..", "home/up")
os.symlink("/proc/self/root", "home/magic")
os.symlink("loop", "home/loop")
s = Session("home")
for name in "../secret", "../../etc/passwd", "/../secret", "//etc/passwd", \
        "a/../../secret", "absolute", "relative", "root/etc/passwd", \
        "up/secret", "magic/etc/passwd", "loop", "~root/.profile", \
        "\udcff", "root/../../secret", ".../secret", "..\\secret":
    for verb in "RETR", "SIZE", "MDTM", "DELE", "MLST", "RNFR", "CWD":
        if verb in ("DELE", "RNFR", "MLST") and os.path.islink("home/" + name):
            continue
        s.do(verb + " " + name, 550)
    if not os.path.islink("home/" + name):
        s.do("LIST " + name, 450)
for verb in "STOR", "APPE":
    for name in "../new", "/../../new", "root/new", "up/new":
        s.stor(name, b"x", verb)
    s.do("CWD root/../..", 250)
same(os.listdir("home").count("new"), 1)
same(os.path.exists("new"), False)
s.do("CWD up", 250)
s.do("PWD", 257)
same(s.text.startswith('"/up" '), True)
same("absolute" in s.names(), True)     # "/up" is the home again
s.do("MKD up/../../made", 257)
same(os.path.isdir("home/made"), True)
for verb in "STOR", "APPE":             # not onto a link, either
    for name in "absolute", "relative", "root", "loop":
        s.do("%s /%s" % (verb, name), 553)
s.do("SITE CHMOD 777 relative", (550, 501))
same(os.stat("secret").st_mode & 0o777 != 0o777, True)
same(contents("secret"), b"secret")
PY
}

@test "a link that flips while paths are walked never leads out" {
	ftp_py <<'PY'
import threading
os.makedirs("outside")
os.makedirs("home/real")
write("outside/f", b"outside")
write("home/real/f", b"inside")
os.symlink("../outside", "home/link")
os.symlink("real", "home/link2")
stop = False

def flip():
    while not stop:
        try:
            os.rename("home/link", "home/tmp")
            os.rename("home/link2", "home/link")
            os.rename("home/tmp", "home/link2")
            os.rename("home/real", "home/was")
            os.symlink("../outside", "home/real")
            os.unlink("home/real")
            os.rename("home/was", "home/real")
        except OSError:
            pass

thread = threading.Thread(target=flip)
thread.start()
s = Session("home")
seen = set()
try:
    for i in range(300):
        d = s.pasv()
        if s.do("RETR link/f") == 150:
            same(read_all(d), b"inside")
            s.hear(226)
        d.close()
        seen.add(s.do("CWD link"))
        s.do("CWD /", 250)
        s.do("MKD link/made%d" % i)
        s.do("DELE real/g")
        d = s.pasv()
        if s.do("STOR real/g") == 150:
            d.close()
            s.hear((226, 451, 553, 550))
        d.close()
finally:
    stop = True
    thread.join()
same(os.listdir("outside"), ["f"])
same(contents("outside/f"), b"outside")
same(seen <= {250, 550}, True)
PY
}

@test "patterns: bounded work, one component, no braces" {
	ftp_py <<'PY'
import time
os.mkdir("home/d")
for i in range(300):
    write("home/d/" + "a" * 200 + str(i), b"")
write("home/d/b.c", b"")
write("home/d/[x", b"")
write("home/d/\u00e9", b"")
s = Session("home")
start = time.monotonic()
for pattern in "*a" * 60 + "b", "*/../*/../*/../*", "[[[", "{a,b}{a,b}", \
        "*" * 2000, "[a-" + "b" * 1000, "?" * 254, "a*" * 100 + "[!0-9]*x", \
        "[]", "[", "[!]", "*/*", "\\*":
    for verb in "LIST d/", "NLST d/", "LIST -R d/", "STAT d/":
        if verb.startswith("STAT"):
            s.do(verb + pattern, (212, 213, 450))
            continue
        d = s.pasv()
        if s.do(verb + pattern, (150, 450)) == 150:
            read_all(d)
            s.hear(226)
        d.close()
same(time.monotonic() - start < 20, True)
same(s.names("NLST d/*.c"), ["d/b.c"])
same(s.names("NLST d/[a-c].?"), ["d/b.c"])
same(s.names("NLST d/?"), ["d/\u00e9"])
same(s.names("NLST d/[[]x"), ["d/[x"])
same(s.names("NLST d/[x"), ["d/[x"])
same(s.names("NLST d/nothing*"), [])
s.do("CWD d", 250)
same(s.names("NLST b*"), ["b.c"])
same(len(s.names("LIST -la")), 303)
PY
}

@test "LIST takes options, and names that look like them" {
	ftp_py <<'PY'
os.mkdir("home/sub")
write("home/sub/deep", b"")
write("home/-x", b"")
write("home/.hidden", b"")
os.symlink(".", "home/sub/again")
s = Session("home")
last = lambda lines: [l.split()[-1] for l in lines if l]
same(last(s.names("LIST")), ["-x", "sub"])
same(last(s.names("LIST -a")), ["-x", ".hidden", "sub"])
same(last(s.names("LIST -la /sub")), [".", "deep"])
same(last(s.names("LIST -d")), ["."])
same(last(s.names("LIST -d sub")), ["sub"])
same(last(s.names("LIST -- -x")), ["-x"])
same(last(s.names("LIST sub/deep")), ["sub/deep"])
same(last(s.names("LIST -R")), ["-x", "sub", "./sub:", ".", "deep"])
same(s.names("NLST sub"), ["sub/again", "sub/deep"])
s.do("LIST nothing", 450)
PY
}

@test "replies: quotes doubled, paths up to the kernel's limit, deep trees" {
	ftp_py <<'PY'
s = Session("home")
name = '"' * 200
for i in range(20):
    s.do("MKD " + name, (257, 550))
    if s.do("CWD " + name) != 250:
        break
s.do("PWD", 257)
same('""' * 200 in s.text, True)
s.do("LIST", (150, 425, 450))
s.do("CWD /", 250)
d = 0
while s.do("MKD d") == 257 and s.do("CWD d") == 250:
    d += 1
same(d > 1000, True)
s.do("PWD", 257)
s.do("NOOP", 200)
s.names("LIST -R /")
s.do("CWD /" + "x/../" * 900, 250)
s.do("CWD " + "../" * 1500, 250)
PY
}

@test "FIFO, device, directory: neither fetched nor stored to, nor waited for" {
	ftp_py <<'PY'
os.mkfifo("home/fifo")
os.mkdir("home/dir")
sock = socket.socket(socket.AF_UNIX)
sock.bind("home/sock")
names = ["fifo", "dir", "sock"]
try:
    os.mknod("home/null", 0o20666, os.makedev(1, 3))
    names.append("null")
except PermissionError:
    pass
s = Session("home")
for name in names:
    s.do("RETR " + name, 550)
    s.do("SIZE " + name, 550)
    for verb in "STOR", "APPE":
        s.do(verb + " " + name, 553)
for name in names:
    s.do("LIST " + name, 425)
PY
}

@test "STOU never takes a name that is taken, even by a dead link" {
	ftp_py <<'PY'
os.symlink("nowhere", "home/f")
s = Session("home")
s.pasv()
s.do("STOU f", 150)
same(s.text, "FILE: /f.1")
PY
}

@test "formats and forgeries in arguments are only names" {
	ftp_py 2>"$log" <<'PY'
s = Session("home")
for text in "%n%s%s%s%n", "%1000000d", "\x1b[2J", "\udc80\udcff":
    for verb in "RETR", "STOR ../x/", "CWD", "SITE", "HELP", "USER", "LANG", \
            "MDTM", "CLNT", "ALLO", "TYPE", "SITE CHMOD 600", "OPTS MLST":
        s.do(verb + " " + text)
    s.stor("f" + text, b"x")
s.do("QUIT", 221)
s.gone()
PY
	run grep -P '[^\x20-\x7e]' "$log"
	[ "$status" = 1 ]
}

@test "octets of Telnet in any order change nothing and overflow nothing" {
	ftp_py <<'PY'
s = Session("home")
for octets in b"\xff\xfa" + b"x" * 9000 + b"\xff\xf0", b"\xff\xf4\xff\xf2", \
        b"\xff\xfb\x01\xff\xfd\x03\xff\xfc\x01\xff\xfe\x01", b"\xff\xf6":
    s.say(octets)
    s.say(b"NOOP\r\n")
    while b"\n" not in s.held:          # options are refused first
        s.held += s.sock.recv(1000)
    s.held = s.held[s.held.index(b"200 "):]
    s.hear(200)
# The verb cut by IAC at every edge of the server's buffer.
s.say((b"NOOP\r\n" * 1364 + b"NO\xff\xf1OP\r\n") * 3)
for i in range(1365 * 3):
    s.hear(200)
s.sock.send(b"NOOP\r\n!", socket.MSG_OOB)
s.hear(200)
s.say(b"\r\n")
s.hear(500)
PY
}

@test "100,000 entries are listed in bounded memory" {
	ftp_py <<'PY'
os.mkdir("home/many")
fd = os.open("home/many", os.O_RDONLY)
for i in range(100000):
    os.close(os.open("%06d" % i, os.O_CREAT | os.O_WRONLY, dir_fd=fd))
s = Session("home")
names = s.names("NLST many")
same(len(names), 100000)
same(names == sorted(names), True)
same(len(s.names("LIST many")), 100000)
same(len(s.names("MLSD many")), 100002)
with open("/proc/%d/status" % s.process.pid) as f:
    peak = [int(l.split()[1]) for l in f if l.startswith("VmHWM")][0]
same(peak < 16384 or "/san/" in BIN, True)
d = s.pasv()
s.do("LIST many", 150)
s.do("ABOR", 426)
s.hear(226)
PY
}

@test "a guest's upload is nobody's to fetch, change or replace" {
	mkdir -p "$home/incoming"
	echo 'incoming /incoming' >"$site/etc/ftpd.conf"
	ftp_py <<'PY'
write("home/f", b"public")
s = Session("home", user="anonymous")
s.do("STOR new", 553)
s.do("STOR incoming/../new", 553)
s.stor("incoming/gift", b"gift")
same(os.stat("home/incoming/gift").st_size, 4)
same(os.stat("home/incoming/gift").st_mode & 0o444, 0)
for command, code in ("RETR incoming/gift", 550), ("SIZE incoming/gift", 550), \
        ("STOR incoming/gift", 553), ("APPE incoming/gift", 553), \
        ("DELE incoming/gift", 550), ("RNFR incoming/gift", 550), \
        ("SITE CHMOD 644 incoming/gift", 550), ("MKD incoming/d", 550):
    s.do(command, code)
s.do("CWD incoming", 250)
d = s.pasv()
s.do("STOU", 150)
d.close()
s.hear(226)
same(s.retr("/f"), b"public")
PY
}

@test "without openat2(2) no symbolic link is followed at all" {
	ftp_py <<'PY'
os.mkdir("home/d")
write("home/d/f", b"x")
os.symlink("d", "home/link")
write("secret", b"s")
os.symlink("../secret", "home/out")
s = Session("home", before=failing("openat2", errno.ENOSYS))
s.do("RETR link/f", 550)
s.do("RETR out", 550)
s.do("CWD link", 550)
s.do("CWD d", 250)
same(s.retr("f"), b"x")
s.stor("g", b"y")
same(contents("home/d/g"), b"y")
s.do("RETR ../../secret", 550)
s.do("CDUP", 200)
same(s.names(), ["d", "link", "out"])
s.do("RMD d", 550)
PY
}
