#!/usr/bin/env bats
#
# smtpd with the programs that people send mail with.

bats_require_minimum_version 1.5.0

load lib/claws
load lib/labnet

setup() {
	whole_site
	cat >>"$site/etc/services.conf" <<-'EOF'
	127.0.0.1:0	stream	tcp	nowait	smtp	smtpd	submissiond
	EOF
	whole_start
	smtp=$(port smtpd)
	submission=$(port submissiond)
	printf 'hungry\n' >"$BATS_TEST_TMPDIR/password"
	export HOME=$BATS_TEST_TMPDIR
}

teardown() {
	inetd_stop || :
	cat "$log" 2>/dev/null || :	# shown only if the test failed
}

needs() {
	command -v "$1" >/dev/null || [ -x "$1" ] || skip "no $1"
}

# text FILE: below the header.
text() {
	sed '1,/^$/d' "$1"
}

@test "swaks: EHLO, pipelining, AUTH PLAIN and LOGIN" {
	needs swaks
	swaks --server 127.0.0.1 --port "$smtp" --from alice@crepes.fr \
	    --to bob@hamburger.edu --body 'by swaks' --pipeline --silent 2
	[ "$(text "$(box bob)")" = 'by swaks' ]
	for way in PLAIN LOGIN; do
		swaks --server 127.0.0.1 --port "$submission" --auth $way \
		    --auth-user bob --auth-password hungry \
		    --from bob@hamburger.edu --to alice@hamburger.edu \
		    --header "Subject: $way" --silent 2
	done
	[ "$(box alice | wc -l)" = 2 ]
	run swaks --server 127.0.0.1 --port "$submission" --auth PLAIN \
	    --auth-user bob --auth-password wrong --from bob@hamburger.edu \
	    --to alice@hamburger.edu
	[ "$status" = 28 ]
}

@test "swaks: LMTP over the Unix socket" {
	needs swaks
	echo 'spool/run/lmtp stream unix nowait smtp smtpd lmtpd' \
	    >>"$site/etc/services.conf"
	reload
	swaks --socket "$site/spool/run/lmtp" --protocol LMTP \
	    --from alice@crepes.fr \
	    --to bob@hamburger.edu,alice@hamburger.edu --silent 2
	[ "$(box bob | wc -l)$(box alice | wc -l)" = 11 ]
}

@test "msmtp: as the account, and every recipient of the header" {
	needs msmtp
	printf 'To: alice@hamburger.edu\nBcc: bob@hamburger.edu\n\nby msmtp\n.\n' |
	    msmtp --host=127.0.0.1 --port="$submission" --auth=plain \
	    --user=bob --passwordeval="cat $HOME/password" --tls=off \
	    --from=bob@hamburger.edu -t
	[ "$(text "$(box alice)")" = $'by msmtp\n.' ]
	run ! grep -i bcc "$(box alice)"
	grep -q '^Message-ID: ' "$(box alice)"
	[ "$(box bob | wc -l)" = 1 ]
}

@test "s-nail: a letter with an attachment" {
	needs s-nail
	echo 'the recipe' >"$HOME/recipe"
	echo 'by s-nail' | MAILRC=/dev/null s-nail -n -S v15-compat \
	    -S mta="smtp://bob:hungry@127.0.0.1:$submission" \
	    -S smtp-auth=plain -S from=bob@hamburger.edu -s recipe \
	    -S hostname=hamburger.edu -a "$HOME/recipe" alice@hamburger.edu
	until_true has_mail alice
	grep -q '^the recipe$' "$(box alice)"
	grep -q '^From: bob@hamburger.edu$' "$(box alice)"
}

