#!/usr/bin/env bats
#
# smtpd and deliver: from the wire to the maildir.

bats_require_minimum_version 1.5.0

load lib/labnet

setup() {
	whole_site
}

teardown() {
	inetd_stop || :
	cat "$log" 2>/dev/null || :	# shown only if the test failed
}

greet() {
	dial c smtpd
	hear "$c" '220 *'
	say "$c" "${1:-HELO} crepes.fr"
	line=250-
	while [[ $line == 250-* ]]; do
		IFS= read -r -t "$DEADLINE" line <&"$c"
	done
	[[ $line == '250 '* ]]
}

# envelope [RECIPIENT...]: up to DATA's 354.
envelope() {
	local to
	say "$c" 'MAIL FROM:<alice@crepes.fr>';	hear "$c" '250 *'
	for to in "${@:-bob@hamburger.edu}"; do
		say "$c" "RCPT TO:<$to>";	hear "$c" '250 *'
	done
	say "$c" DATA;				hear "$c" '354 *'
}

# body_of FILE: what is below the header.
body_of() {
	sed '1,/^$/d' "$1"
}

@test "transcript: the textbook's session, typed into a socket" {
	whole_start
	transcript smtp/textbook.txt smtpd
	run box bob
	[ "${#lines[@]}" = 1 ]
}

@test "transcript: the same through a pipe" {
	whole_start
	cd "$site"
	"$ROOT/tests/lib/transcript" "$ROOT/tests/transcripts/smtp/textbook.txt" \
	    -- "$BIN/smtpd"
	run box bob
	[ "${#lines[@]}" = 1 ]
}

@test "transcript: commands out of order" {
	echo 'relay-from none' >>"$site/etc/mail.conf"
	whole_start
	transcript smtp/order.txt smtpd
}

@test "transcript: addresses and parameters" {
	whole_start
	transcript smtp/addresses.txt smtpd
}

@test "transcript: DSN, SMTPUTF8 and BDAT" {
	whole_start
	transcript smtp/extensions.txt smtpd
	mapfile -t boxes < <(box bob)
	[ "${#boxes[@]}" = 2 ]
	grep -h -A 9 '^Subject: x$' "${boxes[@]}" |
	    diff - <(printf '%s\n' 'Subject: x' '' . end)
	grep -q 'with UTF8SMTP id' "${boxes[@]}"
}

@test "the stored message: trace header, blank line, text, LF line ends" {
	whole_start
	mail_to bob 'Do you like ketchup?' 'How about pickles?'
	file=$(box bob)
	sed -E -e 's/id [0-9A-F.]+/id ID/' \
	    -e 's/^\t[A-Z][a-z]{2}, [0-9]+ [A-Z].* \+0000$/\tDATE/' "$file" |
	diff - <(printf '%s\n' 'Return-Path: <alice@crepes.fr>' \
	    'Delivered-To: bob@hamburger.edu' \
	    'Received: from crepes.fr ([127.0.0.1])' \
	    $'\tby hamburger.edu with SMTP id ID' \
	    $'\tfor <bob@hamburger.edu>;' $'\tDATE' '' \
	    'Do you like ketchup?' 'How about pickles?')
	size=$(stat -c %s "$file")
	ends=$(wc -l <"$file")
	[[ $file == *",S=$size,W=$((size + ends))" ]]
	is_empty "$site/spool/mail/bob/tmp"
}

@test "a header is kept as it is, but Return-Path is ours alone" {
	whole_start
	mail_to bob 'Return-Path: <forged@evil.example>' ' folded' \
	    'Subject: hello' 'return-path: <again@evil.example>' \
	    'From: alice@crepes.fr' '' 'Return-Path: stays in the text'
	file=$(box bob)
	run grep -c '^Return-Path: <alice@crepes.fr>$' "$file"
	[ "$output" = 1 ]
	run ! grep -q evil "$file"
	run ! grep -q folded "$file"
	grep -q '^Subject: hello$' "$file"
	[ "$(body_of "$file")" = 'Return-Path: stays in the text' ]
}

@test "a message that begins within a field does not go on with ours" {
	whole_start
	mail_to bob $'\tby forged.example; x' 'Subject: text'
	file=$(box bob)
	[ "$(body_of "$file")" = $'\tby forged.example; x\nSubject: text' ]
}

