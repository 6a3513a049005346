#!/usr/bin/env bats
#
# authd: records from friend and foe; account(8), which it reads after.

bats_require_minimum_version 1.5.0

load lib/labnet

setup() {
	whole_site
}

teardown() {
	inetd_stop || :
	cat "$log" 2>/dev/null || :	# shown only if the test failed
}

# answers WANTED ARGUMENT...: what authd says to a record, pattern and all.
answers() {
	local got want=$1
	shift

	got=$(cd "$site" && "$ROOT/tests/lib/ask-authd" "$@")
	# shellcheck disable=SC2053	# a pattern on purpose
	[[ $got == $want ]] || { echo "$*: wanted $want, got $got"; return 1; }
}

new_password() {
	printf '%s\n' "$2" | "$BIN/account" -C "$site" passwd "$1"
}

@test "verify: the right password, and nothing but it" {
	whole_start
	answers Y V smtpd bob hungry '' 127.0.0.1
	answers Y V smtpd bob hungry '' ''
	answers N V smtpd bob Hungry '' 127.0.0.1
	answers N V smtpd bob 'hungry ' '' 127.0.0.1
	answers N V smtpd bob '' '' 127.0.0.1
	answers N V smtpd nobody hungry '' 127.0.0.1
	answers N V smtpd '' hungry '' 127.0.0.1
	answers N V smtpd ../bob hungry '' 127.0.0.1
	answers N V smtpd authd '*' '' 127.0.0.1
	answers N V smtpd ftp x '' 127.0.0.1
	answers N V smtpd anonymous x '' 127.0.0.1
	logged 'smtpd: login of bob from 127.0.0.1 refused'
	run ! grep -qi hungry "$log"
}

@test "a failed login makes the next one wait, but not the owner's" {
	whole_start
	answers Y V smtpd bob hungry '' 198.51.100.7
	answers N V smtpd bob wrong '' 192.0.2.1
	owner=$(cd "$site" && "$ROOT/tests/lib/ask-authd" -t V smtpd bob \
	    hungry '' 198.51.100.9)
	[[ $owner == 'Y '* ]]
	begun=${EPOCHREALTIME/./}
	answers Y V smtpd bob hungry '' 192.0.2.77
	[ $((${EPOCHREALTIME/./} - begun)) -ge 2000000 ]
	[ "${owner#Y }" -lt 2000 ]
}

@test "an account's place is told, but of accounts alone" {
	whole_start
	answers "Y$(stat -c '%u %g' "$site/spool/home/bob") spool/home/bob" \
	    A bob
	answers N A nobody
	answers N A authd
	answers N A ftp
	answers N A ''
}

@test "records that nobody of ours sends are dropped, and authd lives" {
	whole_start
	long=$(printf '%02000d' 0)
	answers '(closed)' -o 'X'
	answers '(closed)' -o 'V'
	answers '(closed)' -o 'Vsmtpd\x00bob\x00hungry\x00\x00127.0.0.1'
	answers '(closed)' V smtpd bob hungry ''
	answers '(closed)' V smtpd bob hungry '' 127.0.0.1 more
	answers '(closed)' V smtpd bob hungry '' 'localhost'
	answers '(closed)' V smtpd bob hungry $'a\nb' 127.0.0.1
	answers '(closed)' V smtpd bob "$long" '' 127.0.0.1
	answers '(closed)' -s 1 V smtpd bob hungry '' 127.0.0.1
	answers '(closed)' L pop3d bob hungry '' 127.0.0.1
	answers '(closed)' -s 3 L pop3d bob hungry '' 127.0.0.1
	answers '(closed)' -s 1 -p 1 L pop3d bob hungry '' 127.0.0.1
	answers '(closed)' -p 2 L pop3d bob hungry '' 127.0.0.1
	answers '(closed)' -p 1 L pop3d bob hungry '' 127.0.0.1
	answers T -s 1 L smtpd bob hungry '' 127.0.0.1
	answers T -s 1 L ../pop3d bob hungry '' 127.0.0.1
	answers N -s 1 L pop3d bob wrong '' 127.0.0.1
	answers Y -s 1 L pop3d bob hungry '' 127.0.0.1
	answers Y -s 2 L pop3d bob hungry '' 127.0.0.1
	answers Y V smtpd bob hungry '' 127.0.0.1
}