@test "git send-email: a patch, as it was" {
	needs /usr/lib/git-core/git-send-email
	git init -q "$HOME/repository"
	cd "$HOME/repository"
	git config user.name Bob
	git config user.email bob@hamburger.edu
	printf 'a\n.\n..b\n' >file
	git add file
	git commit -q -m 'dots at the start'
	git format-patch -q --root -o "$HOME/patches"
	git send-email --quiet --confirm=never --to alice@hamburger.edu \
	    --smtp-server 127.0.0.1 --smtp-server-port "$submission" \
	    --smtp-user bob --smtp-pass hungry --smtp-auth PLAIN \
	    --suppress-cc=all "$HOME"/patches/*
	[ "$(sed -n '/^@@/,/^-- /p' "$(box alice)")" = \
	    "$(sed -n '/^@@/,/^-- /p' "$HOME"/patches/*)" ]
}

@test "curl: SMTPUTF8, AUTH and a message of ten megabytes" {
	head -c 10000000 /dev/urandom | base64 | sed 's/$/\r/' >"$HOME/mail"
	sed -i '1i Subject: large\r\n\r' "$HOME/mail"
	curl -sS --max-time 50 --user bob:hungry --upload-file "$HOME/mail" \
	    --mail-from bob@hamburger.edu --mail-rcpt alice@hamburger.edu \
	    "smtp://127.0.0.1:$submission/crepes.fr"
	text "$(box alice)" | cmp - <(sed '1,2d; s/\r$//' "$HOME/mail")
}

@test "smtplib: SMTPUTF8 and DSN" {
	python3 - "$smtp" <<-'EOF'
	import smtplib, sys
	with smtplib.SMTP("127.0.0.1", int(sys.argv[1]), timeout=20) as s:
	    s.ehlo()
	    assert s.has_extn("smtputf8") and s.has_extn("dsn")
	    assert s.has_extn("chunking") and s.has_extn("limits")
	    s.sendmail("jörg@crepes.fr", ["bob@hamburger.edu"],
	               "Subject: käse\r\n\r\nö\r\n".encode(),
	               mail_options=["SMTPUTF8", "BODY=8BITMIME"],
	               rcpt_options=["NOTIFY=NEVER"])
	EOF
	grep -q '^Return-Path: <jörg@crepes.fr>$' "$(box bob)"
	grep -q 'with UTF8SMTP id' "$(box bob)"
}

@test "smtp-source: 200 messages on ten sessions, one each and many" {
	source=/var/cache/labnet-peers/postfix/usr/sbin/smtp-source
	needs "$source"
	export LD_LIBRARY_PATH=/var/cache/labnet-peers/postfix/usr/lib/postfix
	for way in -4 -d; do
		"$source" "$way" -s 10 -m 100 -l 4096 -f alice@crepes.fr \
		    -t bob@hamburger.edu 127.0.0.1:"$smtp"
	done
	[ "$(find "$site/spool/mail/bob/new" -type f -size +3k | wc -l)" = 200 ]
	is_empty "$site/spool/mail/bob/tmp"
}

@test "claws-mail: a letter out of its queue" {
	claws_home protocol=4 smtp_server=127.0.0.1 set_smtpport=1 \
	    smtp_port="$smtp"
	printf '%s\n' PS:10 PT:0 S:bob@hamburger.edu SSV:127.0.0.1 \
	    'R:<alice@hamburger.edu>' MAID:1 \
	    'X-Claws-End-Special-Headers: 1' 'From: bob@hamburger.edu' \
	    'To: alice@hamburger.edu' 'Subject: x' '' 'by claws-mail' \
	    >"$HOME/Mail/queue/1"
	# The second asks the first, once that can be asked.
	cat >"$HOME/send" <<-'EOF'
	claws-mail & first=$!
	end=$((SECONDS + 20))
	until [ ! -e ~/Mail/queue/1 ] || [ "$SECONDS" -gt "$end" ]; do
		timeout 2 claws-mail --send || :
	done
	kill -KILL "$first" || :	# it may have been the one that asks
	EOF
	claws_run "$HOME/send"
	[ "$(text "$(box alice)")" = 'by claws-mail' ]
}