@test "dots are unstuffed, and nothing else ends a message" {
	whole_start
	greet
	envelope
	printf 'Subject: dots\r\n\r\n..\r\n..two\r\n.x\r\nend.\r\n.' >&"$c"
	printf '\r\n' >&"$c"
	hear "$c" '250 *'
	[ "$(body_of "$(box bob)")" = $'.\n.two\nx\nend.' ]
}

@test "a message or chunk in two pieces does not wait for an acknowledgement" {
	whole_start
	python3 - "$(port smtpd)" <<-'EOF'
	import socket, sys, time
	def took(*pieces):
	    s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20)
	    r = s.makefile("rb")
	    for say in ("HELO x", "MAIL FROM:<a@b.example>",
	                "RCPT TO:<bob@hamburger.edu>", "NOOP"):
	        r.readline()
	        s.sendall(say.encode() + b"\r\n")
	    r.readline()
	    begun = time.monotonic()
	    for piece in pieces:
	        s.sendall(piece)
	        if piece == b"DATA\r\n":
	            r.readline()
	    assert r.readline()[:4] == b"250 "
	    return time.monotonic() - begun
	def delayed(verb, text, rest):
	    """An acknowledgement that is waited for takes 40 ms at least, each
	    time; what the machine itself needs is seen by one piece."""
	    one, two = [], []
	    for _ in range(40):
	        one.append(took(verb, text + rest))
	        two.append(took(verb, text, rest))
	        if len(two) >= 5 and min(two) < min(one) + 0.03:
	            return False
	    return True
	assert not delayed(b"DATA\r\n", b"Subject: x\r\n\r\nhello\r\n", b".\r\n")
	assert not delayed(b"BDAT 19 LAST\r\n", b"Subject: x\r\n", b"\r\nhello")
	EOF
}

