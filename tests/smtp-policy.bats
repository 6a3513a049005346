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
	(cd "$site" && TCPREMOTEIP=$1 timeout 20 "$BIN/smtpd" 2>>"$log")
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
	dial c smtpd
	hear "$c" '220 *'
	say "$c" 'HELO crepes.fr';			hear "$c" '250 *'
	say "$c" 'MAIL FROM:<alice@crepes.fr>';		hear "$c" '250 *'
	say "$c" 'RCPT TO:<bob@hamburger.edu>';		hear "$c" '250 *'
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
