#!/usr/bin/env bats
#
# POP3: the session half through a pipe, and the whole through inetd.

bats_require_minimum_version 1.5.0

load lib/labnet
load lib/maildrop

setup() {
	maildrop
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	inetd_stop || :
	cat "${log:-/dev/null}"		# shown only if the test failed
}

two_messages() {
	message 1.alice 120
	message 2.alice 200
}

@test "the textbook's session, and the messages are gone" {
	two_messages
	play pop3/textbook.txt
	is_empty "$box/cur"
	is_empty "$box/new"
}

@test "numbers that are none, and RSET; nothing goes without QUIT" {
	two_messages
	play pop3/numbers.txt
	[ "$(find "$box/cur" -type f | wc -l)" = 2 ]
	[ -z "$(find "$box/cur" -name '*:2,*S*')" ]
}

@test "capabilities, pipelining, verbs of any case, NUL" {
	two_messages
	play pop3/capa.txt
}

@test "dots are stuffed" {
	printf 'Subject: dots\n\n.\n.two\n' | message 1.dots
	play pop3/dots.txt
}

@test "octets on the wire are what LIST, STAT and RETR say" {
	local n said sent

	printf 'a: b\n\nlf\n' | message 1.lf
	printf 'a: b\r\n\r\ncrlf\r\n' | message 2.crlf
	printf 'a: b\n\nno end' | message 3.open
	printf 'a: b\r\nmixed\n\n.\r\r\n\r' | message 4.mixed
	printf 'a: b\n\nnul \0 and \377\n' | message 5.nul
	: | message 6.empty
	pop LIST QUIT >list
	for n in 1 2 3 4 5 6; do
		said=$(awk -v n=$n '$1 == n { print $2 }' list)
		printf 'RETR %s\r\nQUIT\r\n' $n | "$BIN/pop3d" "$box" >out
		[ "$(sed -n 2p out | tr -d '\r')" = "+OK $said octets" ]
		# Without greeting, +OK, the dot, goodbye and stuffed dots.
		sed '1,2d;$d' out | sed '$d;s/^\.//' >text
		sent=$(wc -c <text)
		[ "$said" = "$sent" ] || { echo "$n: $said, $sent"; false; }
	done
}

# session: one held open by hand; its descriptors are $from and $to.
session() {
	coproc "$BIN/pop3d" "$box"
	exec {from}<&"${COPROC[0]}" {to}>&"${COPROC[1]}"
	hear "$from" '+OK *'
}

# until_line LINE: read on until the session says it.
until_line() {
	local line

	while IFS= read -r -t "$DEADLINE" line <&"$from"; do
		[ "${line%$'\r'}" != "$1" ] || return 0
	done
	return 1
}

@test "a message renamed meanwhile is found, a removed one is missed" {
	two_messages
	session
	mv "$box/cur/1.alice:2," "$box/cur/1.alice:2,FS"
	rm "$box/cur/2.alice:2,"
	message 3.alice 100
	say "$to" 'RETR 1';	hear "$from" '+OK 120 octets'
	until_line .
	say "$to" 'RETR 2';	hear "$from" '-ERR *'
	say "$to" 'RETR 3';	hear "$from" '-ERR *'
	say "$to" 'DELE 2';	hear "$from" '+OK *'
	say "$to" 'QUIT';	hear "$from" '+OK *'
	[ -e "$box/cur/1.alice:2,FS" ]
	[ -e "$box/new/3.alice" ]
}

@test "unique ids stay: over sessions, flags, renumbering" {
	two_messages
	message 3.alice 100
	pop UIDL QUIT | sed -n '3,5s/^[0-9]* //p' >ids
	[ "$(sort -u ids | wc -l)" = 3 ]
	mv "$box/cur/2.alice:2," "$box/cur/2.alice:2,FRS"
	pop 'DELE 1' QUIT
	message 0.early 99
	pop UIDL QUIT | sed -n '3,4s/^[0-9]* //p' >again
	[ "$(sed -n 2,3p ids)" = "$(cat again)" ]
	run ! grep -qF "$(pop 'UIDL 3' | sed -n '2s/.* //p')" ids
}

@test "what was read and kept is seen, for IMAP; not by TOP" {
	two_messages
	pop 'RETR 1' 'TOP 2 0' QUIT
	[ -e "$box/cur/1.alice:2,S" ]
	[ -e "$box/cur/2.alice:2," ]
}

@test "what is no message is passed over" {
	message 1.alice 120
	mkdir "$box/cur/dir" "$box/new/dir"
	mkfifo "$box/cur/fifo"
	ln -s /nowhere "$box/cur/link"
	touch "$box/cur/$(printf 'a\nb')" "$box/cur/.hidden"
	letter 150 >"$box/cur/$(printf '%0255d' 0)"
	run pop LIST QUIT
	echo "$output"
	[ "${lines[1]}" = '+OK 2 messages (270 octets)' ]
	run pop 'RETR 1' 'RETR 2' 'DELE 1' 'DELE 2' QUIT
	is_empty "$box/new" || [ "$(ls "$box/new")" = dir ]
	[ -z "$(find "$box/cur" -type f ! -name .hidden ! -name '*b')" ]
}

