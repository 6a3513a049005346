#!/usr/bin/env bats
#
# mailq and sendmail: what people and programs do with the mail system.

bats_require_minimum_version 1.5.0

load lib/labnet

setup() {
	whole_site
	echo 'route x.example [127.0.0.1]:1' >>"$site/etc/mail.conf"
}

teardown() {
	inetd_stop || :
	cat "$log" 2>/dev/null || :	# shown only if the test failed
}

start() {
	whole_start
	LABNET_SMTP=127.0.0.1:$(port smtpd)
	export LABNET_SMTP
}

without_relay() {
	sed -i '/relay$/d' "$site/etc/services.conf"
}

mailq() {
	"$BIN/mailq" -C "$site" "$@"
}

@test "sendmail: recipients of the command line, a header is made" {
	start
	printf 'hello\n.\nnot sent\n' | "$BIN/sendmail" -f alice@crepes.fr \
	    -F 'Alice "A" B' bob@hamburger.edu alice@hamburger.edu
	mail=$(box bob)
	grep -q '^Return-Path: <alice@crepes.fr>$' "$mail"
	grep -q '^From: "Alice A B" <alice@crepes.fr>$' "$mail"
	grep -q '^Date: ' "$mail"
	grep -q '^Message-ID: <' "$mail"
	[ "$(sed '1,/^$/d' "$mail")" = hello ]
	[ -n "$(box alice)" ]
}

@test "sendmail -t -i: recipients of the header, Bcc goes, dots stay" {
	start
	printf '%s\n' 'From: Alice <alice@crepes.fr>' \
	    'To: "Bob, of ketchup" <bob@hamburger.edu>,' \
	    ' (a comment) nobody-else: ;' 'Bcc: alice@hamburger.edu' \
	    'Date: Sun, 22 Nov 2026 04:00:00 +0000' '' . '..' end |
	    "$BIN/sendmail" -t -i
	mail=$(box bob)
	[ "$(grep -c '^Date: \|^From: ' "$mail")" = 2 ]
	[ "$(sed '1,/^$/d' "$mail")" = $'.\n..\nend' ]
	run ! grep -qi bcc "$mail" "$(box alice)"
}

@test "sendmail: nothing is lost behind a NUL" {
	start
	printf 'Subject: x\n\nab\0cd\nnext\n.\nnot sent\n' |
	    "$BIN/sendmail" -f alice@crepes.fr bob@hamburger.edu
	sed '1,/^$/d' "$(box bob)" >"$BATS_TEST_TMPDIR/body"
	printf 'ab\0cd\nnext\n' | cmp - "$BATS_TEST_TMPDIR/body"
}

@test "sendmail: nobody to send to, nobody there, no server" {
	start
	run -100 "$BIN/sendmail" -t <<<'Subject: x'
	run -100 "$BIN/sendmail" 'not an address' <<<'Subject: x'
	run -100 "$BIN/sendmail" nobody@hamburger.edu <<<'Subject: x'
	[[ $output == *'550'* ]]
	run -111 "$BIN/sendmail" -S 127.0.0.1:1 bob@hamburger.edu <<<x
	run -100 "$BIN/sendmail" -z <<<x
}

