#!/usr/bin/env bats
#
# imapd: sessions through a pipe on a maildir of our own, and through inetd
# with real clients.

bats_require_minimum_version 1.5.0

load lib/labnet

setup() {
	export TZ=UTC
	site
	cd "$site" || return
	mkdir -p spool/mail
}

teardown() {
	inetd_stop || :
	cat "$log" 2>/dev/null || :	# shown only if the test failed
}

# A maildir with two messages that nobody has seen.
maildir() {
	mkdir -p spool/mail/bob/{cur,new,tmp}
	printf '%s\n' 'From: Alice <alice@crepes.fr>' 'To: bob@hamburger.edu' \
	    'Subject: Food' 'Date: Mon, 2 Feb 2026 10:00:00 +0100' \
	    'Message-ID: <1@crepes.fr>' '' 'Do you like ketchup?' \
	    'How about pickles?' >spool/mail/bob/new/1.M1P1.host
	cp "$ROOT/tests/transcripts/imap/parts.eml" \
	    spool/mail/bob/new/2.M1P1.host
	touch -d '2026-02-02T09:00:00Z' spool/mail/bob/new/1.M1P1.host
	touch -d '2026-03-03T09:00:00Z' spool/mail/bob/new/2.M1P1.host
}

play() {
	"$ROOT/tests/lib/transcript" "$ROOT/tests/transcripts/imap/$1.txt" -- \
	    "$BIN/imapd" spool/mail/bob
}

# imap LINE...: a session of these commands; the answers are in the output.
imap() {
	run -0 "$BIN/imapd" spool/mail/bob < <(printf '%s\r\n' "$@")
}

@test "transcript: a session, and the next one" {
	maildir
	play session
	play again
}

@test "transcript: how commands are written" {
	maildir
	play grammar
}

@test "transcript: FETCH of parts" {
	maildir
	play fetch
}

@test "transcript: mailboxes and their names" {
	maildir
	play folders
	[ ! -e spool/x ] && [ ! -e spool/mail/x ] && [ ! -e spool/mail/b ]
}

@test "transcript: SEARCH" {
	maildir
	play search
}

@test "transcript: APPEND and STORE" {
	maildir
	play append
}

@test "transcript: extensions" {
	maildir
	play extensions
}

@test "LOGIN_TAG is answered first" {
	LOGIN_TAG=x7 imap 'a LOGOUT'
	[[ ${lines[0]} == 'x7 OK [CAPABILITY IMAP4rev1 '*'] Logged in'* ]]
}

@test "the login half: BAD, NO and three tries" {
	services <<-END
		127.0.0.1:0 stream tcp nowait @USER@ $BIN/imapd imapd
	END
	inetd_start
	dial c imapd
	hear "$c" '\* OK [[]CAPABILITY IMAP4rev1 * AUTH=PLAIN*'
	say "$c" 'a SELECT INBOX';		hear "$c" 'a BAD *'
	say "$c" 'b LOGIN bob';			hear "$c" 'b BAD *'
	say "$c" 'c AUTHENTICATE FROB';		hear "$c" 'c NO *'
	say "$c" 'd AUTHENTICATE PLAIN';	hear "$c" '+ *'
	say "$c" '*';				hear "$c" 'd BAD *'
	say "$c" 'e LOGIN {100000+}';		hear "$c" '\* BYE *'
	gone "$c"
}

@test "login through authd, wrong and right, commands behind LOGIN wait" {
	whole_site
	whole_start
	dial c imapd
	hear "$c" '\* OK *'
	say "$c" 'a LOGIN bob wrong';	hear "$c" 'a NO [[]AUTHENTICATIONFAILED] *'
	say "$c" 'b LOGIN {3}';		hear "$c" '+ *'
	# The password and two commands in one piece.
	printf 'bob {6+}\r\nhungry\r\nc SELECT INBOX\r\nd LOGOUT\r\n' >&"$c"
	hear "$c" 'b OK [[]CAPABILITY IMAP4rev1 *'
	hear "$c" '\* FLAGS *'
	timeout 60 grep -q '^d OK' <&"$c"
	hang_up "$c"
	dial c imapd
	hear "$c" '\* OK *'
	say "$c" "a AUTHENTICATE PLAIN $(printf '\0bob\0hungry' | base64)"
	hear "$c" 'a OK *'
	hang_up "$c"
}

@test "curl and Python's imaplib" {
	whole_site
	whole_start
	mail_to bob 'Subject: Food' '' 'Do you like ketchup?'
	curl -sS --max-time 60 -u bob:hungry \
	    "imap://127.0.0.1:$(port imapd)/INBOX;UID=1;SECTION=TEXT" >text
	printf 'Do you like ketchup?\r\n' | cmp - text
	curl -sS --max-time 60 -u bob:hungry -T text \
	    "imap://127.0.0.1:$(port imapd)/INBOX"
	curl -sS --max-time 60 -u bob:hungry \
	    "imap://127.0.0.1:$(port imapd)/INBOX?SUBJECT%20Food" |
	    grep -x $'\* SEARCH 1\r'
	python3 "$ROOT/tests/lib/imap-client" 127.0.0.1 "$(port imapd)" \
	    bob hungry
}