@test "the login half: states, CAPA, AUTH" {
	"$ROOT/tests/lib/transcript" "$ROOT/tests/transcripts/pop3/states.txt" \
	    -- "$BIN/pop3d"
}

@test "the login half: overlong lines end it, so do many errors" {
	local line

	line=$(printf '%010000d' 0)
	for verb in USER PASS LOGIN 'AUTH PLAIN'; do
		run "$BIN/pop3d" <<<"$verb $line"
		[ "$status" = 0 ]
		[[ ${lines[1]} = '-ERR line too long'* ]]
		[ "${#lines[@]}" = 2 ]
	done
	run "$BIN/pop3d" < <(printf 'FOO\r\n%.0s' {1..100})
	[ "${#lines[@]}" -lt 30 ]
	[[ ${lines[-1]} = *'goodbye'* ]]
}

@test "the system fails: said with [SYS/TEMP], exit 111" {
	touch file
	run "$BIN/pop3d" file/box </dev/null
	[ "$status" = 111 ]
	[[ $output = *'-ERR [SYS/TEMP]'* ]]
	run "$BIN/pop3d" a b </dev/null
	[ "$status" = 100 ]
}

@test "through inetd: login, wrong password, the textbook's mail" {
	whole_site
	whole_start
	mail_to bob 'From: alice@crepes.fr' '' 'Do you like ketchup?'
	transcript pop3/login.txt pop3d
}

@test "through inetd: pipelined behind the password" {
	local fd

	whole_site
	whole_start
	dial fd pop3d
	hear "$fd" '+OK *'
	printf 'USER bob\r\nPASS hungry\r\nSTAT\r\nQUIT\r\n' >&"$fd"
	hear "$fd" '+OK *'
	hear "$fd" '+OK bob has 0 messages'
	hear "$fd" '+OK 0 0'
	hear "$fd" '+OK *'
	gone "$fd"
}

@test "a connection that breaks removes nothing" {
	local fd

	whole_site
	whole_start
	mail_to bob 'From: alice@crepes.fr' '' 'Do you like ketchup?'
	dial fd pop3d
	hear "$fd" '+OK *'
	say "$fd" "AUTH PLAIN $(printf '\0bob\0hungry' | base64)"
	hear "$fd" '+OK *'
	say "$fd" 'DELE 1';	hear "$fd" '+OK *'
	hang_up "$fd"
	logged 'pop3d.*exit'
	[ "$(find "$site/spool/mail/bob/cur" -type f | wc -l)" = 1 ]
}

@test "etc/pop3d.conf: ids from names, time between logins" {
	mkdir etc
	two_messages
	echo 'uidl name' >etc/pop3d.conf
	run pop 'UIDL 2' QUIT
	[ "${lines[1]}" = '+OK 2 2.alice' ]
	printf '%s\n' 'uidl dovecot' 'login-delay 3600' >etc/pop3d.conf
	run pop CAPA QUIT
	[[ $output = *$'\nLOGIN-DELAY 3600\n'* ]]
	run pop STAT QUIT
	[[ $output = '-ERR [LOGIN-DELAY]'* ]]
	touch -d '2 hours ago' "$box/labnet.pop3"
	run pop 'UIDL 2' QUIT
	[[ ${lines[1]} = '+OK 2 00000002'* ]]
	echo 'uidl sideways' >etc/pop3d.conf
	run pop 'UIDL 2' QUIT
	[[ ${lines[1]} = '+OK 2 00000002'* ]]
	grep -q 'pop3d.conf:1: ' poplog
}

@test "the disk is full: reading and deleting work, UIDL says later" {
	is_root || skip 'mounting needs root'
	mkdir full
	mount -t tmpfs -o size=64k,mode=755 none full ||
		skip 'mounting is not allowed'
	maildrop full
	message 1.alice 120
	message 2.alice 200
	head -c 100000 /dev/zero >full/fill 2>/dev/null || :
	pop STAT UIDL 'RETR 2' 'DELE 1' QUIT >said || :
	find full/box -type f >files
	rm full/fill
	pop 'UIDL 1' QUIT >later || :
	umount full
	grep -q '^+OK 2 320' said
	grep -q '^-ERR \[SYS/TEMP\]' said
	grep -q '^+OK 200 octets' said
	grep -q 'goodbye' said
	[ "$(cat files)" = full/box/cur/2.alice:2,S ]
	grep -q '^+OK 1 00000001' later
}
