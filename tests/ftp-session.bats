#!/usr/bin/env bats
#
# The session half of ftpd by itself: replies, names, attributes.

bats_require_minimum_version 1.5.0

load lib/ftp

@test "directories, quotes, the root" {
	ftp_script directories.txt
}

@test "transfer parameters" {
	ftp_script parameters.txt
}

@test "commands of all sorts, and what Telnet adds" {
	ftp_script commands.txt
}

@test "the extensions" {
	ftp_script features.txt
}

@test "wrongly called: 100; no such home: 421 and 111" {
	ftp_home
	cd "$site"
	run -100 "$BIN/ftpd" one two
	run -111 --separate-stderr "$BIN/ftpd" no-such-home </dev/null
	[[ $output == "421 "* ]]
}

@test "a command in pieces, octet by octet" {
	ftp_home
	ftp_py <<'PY'
s = Session("home")
for octet in b"SYST\r\n":
    s.say(bytes([octet]))
s.hear(215)
PY
}

@test "a line of 10,000 octets is one error and no command" {
	ftp_home
	ftp_py <<'PY'
s = Session("home")
s.do("MKD " + "a" * 6000 + "\rXMKD b\n" + "c" * 5500, 500)
s.hear(500)
s.do("MKD " + "a" * 10000, 500)
s.do("MKD " + "a" * 256, 550)
s.do("MKD " + "a/" * 2040 + "a", 550)
s.do("STOR " + "a" * 256, 553)
same(os.listdir("home"), [])
PY
}

@test "names of any octets, and none that forges a line" {
	ftp_home
	ftp_py <<'PY'
for name in " leading", "trailing ", "per%n%s", "star*", "\u00e9t\u00e9", \
        "-la", "~root", "q\"uote", "\udcff\udcfe", "semi;colon":
    s = Session("home")
    s.stor(name, b"x")
    same(name in os.listdir("home"), True)
    same(s.retr(name), b"x")
    same(name in s.names("NLST"), True)
    s.do("SIZE " + name, 213)
    s.do("DELE " + name, 250)
same(os.listdir("home"), [])
os.mkdir("home/evil")
write("home/evil/a\r\n226 Done\x1b[2J", b"")
s = Session("home")
for verb in "LIST", "NLST", "MLSD":
    same(len([n for n in s.names(verb + " evil") if "226 Done" in n]), 1)
    same(any(c in "".join(s.names(verb + " evil")) for c in "\n\x1b"), False)
s.do("STAT evil", 212)
same(len(s.lines), 3)
PY
}

@test ".message files come before 230 and 250" {
	ftp_home
	mkdir "$home/products"
	printf 'Welcome!\nTo you.\n' >"$home/.message"
	printf '250 Forged\r\n\033[2Jtext\n' >"$home/products/.message"
	ftp_py <<'PY'
s = Session("home")
same(s.lines[:2], ["230-Welcome!", "230-To you."])
s.do("CWD products", 250)
same(s.lines[:2], ["250-250 Forged", "250-"])
write("etc/ftpd.conf", b"messages no\n")
s = Session("home")
same(len(s.lines), 1)
PY
}

@test "an account that may only read" {
	ftp_home
	echo 'read-only alice bob' >"$site/etc/ftpd.conf"
	echo x >"$home/file"
	ftp_py <<'PY'
s = Session("home")
for command, code in ("STOR f", 553), ("APPE file", 553), ("STOU", 553), \
        ("DELE file", 550), ("MKD d", 550), ("RMD d", 550), \
        ("RNFR file", 550), ("SITE CHMOD 777 file", 550), \
        ("MFMT 20000101000000 file", 550):
    s.do(command, code)
same(s.retr("file"), b"x\r\n")
s = Session("home", user="carol")
s.do("DELE file", 250)
PY
}

@test "SIZE in TYPE A is what RETR sends" {
	ftp_home
	ftp_py <<'PY'
write("home/f", b"\n\na\r\nb\n\rc" * 10000)
s = Session("home")
s.do("SIZE f", 213)
same(int(s.text), len(s.retr("f")))
s.do("TYPE I", 200)
s.do("SIZE f", 213)
same(int(s.text), 90000)
PY
}

@test "renaming and deleting" {
	ftp_home
	ftp_py <<'PY'
write("home/a", b"a")
write("home/b", b"b")
os.mkdir("home/d")
s = Session("home")
s.do("RNFR a", 350)
s.do("RNTO d/c", 250)
s.do("RNFR d", 350)
s.do("RNTO d/e", 553)
s.do("RNFR b", 350)
s.do("RNTO nowhere/b", 553)
s.do("RMD d", 550)
s.do("DELE d", 550)
s.do("RMD b", 550)
s.do("DELE d/c", 250)
s.do("RMD d", 250)
same(os.listdir("home"), ["b"])
PY
}

@test "the outside address is told to clients from outside" {
	ftp_home
	echo 'passive-address 203.0.113.5' >"$site/etc/ftpd.conf"
	cd "$site"
	export TCPLOCALIP=127.0.0.1 TCPLOCALPORT=21
	for ip in 198.51.100.7 192.168.1.2 10.1.2.3 172.16.0.9 127.0.0.1; do
		printf 'PASV\r\n' | TCPREMOTEIP=$ip "$BIN/ftpd" home
	done >"$out"
	[ "$(grep -c '(203,0,113,5,' "$out")" = 1 ]
	[ "$(grep -c '(127,0,0,1,' "$out")" = 4 ]
}

@test "idle: 421 and the end; not while data flows" {
	ftp_home
	printf 'idle-timeout 5\n' >"$site/etc/ftpd.conf"
	ftp_py <<'PY'
s = Session("home")
same(s.hear(), 421)
same(s.gone(), 0)
PY
}