@test "a caller that is none of our users is not answered" {
	is_root || skip "needs a second user"
	whole_start
	cd "$site"
	run setpriv --reuid 65534 --regid 65534 --clear-groups \
	    "$ROOT/tests/lib/ask-authd" V smtpd bob hungry '' 127.0.0.1
	[ "$output" = '(closed)' ]
	logged 'uid 65534 may not ask'
	run setpriv --reuid 19003 --regid 19003 --clear-groups \
	    "$ROOT/tests/lib/ask-authd" V smtpd bob hungry '' 127.0.0.1
	[ "$output" = Y ]
}

@test "weak, cut and foreign hashes let nobody in" {
	whole_start
	good=$(awk -F: '$1 == "bob" { print $2 }' "$site/etc/passwd")
	answers Y V smtpd bob hungry '' 127.0.0.1
	# shellcheck disable=SC2016	# hashes have dollars
	for hash in '' '*' '!' x "${good%?}" '$1$salt$x' '$9$a$b' '$6$' \
	    'anonymous '; do
		awk -F: -v OFS=: -v hash="$hash" '$1 == "bob" { $2 = hash } 1' \
		    "$site/etc/passwd" >"$site/etc/passwd.test"
		cat "$site/etc/passwd.test" >"$site/etc/passwd"
		answers N V smtpd bob hungry '' 127.0.0.1
		answers N V smtpd bob '' '' 127.0.0.1
	done
}

@test "wrong lines of etc/passwd are named, and the others count" {
	{
		echo 'eve:x:0:0::/root:/bin/sh'
		echo 'short:x:20500'
		printf 'crlf:x:20501:20501::h:/bin/false\r\n'
		head -c 100000 /dev/zero | tr '\0' y
		echo
		echo 'BIG:x:20502:20502::h:/bin/false'
		awk -F: -v OFS=: '$1 == "bob" { $1 = "twin"; print }' \
		    "$site/etc/passwd"
	} >"$site/etc/passwd.wrong"
	cat "$site/etc/passwd.wrong" >>"$site/etc/passwd"
	whole_start
	answers Y V smtpd bob hungry '' ''
	answers N V smtpd twin hungry '' ''
	for line in 12 13 14 15 16; do
		logged "etc/passwd:$line: "
	done
	logged 'twin has the uid of a line above'
}

@test "a session has the user's rights, three descriptors and no more" {
	is_root || skip "needs a second user"
	whole_start
	dial c pop3d;		hear "$c" '+OK*'
	say "$c" 'USER bob';	hear "$c" '+OK*'
	say "$c" 'PASS hungry';	hear "$c" '+OK*'
	pid=$(pgrep -f "^pop3d spool/mail/bob" | while read -r p; do
		[ "$(readlink "/proc/$p/cwd")" = "$site" ] && echo "$p"; done)
	bob=$(stat -c %u "$site/spool/home/bob")
	[ "$(awk '/^Uid/ { print $2, $3, $4, $5 }' "/proc/$pid/status")" = \
	    "$bob $bob $bob $bob" ]
	[ "$(awk '/^Groups/ { print $2 }' "/proc/$pid/status")" = '' ]
	[ "$(awk '/^CapEff/ { print $2 }' "/proc/$pid/status")" = \
	    0000000000000000 ]
	[ "$(awk '/^NoNewPrivs/ { print $2 }' "/proc/$pid/status")" = 1 ]
	[[ "$(descriptors "$pid")" =~ ^'0 1 2'( [3-9])*$ ]]
	run ! grep -q "$site/etc" <(ls -l "/proc/$pid/fd")
	[ "$(tr '\0' '\n' <"/proc/$pid/environ" | cut -d= -f1 | sort |
	    tr '\n' ' ')" = 'LOGIN_TAG PROTO TCPREMOTEIP USER ' ]
	say "$c" QUIT;		hear "$c" '+OK*'
	logged "session pop3d user bob peer 127.0.0.1 pid $pid wall"
}

