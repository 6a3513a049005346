#!/usr/bin/env bats
#
# smtpd: how strictly it takes its clients.

bats_require_minimum_version 1.5.0

load lib/labnet

setup() {
	whole_site
}

teardown() {
	inetd_stop || :
	cat "$log" 2>/dev/null || :	# shown only if the test failed
}

# from IP: a session in a pipe of a client with that address.
from() {
	(cd "$site" && TCPREMOTEIP=$1 timeout 60 "$BIN/smtpd" 2>>"$log")
}

@test "S17: relaying is denied to strangers, whatever the address looks like" {
	whole_start
	{
		printf '%s\r\n' 'EHLO x.example' 'MAIL FROM:<a@x.example>'
		for to in u@other.example 'u%other.example@hamburger.edu' \
		    'other.example!u@hamburger.edu' \
		    '@hamburger.edu,@b.example:u@other.example' \
		    '"u@other.example"@hamburger.edu' 'u@[192.0.2.1]'; do
			printf 'RCPT TO:<%s>\r\n' "$to"
		done
		printf 'QUIT\r\n'
	} | from 192.0.2.9 >"$BATS_TEST_TMPDIR/said"
	[ "$(grep -c '^550' "$BATS_TEST_TMPDIR/said")" = 6 ]
	is_empty "$site/spool/queue/new"
}

@test "bare-newline normalise: stored as line ends, and end nothing" {
	echo 'bare-newline normalise' >>"$site/etc/mail.conf"
	whole_start
	begin_mail c bob
	say "$c" DATA;					hear "$c" '354 *'
	printf 'S: x\r\n\r\none\n.\ntwo\r.\r\nthree\r\n.\r\n' >&"$c"
	hear "$c" '250 *'
	say "$c" QUIT;					hear "$c" '221 *'
	[ "$(sed '1,/^$/d' "$(box bob)")" = $'one\n.\ntwo\n.\nthree' ]
}

@test "greet-delay: who talks first is turned away, who waits is greeted" {
	echo 'greet-delay 1' >>"$site/etc/mail.conf"
	whole_start
	run from 192.0.2.9 < <(printf 'HELO x\r\n')
	[ "${lines[0]}" = $'554 hamburger.edu You talk before you are greeted\r' ]
	[ "${#lines[@]}" = 1 ]
	# Our own networks are not kept waiting.
	run from 127.0.0.1 < <(printf 'QUIT\r\n')
	[[ ${lines[0]} == '220 '* ]]
	coproc slow { from 192.0.2.9; }
	IFS= read -r -t "$DEADLINE" line <&"${slow[0]}"
	[[ $line == '220 '* ]]
	printf 'QUIT\r\n' >&"${slow[1]}"
	IFS= read -r -t "$DEADLINE" line <&"${slow[0]}"
	[[ $line == '221 '* ]]
}

@test "helo-check: off by default; names that cannot be the client's" {
	whole_start
	run from 192.0.2.9 < <(printf '%s\r\n' 'HELO localhost' QUIT)
	[[ ${lines[1]} == '250 '* ]]
	echo 'helo-check yes' >>"$site/etc/mail.conf"
	run from 192.0.2.9 < <(printf '%s\r\n' 'HELO hamburger.edu' \
	    'EHLO short' 'HELO [192.0.2.8]' 'EHLO [192.0.2.9]' QUIT)
	[[ ${lines[1]} == '550 That is my name'* ]]
	[[ ${lines[2]} == '550 That is no full'* ]]
	[[ ${lines[3]} == '550 That is not your'* ]]
	[[ ${lines[4]} == '250-'* ]]
	run from 2001:db8::1 < <(printf '%s\r\n' 'HELO [IPv6:2001:DB8::1]' QUIT)
	[[ ${lines[1]} == '250 '* ]]
}

@test "S19: much talk and no message is 421" {
	whole_start
	run from 192.0.2.9 < <(yes $'NOOP\r' | head -n 100000)
	[ "${#lines[@]}" = 1002 ]
	[[ ${lines[1001]} == '421 4.7.0 '* || ${lines[1001]} == '421 '* ]]
}

