#!/usr/bin/env bats
#
# smtpd as submissiond (RFC 6409) and as lmtpd (RFC 2033).

bats_require_minimum_version 1.5.0

load lib/labnet

setup() {
	whole_site
	cat >>"$site/etc/services.conf" <<-'EOF'
	127.0.0.1:0	stream	tcp	nowait	smtp	smtpd	submissiond
	spool/run/lmtp	stream	unix	nowait	smtp	smtpd	lmtpd
	EOF
}

teardown() {
	inetd_stop || :
	cat "$log" 2>/dev/null || :	# shown only if the test failed
}

# Say EHLO on a session of submissiond, and log in as bob.
login() {
	local line=250-

	dial c submissiond
	hear "$c" '220 *'
	say "$c" 'EHLO crepes.fr'
	while [[ $line == 250-* ]]; do
		IFS= read -r -t "$DEADLINE" line <&"$c"
	done
	say "$c" "AUTH PLAIN $(printf '\0bob\0hungry' | base64)"
	hear "$c" '235 *'
}

# submit [LINE...]: a message from bob to alice; then hear its reply.
submit() {
	local reply=$1
	shift

	say "$c" 'MAIL FROM:<bob>';	hear "$c" '250 * bob@hamburger.edu *'
	say "$c" 'RCPT TO:<alice>';	hear "$c" '250 * alice@hamburger.edu *'
	say "$c" DATA;			hear "$c" '354 *'
	printf '%s\r\n' "$@" . >&"$c"
	hear "$c" "$reply"
}

@test "submission: nobody writes before he has said who he is" {
	whole_start
	dial c submissiond
	hear "$c" '220 *'
	say "$c" 'EHLO crepes.fr'
	until [[ $line == '250 '* ]]; do
		IFS= read -r -t "$DEADLINE" line <&"$c"
	done
	say "$c" 'MAIL FROM:<bob@hamburger.edu>';	hear "$c" '530 5.7.0 *'
	say "$c" 'RCPT TO:<alice@hamburger.edu>';	hear "$c" '503 *'
}

@test "submission: Date, Message-ID and From added, Bcc gone, domains put in" {
	whole_start
	login
	submit '250 *' 'Subject: x' 'To: alice, "A. B" <bob>,' \
	    $'\tcarol@crepes.fr, friends: dave, <eve>;' 'Bcc: secret' \
	    ' folded' 'Cc: Two Words' '' 'Bcc: stays'
	file=$(box alice)
	run ! grep -q 'secret\|folded' "$file"
	grep -q '^Date: [A-Z][a-z][a-z], .* +0000$' "$file"
	grep -q '^Message-ID: <.*@hamburger.edu>$' "$file"
	grep -q '^From: <bob@hamburger.edu>$' "$file"
	grep -q '^To: alice@hamburger.edu, "A. B" <bob@hamburger.edu>,$' "$file"
	grep -q $'^\tcarol@crepes.fr, friends: dave@hamburger.edu, '\
'<eve@hamburger.edu>;$' "$file"
	grep -q '^Cc: Two Words$' "$file"
	grep -q 'with ESMTPA id' "$file"
	[ "$(sed '1,/^$/d' "$file")" = 'Bcc: stays' ]
	size=$(stat -c %s "$file")
	[[ $file == *",S=$size,W=$((size + $(wc -l <"$file")))" ]]
}

@test "submission: what is there is left, also in a message that is all header" {
	whole_start
	login
	submit '250 *' 'Date: yesterday' 'message-id : <1@x>' 'From: bob'
	file=$(box alice)
	grep -q '^Date: yesterday$' "$file"
	grep -q '^From: bob@hamburger.edu$' "$file"
	[ "$(grep -c -i '^message-id' "$file")" = 1 ]
	[ "$(grep -c '^Date' "$file")" = 1 ]
}

@test "submission: nobody writes as another, in the envelope or the header" {
	echo 'webmaster: bob' >>"$site/etc/aliases"
	whole_start
	login
	say "$c" 'MAIL FROM:<alice@hamburger.edu>';	hear "$c" '550 5.7.1 *'
	say "$c" 'MAIL FROM:<bob@crepes.fr>';		hear "$c" '550 5.7.1 *'
	submit '550 5.7.1 *' 'From: Alice <alice@hamburger.edu>' '' x
	submit '550 5.7.1 *' 'From: bob, alice' '' x
	submit '550 5.7.1 *' 'From: nobody at all <>' '' x
	submit '250 *' 'From: Web <webmaster>' '' x
	say "$c" 'MAIL FROM:<webmaster@hamburger.edu>';	hear "$c" '250 *'
	[ "$(box alice | wc -l)" = 1 ]
}