@test "a message cut into octets arrives whole" {
	whole_start
	greet
	envelope
	text=$'Subject: x\r\n\r\n.\x2e\r\na.\r\n\r\n.\r\n'
	for ((i = 0; i < ${#text}; i++)); do
		printf %s "${text:i:1}" >&"$c"
	done
	hear "$c" '250 *'
	[ "$(body_of "$(box bob)")" = $'.\na.' ]
}

@test "bare CR and LF are refused, and end nothing" {
	whole_start
	for end in '\n.\n' '\n.\r\n' '\r\n.\n' '\r.\r' '\r\n.\r' '\r.\r\n'; do
		greet
		envelope
		# shellcheck disable=SC2059	# the escapes are the point
		printf "Subject: x\r\n\r\none${end}MAIL FROM:<x@y.example>" \
		    >&"$c"
		printf '\r\n.\r\n' >&"$c"
		hear "$c" '554 Bare CR or LF in the message'
		say "$c" QUIT
		hear "$c" '221 *'
	done
	[ -z "$(box bob)" ]
}

@test "a session typed with bare LF works, end to end" {
	whole_start
	dial c smtpd
	hear "$c" '220 *'
	printf '%s\n' 'HELO crepes.fr' 'MAIL FROM:<alice@crepes.fr>' \
	    'RCPT TO:<bob@hamburger.edu>' DATA 'by hand' . QUIT >&"$c"
	for want in '250 *' '250 *' '250 *' '354 *' '250 *' '221 *'; do
		hear "$c" "$want"
	done
	[ "$(body_of "$(box bob)")" = 'by hand' ]
}

@test "NUL, 8-bit octets and lines of megabytes are stored as they came" {
	whole_start
	head -c 3000000 /dev/urandom | tr -d '\r\n' >"$BATS_TEST_TMPDIR/long"
	{ printf '\0\377x'; cat "$BATS_TEST_TMPDIR/long"; echo; } \
	    >"$BATS_TEST_TMPDIR/text"
	greet
	envelope
	{
		printf 'Subject: x\r\n\r\n'
		sed 's/$/\r/' "$BATS_TEST_TMPDIR/text"
		printf '.\r\n'
	} >&"$c"
	hear "$c" '250 *'
	body_of "$(box bob)" | cmp - "$BATS_TEST_TMPDIR/text"
}

@test "pipelined commands are answered in order, and body lines are none" {
	whole_start
	dial c smtpd
	hear "$c" '220 *'
	printf '%s\r\n' 'EHLO crepes.fr' 'MAIL FROM:<alice@crepes.fr>' \
	    'RCPT TO:<nobody@hamburger.edu>' 'RCPT TO:<bob@hamburger.edu>' \
	    DATA 'Subject: x' '' 'QUIT' 'MAIL FROM:<x@y.example>' . NOOP \
	    QUIT >&"$c"
	until [[ $line == '250 HELP'* ]]; do
		IFS= read -r -t "$DEADLINE" line <&"$c"
	done
	for want in '250 2.1.0 *' '550 5.1.1 *' '250 2.1.5 *' '354 *' \
	    '250 2.6.0 *' '250 2.0.0 *' '221 *'; do
		hear "$c" "$want"
	done
	[ "$(body_of "$(box bob)")" = $'QUIT\nMAIL FROM:<x@y.example>' ]
}

@test "S9: without a recipient, a message that is there already ends all" {
	whole_start
	dial c smtpd
	hear "$c" '220 *'
	env printf '%s\r\n' 'HELO crepes.fr' 'MAIL FROM:<alice@crepes.fr>' \
	    'RCPT TO:<nobody@hamburger.edu>' DATA 'Subject: x' '' RSET \
	    'MAIL FROM:<x@y.example>' 'RCPT TO:<bob@hamburger.edu>' . \
	    QUIT >&"$c"
	for want in 250 250 550 554; do
		hear "$c" "$want *"
	done
	gone "$c"
}

@test "several recipients, each once, and no name of one for the other" {
	whole_start
	greet EHLO
	envelope bob@hamburger.edu alice@hamburger.edu BOB@hamburger.edu
	printf 'Subject: both\r\n\r\nhello\r\n.\r\n' >&"$c"
	hear "$c" '250 2.6.0 *'
	run box bob;	[ "${#lines[@]}" = 1 ]
	run ! grep -q alice@hamburger.edu "${lines[0]}"
	run box alice;	[ "${#lines[@]}" = 1 ]
	grep -q '^Delivered-To: alice@hamburger.edu$' "${lines[0]}"
	run ! grep -q $'\tfor <' "${lines[0]}"
}

@test "an alias leads to its accounts; a circle of them to 550" {
	cat >>"$site/etc/aliases" <<-'EOF'
	staff: alice,
	 bob@hamburger.edu
	a: b
	b: a
	EOF
	whole_start
	mail_to staff 'Subject: x' '' hello
	run box bob;	[ "${#lines[@]}" = 1 ]
	run box alice;	[ "${#lines[@]}" = 1 ]
	greet
	say "$c" 'MAIL FROM:<alice@crepes.fr>';		hear "$c" '250 *'
	say "$c" 'RCPT TO:<a@hamburger.edu>';		hear "$c" '550 *'
}

@test "over the size limit: refused at MAIL if said, else at the end" {
	echo 'size-limit 65536' >>"$site/etc/mail.conf"
	whole_start
	greet EHLO
	say "$c" 'MAIL FROM:<a@b.example> SIZE=65537';	hear "$c" '552 *'
	envelope
	{ yes 'a line of text' | head -n 5000 | sed 's/$/\r/'; } >&"$c"
	printf '.\r\n' >&"$c"
	hear "$c" '552 5.3.4 *'
	[ -z "$(box bob)" ]
	envelope
	printf 'small\r\n.\r\n' >&"$c"
	hear "$c" '250 *'
}

@test "a mail loop is broken" {
	whole_start
	greet
	envelope
	for ((i = 0; i < 101; i++)); do
		printf 'Received: from a by b; today\r\n'
	done >&"$c"
	printf '\r\nround\r\n.\r\n' >&"$c"
	hear "$c" '554 *'
	[ -z "$(box bob)" ]
}

@test "a client that vanishes in the message leaves nothing behind" {
	whole_start
	greet
	envelope
	printf 'Subject: x\r\n\r\nhalf a mess' >&"$c"
	run is_empty "$site/spool/mail/bob/tmp"
	[ "$status" = 1 ]
	hang_up "$c"
	until_true is_empty "$site/spool/mail/bob/tmp"
	[ -z "$(box bob)" ]
}

@test "long lines, NUL and nonsense in commands: in step again at once" {
	whole_start
	greet
	head -c 100000 /dev/zero | tr '\0' x >&"$c"
	printf '\r\n' >&"$c";		hear "$c" '500 *'
	printf 'NO\0OP\r\n' >&"$c";	hear "$c" '500 *'
	say "$c" NOOP;			hear "$c" '250 *'
	say "$c" "HELO ${c}ev il";	hear "$c" '501 *'
	say "$c" $'HELO a\tb';		hear "$c" '501 *'
	for ((i = 0; i < 16; i++)); do
		say "$c" FROB;		hear "$c" '500 *'
	done
	say "$c" FROB;			hear "$c" '500 *'
	hear "$c" '421 *'
	gone "$c"
}

@test "whoever speaks HTTP is dropped at once" {
	whole_start
	dial c smtpd
	hear "$c" '220 *'
	printf 'POST / HTTP/1.1\r\nHELO x\r\n' >&"$c"
	hear "$c" '421 *'
	gone "$c"
}

@test "the limit of recipients is 452, and the message goes on" {
	echo 'recipients-max 2' >>"$site/etc/mail.conf"
	whole_start
	greet
	say "$c" 'MAIL FROM:<a@b.example>';		hear "$c" '250 *'
	say "$c" 'RCPT TO:<bob@hamburger.edu>';		hear "$c" '250 *'
	say "$c" 'RCPT TO:<alice@hamburger.edu>';	hear "$c" '250 *'
	say "$c" 'RCPT TO:<bob@hamburger.edu>';		hear "$c" '452 *'
	say "$c" DATA;					hear "$c" '354 *'
	printf 'x\r\n.\r\n' >&"$c";			hear "$c" '250 *'
}

@test "a full disk is 452, nothing is left, and mail flows again after" {
	is_root || skip "mounts a tmpfs"
	whole_start
	mount -t tmpfs -o size=64k,mode=711 none "$site/spool/mail"
	for user in alice bob; do
		id=$(stat -c %u "$site/spool/home/$user")
		for part in '' /tmp /new /cur; do
			install -d -m 700 -o "$id" -g "$id" \
			    "$site/spool/mail/$user$part"
		done
	done
	greet
	envelope
	yes 'a line of text' | head -n 20000 | sed 's/$/\r/' >&"$c"
	printf '.\r\n' >&"$c"
	hear "$c" '452 *'
	left=$(find "$site/spool/mail" -type f)
	envelope
	printf 'small\r\n.\r\n' >&"$c"
	hear "$c" '250 *'
	umount -l "$site/spool/mail"
	[ -z "$left" ]
}

@test "no deliver, or a maildir that is gone: 451, later" {
	whole_start
	rm -r "$site/spool/mail/bob"
	greet
	say "$c" 'MAIL FROM:<a@b.example>';		hear "$c" '250 *'
	say "$c" 'RCPT TO:<bob@hamburger.edu>';		hear "$c" '451 *'
	rm "$site/spool/run/deliver"
	hang_up "$c"
	greet
	say "$c" 'MAIL FROM:<a@b.example>';		hear "$c" '451 *'
	say "$c" NOOP;					hear "$c" '250 *'
}

@test "a user's tricks in his maildir reach nobody else's files" {
	is_root || skip "needs two users"
	whole_start
	echo precious >"$site/target"
	greet
	say "$c" 'MAIL FROM:<a@b.example>';		hear "$c" '250 *'
	say "$c" 'RCPT TO:<bob@hamburger.edu>';		hear "$c" '250 *'
	rm -r "$site/spool/mail/bob/new"
	ln -s "$site" "$site/spool/mail/bob/new"
	say "$c" DATA;					hear "$c" '354 *'
	printf 'text\r\n.\r\n' >&"$c";			hear "$c" '451 *'
	say "$c" 'MAIL FROM:<a@b.example>';		hear "$c" '250 *'
	say "$c" 'RCPT TO:<bob@hamburger.edu>';		hear "$c" '451 *'
	[ "$(cat "$site/target")" = precious ]
	[ "$(find "$site" -maxdepth 1 -type f)" = "$site/target" ]
}

@test "curl and smtplib hand over the same octets" {
	whole_start
	printf 'Subject: from curl\r\n\r\n.dot\r\n..dots\r\nend\r\n' \
	    >"$BATS_TEST_TMPDIR/mail"
	curl -sS --max-time 60 "smtp://127.0.0.1:$(port smtpd)/crepes.fr" \
	    --mail-from alice@crepes.fr --mail-rcpt bob@hamburger.edu \
	    --upload-file "$BATS_TEST_TMPDIR/mail"
	[ "$(body_of "$(box bob)")" = $'.dot\n..dots\nend' ]
	python3 - "$(port smtpd)" <<-'EOF'
	import smtplib, sys
	with smtplib.SMTP("127.0.0.1", int(sys.argv[1]), timeout=20) as s:
	    s.sendmail("alice@crepes.fr", ["alice@hamburger.edu"],
	               "Subject: from Python\n\n.dot\n")
	EOF
	[ "$(body_of "$(box alice)")" = .dot ]
}