@test "what is pipelined behind the password reaches the session, once" {
	whole_start
	mail_to bob hello
	dial c pop3d
	hear "$c" '+OK*'
	printf 'USER bob\r\nPASS hungry\r\nSTAT\r\nNOOP\r\nQUIT\r\n' >&"$c"
	for want in '+OK*' '+OK*' '+OK 1 *' '+OK*' '+OK*'; do
		hear "$c" "$want"
	done
	gone "$c"
}

@test "sessions of one user: 256, and others get in (M13)" {
	whole_start
	(cd "$site" && python3 - "$DEADLINE") <<-'EOF'
		import socket, sys, time
		held = []
		def login(user):
		    ours, theirs = socket.socketpair()
		    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
		    s.connect("spool/run/auth")
		    fields = ("pop3d", user, "hungry", "", "127.0.0.1")
		    socket.send_fds(s, [b"L" + b"".join(
		        f.encode() + b"\0" for f in fields)], [theirs.fileno()])
		    answer = s.recv(64)
		    if answer == b"Y":
		        held.append(ours)
		    return answer
		while login("bob") == b"Y":
		    assert len(held) < 300
		assert 256 <= len(held) <= 260, len(held)
		assert login("alice") == b"Y"
		assert login("bob") == b"T"
		for s in held[:10]:
		    s.close()
		end = time.monotonic() + float(sys.argv[1])
		while login("bob") != b"Y":
		    assert time.monotonic() < end
	EOF
	logged 'pop3d: user bob has too many sessions'
}

@test "account: add, list, passwd, del" {
	cd "$site"
	echo secret | "$BIN/account" -c 'the third' add carol
	"$BIN/account" list carol | grep -E '^carol 2000[0-9] spool/home/carol the third$'
	[ -d spool/mail/carol/new ]
	[ "$(stat -c %a spool/mail/carol)" = 700 ]
	whole_start
	answers Y V smtpd carol secret '' ''
	new_password carol other
	answers N V smtpd carol secret '' ''
	answers Y V smtpd carol other '' ''
	uid=$(stat -c %u spool/mail/carol)
	"$BIN/account" del carol
	answers N V smtpd carol other '' ''
	echo x | "$BIN/account" add dave
	! is_root || [ "$(stat -c %u spool/mail/dave)" -gt "$uid" ]
	! is_root || [ "$(stat -c '%a %u' etc/passwd)" = '640 0' ]
}

@test "account refuses what is wrong, and the file stays as it was" {
	cd "$site"
	cp etc/passwd "$BATS_TEST_TMPDIR/before"
	for name in '' Bob 'a b' ../x .x -x a:b "$(printf '%033d' 0)"; do
		run "$BIN/account" -C . add -- "$name" <<<x
		[ "$status" -ne 0 ]
	done
	run "$BIN/account" add bob <<<x;	[ "$status" = 1 ]
	run "$BIN/account" add new </dev/null;	[ "$status" = 1 ]
	run "$BIN/account" add new <<<'';	[ "$status" = 1 ]
	run "$BIN/account" add new < <(printf '%0600d' 0); [ "$status" = 1 ]
	run "$BIN/account" -c 'a:b' add new <<<x; [ "$status" = 1 ]
	run "$BIN/account" passwd nobody <<<x;	[ "$status" = 1 ]
	run "$BIN/account" del authd;		[ "$status" = 1 ]
	run "$BIN/account" frob;		[ "$status" = 100 ]
	run "$BIN/account";			[ "$status" = 100 ]
	cmp etc/passwd "$BATS_TEST_TMPDIR/before"
	[ ! -e etc/passwd.new ]
}

@test "forty accounts added side by side all arrive" {
	cd "$site"
	# shellcheck disable=SC2016	# the inner shell's
	seq 40 | xargs -P 8 -I{} sh -c \
	    'echo pw | "$0" add user{}' "$BIN/account"
	[ "$("$BIN/account" list | grep -c '^user')" = 40 ]
	[ "$("$BIN/account" list | awk '{ print $2 }' | sort | uniq -d)" = '' ]
}

@test "demo is gone from the comment once the password is changed" {
	grep -q '^alice:.*:demo' "$site/etc/passwd"
	new_password alice longer
	run ! grep -q '^alice:.*:demo' "$site/etc/passwd"
}