@test "S20: a byte now and then, in a command or a message: 421 in time" {
	echo 'smtp-timeout 1' >>"$site/etc/mail.conf"
	whole_start
	python3 - "$(port smtpd)" <<-'EOF'
	import select, socket, sys, time

	START = ("HELO a\r\nMAIL FROM:<a@b.example>\r\n"
	         "RCPT TO:<bob@hamburger.edu>\r\nDATA\r\n")

	def client(what):
	    begun = time.monotonic()
	    s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20)
	    s.sendall(what.encode())
	    since[s] = begun
	    return s

	# Both are never silent for as long as a command may take.
	since, took = {}, {b"HELO": [], b"DATA": []}
	slow = {client("HELO " if i % 2 else START): b"" for i in range(14)}
	begun = time.monotonic()
	while slow and time.monotonic() < begun + 60:
	    for s in select.select(list(slow), [], [], 0.2)[0]:
	        try:
	            text = s.recv(4096)
	        except ConnectionResetError:
	            text = b""
	        slow[s] += text
	        if not text:
	            said = slow.pop(s)
	            assert said.splitlines()[-1].startswith(b"421 "), said
	            took[b"DATA" if b"354" in said else b"HELO"].append(
	                time.monotonic() - since[s])
	    for s in slow:
	        try:
	            s.send(b"x")
	        except OSError:
	            pass
	assert not slow, slow
	assert [len(x) for x in took.values()] == [7, 7], took
	# A command has one second, a message two; who is slow, longer.
	assert 1 <= min(took[b"HELO"]) < 2 <= min(took[b"DATA"]), took
	EOF
	[ -z "$(box bob)" ]
	until_true is_empty "$site/spool/mail/bob/tmp"
}

@test "S23: what once was, or shows too much" {
	whole_start
	run from 192.0.2.9 < <(printf '%s\r\n' 'HELO x' 'VRFY bob' \
	    'EXPN staff' 'ETRN x' TURN DEBUG WIZ QUIT)
	codes=$(printf '%.3s ' "${lines[@]}")
	[ "$codes" = '220 250 252 502 500 500 500 500 221 ' ]
}

@test "S5: CR, NUL, TAB, 8-bit in HELO, MAIL, RCPT get no further" {
	whole_start
	run from 192.0.2.9 < <(
		printf 'HELO a\rb\r\nHELO a\tb\r\nHELO \303\266\r\n'
		printf 'HELO x\r\nMAIL FROM:<a\rb@x>\r\n'
		printf 'MAIL FROM:<a\0b@x>\r\nMAIL FROM:<a@x>\tSIZE=1\r\n'
		printf 'MAIL FROM:<a@\377>\r\nQUIT\r\n')
	codes=$(printf '%.3s ' "${lines[@]}")
	[ "$codes" = '220 501 501 501 250 553 500 553 553 221 ' ]
}

@test "S4, S6: addresses that would be paths or programs are nobody" {
	whole_start
	run from 192.0.2.9 < <(
		printf '%s\r\n' 'HELO x' 'MAIL FROM:<>'
		# shellcheck disable=SC2016	# nobody is to expand it
		for to in ';sleep 9;' '|id' /etc/passwd '${run{x}}' -oX ../root \
		    a/b . .. "$(printf 'x%.0s' {1..65})" u1x; do
			printf 'RCPT TO:<%s@hamburger.edu>\r\n' "$to"
		done
		printf 'QUIT\r\n')
	codes=$(printf '%.3s ' "${lines[@]:3:11}")
	run ! grep -v -E '^(55[03] )+$' <<<"$codes"
	[ ! -e "$site/hit" ]
}

@test "S7: command lines of 510 to 2048 octets and 100,000, in step again" {
	whole_start
	run from 192.0.2.9 < <(
		for n in 505 507 508 2042 2043 100000; do
			printf 'NOOP %s\r\n' "$(printf "%${n}s" '' | tr ' ' x)"
		done
		printf 'QUIT\r\n')
	codes=$(printf '%.3s ' "${lines[@]}")
	[ "$codes" = '220 250 250 250 250 500 500 221 ' ]
}

