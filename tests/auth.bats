#!/usr/bin/env bats
#
# SASL in SMTP, POP3 and IMAP: what a client may say, and what it is told.

bats_require_minimum_version 1.5.0

load lib/labnet

setup() {
	whole_site
}

teardown() {
	inetd_stop || :
	cat "$log" 2>/dev/null || :	# shown only if the test failed
}

b64() {
	# shellcheck disable=SC2059	# the format is the text
	printf "$1" | base64 -w 0
}

# smtp [VERB]: a session behind its greeting.
smtp() {
	local line

	dial c smtpd
	hear "$c" '220 *'
	say "$c" "${1-EHLO} crepes.fr"
	while IFS= read -r -t "$DEADLINE" line <&"$c" &&
	    [[ $line == 250-* ]]; do
		:
	done
}

@test "SMTP: PLAIN and LOGIN, with and without an initial response" {
	whole_start
	smtp
	say "$c" "AUTH PLAIN $(b64 '\0bob\0hungry')";	hear "$c" '235 2.7.0 *'
	say "$c" "AUTH PLAIN $(b64 '\0bob\0hungry')";	hear "$c" '503 5.5.1 *'
	smtp
	say "$c" 'auth plain';				hear "$c" '334 '
	say "$c" "$(b64 'bob\0bob\0hungry')";		hear "$c" '235 *'
	smtp
	say "$c" 'AUTH LOGIN';			hear "$c" '334 VXNlcm5hbWU6'
	say "$c" "$(b64 bob)";			hear "$c" '334 UGFzc3dvcmQ6'
	say "$c" "$(b64 hungry)";		hear "$c" '235 *'
	smtp
	say "$c" "AUTH LOGIN $(b64 bob)";	hear "$c" '334 UGFzc3dvcmQ6'
	say "$c" "$(b64 hungry)";		hear "$c" '235 *'
	run ! grep -q hungry "$log"
}

@test "SMTP: what is no exchange costs nothing but its reply" {
	whole_start
	smtp HELO
	say "$c" 'AUTH PLAIN';			hear "$c" '503 *'
	smtp
	say "$c" AUTH;				hear "$c" '501 5.5.4 *'
	say "$c" 'AUTH GSSAPI';			hear "$c" '504 5.5.4 *'
	say "$c" 'AUTH PLAIN a b';		hear "$c" '501 5.5.4 *'
	say "$c" 'AUTH PLAIN !!!!';		hear "$c" '501 5.5.2 *'
	say "$c" 'AUTH PLAIN =';		hear "$c" '535 *'
	say "$c" 'AUTH PLAIN';			hear "$c" '334 '
	say "$c" '*';				hear "$c" '501 5.7.0 *'
	say "$c" 'AUTH LOGIN =';		hear "$c" '334 UGFzc3dvcmQ6'
	say "$c" '*';				hear "$c" '501 5.7.0 *'
	say "$c" 'AUTH PLAIN';			hear "$c" '334 '
	say "$c" 'abc';				hear "$c" '501 5.5.2 *'
	for text in 'bob' '\0bob' 'alice\0bob\0hungry' '\0bob\0hungry\0' \
	    '\0bob\0hun\0gry'; do
		say "$c" "AUTH PLAIN $(b64 "$text")";	hear "$c" '535 5.7.8 *'
	done
	say "$c" 'MAIL FROM:<a@crepes.fr>';	hear "$c" '250 *'
	say "$c" "AUTH PLAIN $(b64 '\0bob\0hungry')";	hear "$c" '503 *'
	say "$c" RSET;				hear "$c" '250 *'
	say "$c" "AUTH PLAIN $(b64 '\0bob\0hungry')";	hear "$c" '235 *'
}

@test "SMTP: a response of 12288 octets is read, one more is too long" {
	whole_start
	smtp
	say "$c" 'AUTH PLAIN';				hear "$c" '334 '
	say "$c" "$(printf '%012288d' 0)";		hear "$c" '535 *'
	say "$c" 'AUTH LOGIN';			hear "$c" '334 VXNlcm5hbWU6'
	say "$c" "$(b64 bob)";			hear "$c" '334 UGFzc3dvcmQ6'
	say "$c" "$(printf '%012288d' 0)";		hear "$c" '535 *'
	say "$c" 'AUTH PLAIN';				hear "$c" '334 '
	say "$c" "$(printf '%065536d' 0)";		hear "$c" '500 5.5.6 *'
	say "$c" NOOP;					hear "$c" '250 *'
}

@test "SMTP: three wrong passwords, and the session is over" {
	whole_start
	smtp
	say "$c" "AUTH PLAIN $(b64 '\0nobody\0')";	hear "$c" '535 *'
	say "$c" "AUTH PLAIN $(b64 '\0carol\0x\ty')";	hear "$c" '535 *'
	say "$c" "AUTH PLAIN $(b64 '\0\0hungry')";	hear "$c" '421 *'
	gone "$c"
	logged 'login failed: user carol from 127.0.0.1'
}

@test "SMTP: who has logged in may send anywhere, and it is said so" {
	echo 'relay-from none' >>"$site/etc/mail.conf"
	whole_start
	smtp
	say "$c" 'MAIL FROM:<bob@hamburger.edu>';	hear "$c" '250 *'
	say "$c" 'RCPT TO:<x@elsewhere.example>';	hear "$c" '550 *'
	say "$c" RSET;					hear "$c" '250 *'
	say "$c" "AUTH PLAIN $(b64 '\0bob\0hungry')";	hear "$c" '235 *'
	say "$c" 'MAIL FROM:<bob@hamburger.edu>';	hear "$c" '250 *'
	say "$c" 'RCPT TO:<x@elsewhere.example>';	hear "$c" '250 *'
	say "$c" RSET;					hear "$c" '250 *'
	say "$c" 'MAIL FROM:<bob@hamburger.edu>';	hear "$c" '250 *'
	say "$c" 'RCPT TO:<bob@hamburger.edu>';		hear "$c" '250 *'
	say "$c" DATA;					hear "$c" '354 *'
	printf '%s\r\n' hello . >&"$c";			hear "$c" '250 *'
	grep -q 'with ESMTPA id' "$(box bob)"
}

@test "SMTP: without authd the client is to try again later" {
	sed -i '/authd/d' "$site/etc/services.conf"
	whole_start
	smtp
	say "$c" "AUTH PLAIN $(b64 '\0bob\0hungry')";	hear "$c" '454 *'
	say "$c" NOOP;					hear "$c" '250 *'
}