@test "submission: whose an address is, is not what his mailbox can take" {
	echo 'webmaster: bob' >>"$site/etc/aliases"
	printf '100S,1C\n200 1\n' >"$site/spool/mail/bob/maildirsize"
	echo carol@crepes.fr >"$site/spool/home/bob/.forward"
	echo bob >"$site/spool/home/alice/.forward"
	if is_root; then
		chown --reference="$site/spool/home/bob" \
		    "$site"/spool/{mail/bob/maildirsize,home/bob/.forward}
		chown --reference="$site/spool/home/alice" \
		    "$site/spool/home/alice/.forward"
	fi
	whole_start
	login
	say "$c" 'MAIL FROM:<alice>';			hear "$c" '550 5.7.1 *'
	submit '550 5.7.1 *' 'From: alice' '' x
	rm "$site/spool/home/alice/.forward"
	submit '250 *' 'From: Web <webmaster>' '' x
}

@test "submission: whose an address is cannot be known now: 451" {
	echo 'webmaster: bob, :include:none' >>"$site/etc/aliases"
	whole_start
	login
	say "$c" 'MAIL FROM:<webmaster>';		hear "$c" '451 4.3.0 *'
	submit '451 4.3.0 *' 'From: webmaster, bob' '' x
	submit '550 5.7.1 *' 'From: webmaster, alice' '' x
	[ -z "$(box alice)" ]
}

@test "submission: an address field without an end is 554" {
	whole_start
	login
	{ printf 'To: a'; head -c 80000 /dev/zero | tr '\0' ,; } \
	    >"$BATS_TEST_TMPDIR/field"
	submit '554 5.6.0 *' "$(<"$BATS_TEST_TMPDIR/field")" '' x
	[ -z "$(box alice)" ]
}

# lmtp: a session over the Unix socket; prints the codes of its replies.
lmtp() {
	python3 - "$site/spool/run/lmtp" <<-'EOF'
	import smtplib, sys
	lmtp = smtplib.LMTP(sys.argv[1])
	print(lmtp.docmd("EHLO", "x")[0], lmtp.docmd("LHLO", "crepes.fr")[0])
	lmtp.docmd("MAIL", "FROM:<a@crepes.fr>")
	for to in "bob", "nobody", "alice":
	    print(to, lmtp.docmd("RCPT", f"TO:<{to}@hamburger.edu>")[0])
	print("away", lmtp.docmd("RCPT", "TO:<x@crepes.fr>")[0])
	print(lmtp.docmd("DATA")[0])
	lmtp.send(b"Subject: x\r\n\r\nhello\r\n.\r\n")
	print(lmtp.getreply()[0], lmtp.getreply()[0])
	print(lmtp.docmd("DATA")[0], lmtp.docmd("NOOP")[0])
	EOF
}

@test "LMTP: LHLO alone, and a reply for each recipient" {
	whole_start
	run lmtp
	[ "$output" = "$(printf '%s\n' '500 250' 'bob 250' 'nobody 550' \
	    'alice 250' 'away 550' 354 '250 250' '503 250')" ]
	grep -q 'with LMTP id' "$(box bob)"
	[ "$(box alice | wc -l)" = 1 ]
}

@test "LMTP: what fails for one is kept for the others" {
	whole_start
	echo 100S >"$site/spool/mail/alice/maildirsize"
	if is_root; then
		chown --reference="$site/spool/mail/alice" \
		    "$site/spool/mail/alice/maildirsize"
	fi
	run lmtp
	[ "$output" = "$(printf '%s\n' '500 250' 'bob 250' 'nobody 550' \
	    'alice 250' 'away 550' 354 '250 552' '503 250')" ]
	[ "$(box bob | wc -l)" = 1 ]
	[ -z "$(box alice)" ]
	is_empty "$site/spool/mail/alice/tmp"
}

@test "LMTP: a quota that is seen too late keeps no list waiting" {
	printf '%s\n' 'bob: alice, bob' 'nobody: alice' >>"$site/etc/aliases"
	whole_start
	for user in alice bob; do
		echo 100S >"$site/spool/mail/$user/maildirsize"
		if is_root; then
			chown --reference="$site/spool/mail/$user" \
			    "$site/spool/mail/$user/maildirsize"
		fi
	done
	run lmtp
	[ "$output" = "$(printf '%s\n' '500 250' 'bob 250' 'nobody 250' \
	    'alice 250' 'away 550' 354 '250 250' '250 503')" ]
	[ "$(box bob | wc -l)" = 1 ]
	[ "$(box alice | wc -l)" = 1 ]
}
