#!/usr/bin/env bats
#
# FTP in a whole site: inetd, the login half, authd, the session half.

bats_require_minimum_version 1.5.0

load lib/labnet
load lib/ftp

setup() {
	whole_site
}

teardown() {
	inetd_stop || :
	cat "$log" 2>/dev/null || :	# shown only if the test failed
}

curl_() {
	curl -sS --max-time 60 "$@"
}

@test "the textbook's session: a guest lists and fetches" {
	mkdir -p "$site/spool/ftp/products"
	printf 'one\ntwo\n' >"$site/spool/ftp/products/list"
	ftp_port
	whole_start
	ftp_py "$(port ftpd)" <<'PY'
s = Session(port=int(sys.argv[1]))
s.do("USER anonymous", 331)
s.do("PASS guest@crepes.fr", 230)
s.do("SYST", 215)
s.do("PWD", 257)
same(s.text.startswith('"/" '), True)
s.do("TYPE A", 200)
d = s.port()
s.do("LIST", 150)
c, peer = d.accept()
same(b" products\r\n" in read_all(c), True)
s.hear(226)
s.do("CWD /products/", 250)
d = s.port()
s.do("RETR list", 150)
same(read_all(d.accept()[0]), b"one\r\ntwo\r\n")
s.hear(226)
s.do("STOR list", 553)
s.do("DELE list", 550)
s.do("QUIT", 221)
s.gone()
PY
}

@test "data comes from port 20" {
	is_root || skip "port 21 needs root"
	unshare -n true 2>/dev/null || skip "no network of our own"
	sed -i 's/^127.0.0.1:0\(\tstream\ttcp.*ftpd\)/ftp\1/' \
	    "$site/etc/services.conf"
	unshare -n bash -s "$BATS_TEST_TMPDIR" <<'EOF' 3>&-
		ip link set lo up
		. "$ROOT/tests/lib/ftp.bash"
		BATS_TEST_TMPDIR=$1 site=$1/site out=$1/out log=$1/log
		inetd_start || exit
		ftp_py <<'PY'
for user, password in ("ftp", "x"), ("bob", "hungry"):
    s = Session(port=21)
    s.do("USER " + user, 331)
    s.do("PASS " + password, 230)
    for i in range(3):
        d = s.port()
        s.do("NLST", 150)
        c, peer = d.accept()
        same(peer, ("127.0.0.1", 20))
        read_all(c)
        s.hear(226)
PY
		status=$?
		inetd_stop
		exit $status
EOF
}

@test "a file stored is the file fetched, as the user's own" {
	head -c 300000 /dev/urandom >"$BATS_TEST_TMPDIR/file"
	ftp_port
	whole_start
	url=ftp://bob:hungry@127.0.0.1:$(port ftpd)
	curl_ -T "$BATS_TEST_TMPDIR/file" "$url/stored"
	cmp "$BATS_TEST_TMPDIR/file" "$site/spool/home/bob/stored"
	curl_ "$url/stored" | cmp - "$BATS_TEST_TMPDIR/file"
	curl_ -P - "$url/stored" | cmp - "$BATS_TEST_TMPDIR/file"
	if is_root; then
		[ "$(stat -c %u "$site/spool/home/bob/stored")" -ge 20000 ]
	fi
}

@test "before login: what is known waits for it, what is not is unknown" {
	whole_start
	transcript ftp/login/before.txt ftpd
}

@test "three wrong passwords end the session" {
	whole_start
	transcript ftp/login/wrong.txt ftpd
	logged 'login of "bob" from 127.0.0.1 refused'
	run grep hungry "$log"
	[ "$status" = 1 ]
}

@test "lines sent behind the password reach the session, once" {
	whole_start
	transcript ftp/login/pipelined.txt ftpd
}

@test "without authd: try again later" {
	sed -i '/run\/auth/d' "$site/etc/services.conf"
	whole_start
	transcript ftp/login/later.txt ftpd
}

@test "ten lines that are no FTP end the session" {
	whole_start
	transcript ftp/login/http.txt ftpd
}

@test "anonymous no: nobody's guest" {
	echo 'anonymous no' >"$site/etc/ftpd.conf"
	whole_start
	transcript ftp/login/no-guests.txt ftpd
}

@test "a fault in ftpd.conf is named with its line and stops the service" {
	printf '# mine\npassive-ports 50000\n' >"$site/etc/ftpd.conf"
	whole_start
	dial fd ftpd
	hear "$fd" '421 *'
	gone "$fd"
	logged 'etc/ftpd.conf:2: .*FIRST-LAST'
}