@test "S11: BDAT without a count: what follows is no command" {
	said=$(printf '%s\r\n' 'EHLO x' BDAT NOOP | from 192.0.2.9)
	[[ $said == *$'\n501 5.5.4 Syntax: BDAT octets [LAST]; '* ]]
	[[ $said != *' Ok'* ]]
}

@test "S8: 1,000 recipients, all the same: 452 from the limit on, one copy" {
	whole_start
	run from 192.0.2.9 < <(
		printf 'HELO x\r\nMAIL FROM:<a@b.example>\r\n'
		yes $'RCPT TO:<bob@hamburger.edu>\r' | head -n 260
		printf 'DATA\r\nx\r\n.\r\nQUIT\r\n')
	[ "$(printf '%.3s\n' "${lines[@]}" | grep -c 452)" = 10 ]
	[[ ${lines[264]} == '250 '* ]]
	[ "$(box bob | wc -l)" = 1 ]
}

# peak PID: the most memory, in KiB, that a process had.
peak() {
	sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) .*/\1/p' "/proc/$1/status"
}

@test "S13: a line of 100 MB and a million header lines, in constant memory" {
	echo 'size-limit 200000000' >>"$site/etc/mail.conf"
	whole_start
	begin_mail c bob
	say "$c" DATA;					hear "$c" '354 *'
	{
		yes $'X: y\r' | head -n 1000000
		printf '\r\n'
		head -c 100000000 /dev/zero | tr '\0' x
	} >&"$c"
	if [[ $BIN != */san/* ]]; then
		[ "$(peak "$(children smtpd)")" -lt 4096 ]
		[ "$(peak "$(delivers)")" -lt 4096 ]
	fi
	printf '\r\n.\r\n' >&"$c"
	DEADLINE=30 hear "$c" '250 *'
	[ "$(stat -c %s "$(box bob)")" -gt 105000000 ]
}

bob_has() {
	[ "$(box bob | wc -l)" = "$1" ]
}

@test "S18, O13: a client that is gone behind the dot: one message, no more" {
	whole_start
	for n in 1 2 3; do
		dial c smtpd
		hear "$c" '220 *'
		# In one piece, which bash's own printf does not do.
		env printf '%s\r\n' 'HELO crepes.fr' \
		    'MAIL FROM:<a@b.example>' 'RCPT TO:<bob@hamburger.edu>' \
		    DATA "text $n" . NOOP >&"$c"
		hang_up "$c"
		until_true bob_has "$n"
	done
	until_true no_child smtpd
	is_empty "$site/spool/mail/bob/tmp"
}

@test "O3: a maildir that is read-only is 451, and mail flows again after" {
	is_root || skip "mounts a tmpfs"
	whole_start
	id=$(stat -c %u "$site/spool/mail/bob")
	mount -t tmpfs -o "mode=700,uid=$id,gid=$id" none "$site/spool/mail/bob"
	for part in tmp new cur; do
		install -d -m 700 -o "$id" -g "$id" "$site/spool/mail/bob/$part"
	done
	mount -o remount,ro "$site/spool/mail/bob"
	codes=$(printf '%s\r\n' 'HELO x' 'MAIL FROM:<a@b.example>' \
	    'RCPT TO:<bob@hamburger.edu>' DATA . QUIT | from 192.0.2.9 |
	    cut -c 1-3 | tr '\n' ' ')
	mount -o remount,rw "$site/spool/mail/bob"
	mail_to bob 'Subject: x' '' y
	n=$(box bob | wc -l)
	umount -l "$site/spool/mail/bob"
	[ "$codes" = '220 250 250 451 554 ' ]
	[ "$n" = 1 ]
}

@test "O17: a million descriptors allowed cost nothing" {
	is_root || skip "raises a limit"
	ulimit -n 1000000 2>/dev/null || skip "cannot be raised here"
	whole_start
	mail_to bob 'Subject: x' '' y
	[ "$(box bob | wc -l)" = 1 ]
}