# machine_start: inetd on a machine whose accounts the test has made up.
machine_start() {
	local hash today=$((EPOCHSECONDS / 86400))

	cd "$site" || return
	hash=$(awk -F: '$1 == "bob" { print $2 }' etc/passwd)
	printf '%s:x:%s:100::/home/%s:%s\n' mia 1234 mia /bin/bash \
	    low 999 low /bin/sh daemonic 1235 x /usr/sbin/nologin \
	    dns 19006 x /bin/sh old 1236 x /bin/sh stale 1237 x /bin/sh \
	    bare 1238 x /bin/sh bob 1239 x /bin/sh |
	    sed -E 's/:([0-9]+):100:/:\1:\1:/' >machine.passwd
	{
		printf "%s:$hash:19000:0:99999:7:::\n" mia low daemonic dns
		echo "old:$hash:19000:0:99999:7::$((today - 1)):"
		echo "stale:$hash:19000:0:30:7:::"
		echo 'bare:!:19000:0:99999:7:::'
		echo "bob:\$6\$x\$y:19000:0:99999:7:::"
	} >machine.shadow
	chgrp shadow machine.shadow etc/passwd
	chmod 640 machine.shadow
	cat /etc/passwd >>machine.passwd
	sed -i 's/authd+/authd+:shadow/' etc/services.conf
	: >"$out"
	# shellcheck disable=SC2016	# the inner shell's
	unshare -m sh -c 'mount --bind machine.passwd /etc/passwd &&
	    mount --bind machine.shadow /etc/shadow && exec "$@"' sh \
	    "$BIN/inetd" -f -C . >"$out" 2>>"$log" 3>&- &
	inetd=$!
	in_file "$out" '^ready$'
}

@test "accounts of the machine: a broken disk does not say that nobody is there" {
	is_root && unshare -m true 2>/dev/null || skip 'no mount namespace'
	getent group shadow >/dev/null || skip 'no group shadow'
	not_sanitized 'a tracer'
	need strace
	echo 'accounts system' >>"$site/etc/mail.conf"
	machine_start
	nsenter -t "$inetd" -m -- "$BIN/account" -C "$site" add mia
	run -111 nsenter -t "$inetd" -m -- strace -qq -o /dev/null \
	    -P /etc/passwd -e inject=read,readv:error=EIO \
	    "$BIN/account" -C "$site" quota mia
}

@test "accounts of the machine: let in if the admin says so" {
	is_root && unshare -m true 2>/dev/null || skip 'no mount namespace'
	getent group shadow >/dev/null || skip 'no group shadow'
	echo 'accounts system' >>"$site/etc/mail.conf"
	machine_start
	answers Y V smtpd mia hungry '' ''
	answers N V smtpd mia wrong '' ''
	answers Y V smtpd bob hungry '' ''
	for name in low daemonic dns old stale bare root; do
		answers N V smtpd "$name" hungry '' ''
	done
	answers 'Y1234 1234 /home/mia' A mia
	nsenter -t "$inetd" -m -- "$BIN/account" -C "$site" add mia
	[ "$(stat -c '%u %a' spool/mail/mia)" = '1234 700' ]
	nsenter -t "$inetd" -m -- "$BIN/account" -C "$site" quota mia 1M
	mail_to mia hello
	[ "$(stat -c %u "$(box mia)")" = 1234 ]
	dial c pop3d;			hear "$c" '+OK*'
	say "$c" 'USER mia';		hear "$c" '+OK*'
	say "$c" 'PASS hungry';		hear "$c" '+OK mia has 1 *'
	pid=$(pgrep -u 1234 -x pop3d)
	[ "$(awk '/^Uid/ { print $2, $3, $4 }' "/proc/$pid/status")" = \
	    '1234 1234 1234' ]
	say "$c" QUIT;			hear "$c" '+OK*'
}

@test "accounts of the machine: strangers as long as he does not" {
	is_root && unshare -m true 2>/dev/null || skip 'no mount namespace'
	getent group shadow >/dev/null || skip 'no group shadow'
	machine_start
	answers N V smtpd mia hungry '' ''
	answers N A mia
	answers Y V smtpd bob hungry '' ''
}