@test "mailq lists, in words and in JSON" {
	without_relay
	start
	[ -z "$(mailq)" ]
	[ "$(mailq -j | python3 -c 'import json, sys
print(json.load(sys.stdin))')" = '[]' ]
	"$BIN/sendmail" -f 'a"b@crepes.fr' one@x.example <<<x || :
	"$BIN/sendmail" -f '"a\"b"@crepes.fr' one@x.example two@x.example \
	    <<<'Subject: x'
	"$BIN/sendmail" -f bob@crepes.fr three@x.example <<<'Subject: y'
	run mailq
	[ "${#lines[@]}" = 5 ]
	[[ ${lines[0]} == *' <"a\"b"@crepes.fr>' ]]
	[[ ${lines[1]} == $'\t<one@x.example> waiting, attempts 0, next 2'* ]]
	mailq -j >"$BATS_TEST_TMPDIR/json"
	python3 - "$BATS_TEST_TMPDIR/json" <<-'EOF2'
	import json, sys
	m = json.load(open(sys.argv[1]))
	assert [len(x["recipients"]) for x in m] == [2, 1]
	assert m[0]["from"] == '"a\\"b"@crepes.fr'
	assert m[1]["recipients"][0]["to"] == "three@x.example"
	assert m[1]["held"] is False and m[1]["size"] > 100
	EOF2
}

@test "hold, release, delete" {
	without_relay
	start
	"$BIN/sendmail" -f a@crepes.fr one@x.example <<<'Subject: x'
	name=$(basename "$(find "$site/spool/queue/new" -type f)")
	mailq -H "$name"
	[[ $(mailq) == *' held'* ]]
	(cd "$site" && "$BIN/relay" </dev/null 2>>"$log")
	[[ $(mailq) == *'attempts 0,'* ]]
	mailq -R "$name"
	(cd "$site" && "$BIN/relay" </dev/null 2>>"$log")
	[[ $(mailq) == *'attempts 1,'*'451 4.4.1'* ]]
	mailq -d "$name"
	[ -z "$(mailq)" ]
	run -1 mailq -d "$name"
	run -1 mailq -d "../../../etc/passwd"
	[ -e "$site/etc/passwd" ]
	run -100 mailq -d
}

@test "flush: what waits is tried at once, by the running relay" {
	start
	"$BIN/sendmail" -f a@crepes.fr one@x.example <<<'Subject: x'
	logged 'to <one@x.example> .* later'
	mailq -f
	until_true tried_twice
}

tried_twice() {
	[[ $(mailq) == *'attempts 2,'* ]]
}

# a server of our own that shows what it was told
with_sink() {
	mkdir "$BATS_TEST_TMPDIR/kept"
	rm -f "$BATS_TEST_TMPDIR/said"
	"$ROOT/tests/lib/smtp-sink" "$BATS_TEST_TMPDIR/kept" "$@" \
	    >"$BATS_TEST_TMPDIR/said" 3>&- &
	sink=$!
	in_file "$BATS_TEST_TMPDIR/said" '^port '
	LABNET_SMTP=127.0.0.1:$(sed -n 's/^port //p' "$BATS_TEST_TMPDIR/said")
	export LABNET_SMTP
}

told() {
	grep -qF -- "C: $1" "$BATS_TEST_TMPDIR/said"
}

@test "sendmail: what is asked for, and octets beyond ASCII, are announced" {
	with_sink DSN 8BITMIME SMTPUTF8
	"$BIN/sendmail" -f a@x.example -N success,delay -R hdrs -V 'id=1' \
	    bob@x.example <<<$'Subject: x\n\ncaf\xc3\xa9'
	"$BIN/sendmail" -f a@x.example "$(printf 'gr\xc3\xbcn@x.example')" \
	    <<<'Subject: x'
	run -100 "$BIN/sendmail" -N sometimes bob@x.example <<<x
	kill "$sink"
	told 'MAIL FROM:<a@x.example> RET=HDRS ENVID=id+3D1 BODY=8BITMIME'
	told 'RCPT TO:<bob@x.example> NOTIFY=SUCCESS,DELAY'
	told 'MAIL FROM:<a@x.example> BODY=8BITMIME SMTPUTF8'
	rm -r "$BATS_TEST_TMPDIR/kept"
	with_sink
	"$BIN/sendmail" -f a@x.example -N never bob@x.example \
	    <<<$'Subject: x\n\ncaf\xc3\xa9'
	kill "$sink"
	told 'MAIL FROM:<a@x.example>'
	run ! grep -q 'NOTIFY\|BODY' "$BATS_TEST_TMPDIR/said"
}

@test "sendmail: an address in UTF-8 needs SMTPUTF8, a header takes its chance" {
	with_sink 8BITMIME
	run -100 "$BIN/sendmail" -f a@x.example $'gr\xc3\xbcn@x.example' <<<x
	[[ $output == *'no addresses in UTF-8'* ]]
	run -100 "$BIN/sendmail" -f $'gr\xc3\xbcn@x.example' b@x.example <<<x
	"$BIN/sendmail" -f a@x.example b@x.example <<<$'Subject: gr\xc3\xbcn'
	kill "$sink"
	[ "$(grep -c 'C: MAIL FROM:' "$BATS_TEST_TMPDIR/said")" = 1 ]
	told 'MAIL FROM:<a@x.example> BODY=8BITMIME'
	rm -r "$BATS_TEST_TMPDIR/kept"
	with_sink 8BITMIME SMTPUTF8
	"$BIN/sendmail" -f a@x.example b@x.example <<<$'Subject: gr\xc3\xbcn'
	# Latin 1 is no UTF-8, and is not called so.
	"$BIN/sendmail" -f b@x.example b@x.example <<<$'Subject: gr\xfcn'
	kill "$sink"
	told 'MAIL FROM:<a@x.example> BODY=8BITMIME SMTPUTF8'
	grep -qx 'C: MAIL FROM:<b@x.example> BODY=8BITMIME' \
	    "$BATS_TEST_TMPDIR/said"
}

@test "sendmail: recipients with names and commas, options of others" {
	with_sink
	"$BIN/sendmail" -f a@x.example -G -L tag -Ac -O x=y -odb -odi -oem \
	    -om -U -v -n -h 3 -p smtp -B7BIT \
	    -- 'b@x.example, "C, d" <c@x.example>,d' -bi <<<x
	kill "$sink"
	# What stands behind a recipient is one, not an option.
	grep '^C: RCPT' "$BATS_TEST_TMPDIR/said" | tr -d '\r' |
	    diff - <(printf 'C: RCPT TO:<%s>\n' b@x.example c@x.example d -bi)
}

@test "sendmail -bs, -bv, -bi, and what is refused" {
	start
	printf '%s\r\n' 'EHLO x' 'MAIL FROM:<a@x.example>' \
	    'RCPT TO:<bob@hamburger.edu>' DATA 'Subject: by hand' '' hello . \
	    QUIT | "$BIN/sendmail" -bs >"$BATS_TEST_TMPDIR/session"
	grep -q '^354 ' "$BATS_TEST_TMPDIR/session"
	grep -q '^221 ' "$BATS_TEST_TMPDIR/session"
	grep -q '^Subject: by hand' "$(box bob)"
	run -100 "$BIN/sendmail" -bv bob@hamburger.edu nobody@hamburger.edu
	[[ ${lines[0]} == 'bob@hamburger.edu: 250 '* ]]
	[[ ${lines[1]} == 'nobody@hamburger.edu: 550 '* ]]
	run -0 "$BIN/sendmail" -bv bob@hamburger.edu
	[ "$(box bob | wc -l)" = 1 ]
	run -0 "$BIN/sendmail" -bi
	ln -s "$BIN/sendmail" "$BATS_TEST_TMPDIR/newaliases"
	run -0 "$BATS_TEST_TMPDIR/newaliases"
	ln -s "$BIN/sendmail" "$BATS_TEST_TMPDIR/mailq"
	run -100 "$BATS_TEST_TMPDIR/mailq"
	[[ $output == *'the queue is shown by mailq'* ]]
	for option in -bp -bd -bD -bt -q -q30m -bx -bss; do
		run -100 "$BIN/sendmail" "$option" bob@hamburger.edu <<<x
		[ -n "$output" ]
	done
}

@test "cron's way to call sendmail" {
	start
	printf '%s\n' 'From: root (Cron Daemon)' 'To: bob@hamburger.edu' \
	    'Subject: Cron <root@x> date' 'Content-Type: text/plain' '' . now |
	    LOGNAME=root "$BIN/sendmail" -FCronDaemon -i -B8BITMIME -oem \
	    bob@hamburger.edu
	[ "$(sed '1,/^$/d' "$(box bob)")" = $'.\nnow' ]
}

@test "mutt sends by it" {
	command -v mutt >/dev/null || skip "no mutt"
	start
	echo 'How about pickles?' | HOME=$BATS_TEST_TMPDIR mutt -n \
	    -e "set sendmail='$BIN/sendmail -oi' from=alice@crepes.fr \
use_envelope_from=yes copy=no" -s 'a question' bob@hamburger.edu
	until_true has_mail bob
	grep -q '^Return-Path: <alice@crepes.fr>$' "$(box bob)"
	grep -q '^Subject: a question$' "$(box bob)"
}

@test "s-nail sends by it" {
	command -v s-nail >/dev/null || skip "no s-nail"
	start
	echo 'How about pickles?' | HOME=$BATS_TEST_TMPDIR s-nail -n \
	    -S v15-compat -S mta="$BIN/sendmail" -r alice@crepes.fr \
	    -s 'Grüße' -S ttycharset=utf-8 bob@hamburger.edu
	until_true test -n "$(box bob)"
	grep -q '^Return-Path: <alice@crepes.fr>$' "$(box bob)"
}

@test "git send-email sends by it" {
	[ -e "$(git --exec-path 2>/dev/null)/git-send-email" ] ||
		skip "no git send-email"
	start
	cd "$BATS_TEST_TMPDIR"
	export HOME=$PWD GIT_CONFIG_NOSYSTEM=1
	git init -q work
	cd work
	git config user.name Alice
	git config user.email alice@crepes.fr
	echo ketchup >file
	git add file
	git commit -q -m 'add ketchup'
	git send-email --quiet --confirm=never --to=bob@hamburger.edu \
	    --smtp-server="$BIN/sendmail" --root -1
	grep -q '^Subject: \[PATCH\] add ketchup$' "$(box bob)"
	grep -q '^+ketchup$' "$(box bob)"
}
