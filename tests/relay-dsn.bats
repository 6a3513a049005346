#!/usr/bin/env bats
#
# relay and what the sender asked for: DSN, SMTPUTF8 and 8BITMIME.

bats_require_minimum_version 1.5.0

load lib/queue

setup() {
	queue_site
}

teardown() {
	sinks_stop
	sites_stop
}

text() {
	printf '%s\n' 'Subject: my letter' '' secret
}

# report WORD...: the one report to alice, taken apart: each line must be in
# the part for programs.
report() {
	local mail

	mail=$(box alice)
	[ "$(wc -w <<<"$mail")" = 1 ]
	python3 - "$mail" "$@" <<-'EOF'
	import email, sys
	m = email.message_from_binary_file(open(sys.argv[1], "rb"))
	assert m.get_content_type() == "multipart/report"
	assert m["Return-Path"] == "<>" and not m.defects
	people, programs, returned = m.get_payload()
	blocks = [str(b) for b in programs.get_payload()]
	for line in sys.argv[2:]:
	    assert any(line in b.split("\n") for b in blocks), (line, blocks)
	print(returned.get_content_type())
	print(returned.as_string())
	EOF
}

@test "a server with DSN is told what was asked, and reports itself" {
	sink DSN PIPELINING
	settings "route x.example [127.0.0.1]:$sink"
	whole_start
	text | enqueue 1 alice@crepes.fr 'RET=HDRS ENVID=QQ+2B31' \
	    'bob@x.example NOTIFY=SUCCESS,DELAY ORCPT=rfc822;Bob+40@y.example' \
	    'carol@x.example NOTIFY=NEVER' dan@x.example
	pass
	no_queue
	grep -q '^C: MAIL FROM:<alice@crepes.fr> RET=HDRS ENVID=QQ+2B31$' \
	    "$said"
	grep -q '^C: RCPT TO:<bob@x.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;Bob+40@y.example$' "$said"
	grep -q '^C: RCPT TO:<carol@x.example> NOTIFY=NEVER$' "$said"
	grep -q '^C: RCPT TO:<dan@x.example>$' "$said"
	[ -z "$(box alice)" ]
}

@test "a server without DSN: relayed is reported to who asked" {
	sink
	settings "route x.example [127.0.0.1]:$sink"
	whole_start
	text | enqueue 1 alice@crepes.fr 'RET=FULL ENVID=QQ+2B31' \
	    'bob@x.example NOTIFY=SUCCESS ORCPT=rfc822;Bob+2B1@y.example' \
	    'carol@x.example NOTIFY=FAILURE' dan@x.example
	pass
	no_queue
	run ! grep -q 'RET=\|ENVID\|NOTIFY\|ORCPT' "$said"
	run -0 report 'Original-Envelope-Id: QQ+31' \
	    'Original-Recipient: rfc822;Bob+1@y.example' \
	    'Final-Recipient: rfc822; bob@x.example' 'Action: relayed' \
	    'Status: 2.0.0' 'Reporting-MTA: dns; crepes.fr'
	[ "${lines[0]}" = text/rfc822-headers ]
	[[ $output == *'my letter'* && $output != *secret* ]]
	run ! grep -q 'carol\|dan@' "$(box alice)"
}

@test "failure: NEVER is never told, RET chooses what is returned" {
	settings 'route x.example [127.0.0.1]:1' 'relay-lifetime 1' \
	    'relay-warn 0'
	whole_start
	text | ARRIVED=1 STATE=F enqueue 1 alice@crepes.fr RET=FULL \
	    'bob@x.example NOTIFY=FAILURE' 'carol@x.example NOTIFY=NEVER' \
	    'dan@x.example NOTIFY=SUCCESS,DELAY'
	pass
	no_queue
	run -0 report 'Final-Recipient: rfc822; bob@x.example' \
	    'Action: failed' 'Status: 5.0.0'
	[ "${lines[0]}" = message/rfc822 ]
	[[ $output == *secret* ]]
	run ! grep -q 'carol\|dan@' "$(box alice)"
}

@test "delay is told only to those who did not say no to it" {
	settings 'route x.example [127.0.0.1]:1' 'relay-warn 1'
	whole_start
	text | ARRIVED=$((EPOCHSECONDS - 60)) enqueue 1 alice@crepes.fr '' \
	    'bob@x.example NOTIFY=FAILURE,DELAY' \
	    'carol@x.example NOTIFY=FAILURE' 'dan@x.example NOTIFY=NEVER'
	pass
	pass
	run -0 report 'Final-Recipient: rfc822; bob@x.example' \
	    'Action: delayed' 'Status: 4.4.1'
	# Nobody was there to say so; and there is an end to it.
	run ! grep -q '^Remote-MTA\|^Received-From-MTA' "$(box alice)"
	grep -q '^Last-Attempt-Date: ' "$(box alice)"
	grep -q '^Will-Retry-Until: ' "$(box alice)"
	run ! grep -q 'carol\|dan@' "$(box alice)"
	[ "$(grep -c '^to W' "$(queued)")" = 3 ]
	[ "$(grep -c '^to WD' "$(queued)")" = 1 ]
}

@test "what deliver has put into a mailbox, or sent on, is reported" {
	whole_start
	text | STATE=L enqueue 1 alice@crepes.fr '' \
	    'bob@crepes.fr NOTIFY=SUCCESS ORCPT=rfc822;bob@crepes.fr'
	pass
	no_queue
	report 'Action: delivered' 'Status: 2.0.0' \
	    'Original-Recipient: rfc822;bob@crepes.fr'
	rm "$(box alice)"
	text | STATE=E enqueue 2 alice@crepes.fr '' \
	    'all@crepes.fr NOTIFY=SUCCESS'
	pass
	report 'Action: expanded'
	rm "$(box alice)"
	# Nobody is there to be told.
	text | STATE=L enqueue 3 '' '' 'bob@crepes.fr NOTIFY=SUCCESS'
	pass
	no_queue
	[ -z "$(box alice)" ]
}

@test "SMTPUTF8 goes on to who offers it, or comes back" {
	sink SMTPUTF8 8BITMIME
	settings "route x.example [127.0.0.1]:$sink"
	whole_start
	printf 'Subject: Gr\xc3\xbc\xc3\x9fe\n\nhello\n' |
	    enqueue 1 alice@crepes.fr SMTPUTF8 'bob@x.example'
	# Nothing in this one needs it.
	text | enqueue 2 alice@crepes.fr SMTPUTF8 'bob@x.example'
	pass
	no_queue
	[ "$(grep -c 'MAIL FROM:.* SMTPUTF8' "$said")" = 1 ]
	grep -q $'Gr\xc3\xbc\xc3\x9fe' "$kept"/?
	sinks_stop
	sink 8BITMIME
	settings "route y.example [127.0.0.1]:$sink"
	printf 'Subject: Gr\xc3\xbc\xc3\x9fe\n\nhello\n' |
	    enqueue 3 alice@crepes.fr SMTPUTF8 'bob@y.example'
	text | enqueue 4 alice@crepes.fr SMTPUTF8 'bob@y.example'
	pass
	no_queue
	[ "$(find "$kept" -type f | wc -l)" = 1 ]
	grep -q '^Status: 5.6.7$' "$(box alice)"
	grep -q '^Content-Type: message/global-delivery-status$' \
	    "$(box alice)"
}

# The message on standard input to a server that takes seven bits only; what
# it got must mean the same.
seven() {
	cat >"$BATS_TEST_TMPDIR/sent"
	enqueue 1 alice@crepes.fr BODY=8BITMIME bob@x.example \
	    <"$BATS_TEST_TMPDIR/sent"
	pass
	no_queue
	python3 - "$BATS_TEST_TMPDIR/sent" "$kept/1" <<-'EOF'
	import email, sys
	def leaves(name):
	    octets = open(name, "rb").read()
	    m = email.message_from_bytes(octets)
	    for p in m.walk():
	        if not p.is_multipart():
	            body = p.get_payload(decode=True)
	            yield p.get_content_type(), body.replace(b"\r\n", b"\n")
	sent = open(sys.argv[1], "rb").read()
	got = open(sys.argv[2], "rb").read()
	assert max(got) < 128
	assert max(len(l) for l in got.split(b"\r\n")) <= 998
	assert list(leaves(sys.argv[1])) == list(leaves(sys.argv[2]))
	assert b": 8bit" not in got
	EOF
}

seven_bit_sink() {
	sink
	settings "route x.example [127.0.0.1]:$sink"
	whole_start
}

@test "no 8BITMIME: text becomes quoted-printable" {
	seven_bit_sink
	{
		printf 'Subject: x\nMIME-Version: 1.0\n'
		printf 'Content-Type: text/plain; charset=utf-8\n'
		printf 'Content-Transfer-Encoding: 8bit\n\n'
		printf 'Gr\xc3\xbc\xc3\x9fe = \n.\nFrom here \t\n'
		printf '%0900d\xc3\xbc%070d \nlast\n' 0 0
	} | seven
	grep -q '^Content-Transfer-Encoding: quoted-printable' "$kept/1"
	run ! grep -qE '.{78}' "$kept/1"
}

@test "no 8BITMIME: a message without MIME becomes one" {
	seven_bit_sink
	printf 'Subject: x\n\ncaf\xe9\n' | seven
	grep -q '^MIME-Version: 1.0' "$kept/1"
	grep -q '^Content-Type: text/plain; charset=unknown-8bit' "$kept/1"
}

@test "no 8BITMIME: part by part, to the messages within" {
	seven_bit_sink
	{
		printf 'MIME-Version: 1.0\nContent-Transfer-Encoding: 8bit\n'
		printf 'Content-Type: multipart/mixed; boundary="a b"\n\n'
		printf -- 'preamble\n--a b\n\nplain, \n--a b\n'
		printf 'Content-Type: application/x\n'
		printf 'Content-Transfer-Encoding: 8bit\n\n\xff\x01 data\nmore'
		printf '\n--a b\nContent-Type: message/rfc822\n'
		printf 'Content-Transfer-Encoding: 8bit\n\nSubject: inner\n'
		printf 'Content-Type: text/html; charset=latin1\n\n<p>\xe9\n'
		printf -- '--a b--\nepilogue\n'
	} | seven
	grep -q '^Content-Transfer-Encoding: base64' "$kept/1"
	grep -q '^Content-Transfer-Encoding: 7bit' "$kept/1"
	grep -q '^plain, ' "$kept/1"
}

# never: the message on standard input cannot be put in seven bits.
never() {
	enqueue 1 alice@crepes.fr BODY=8BITMIME bob@x.example
	pass
	no_queue
	[ -z "$(ls "$kept")" ]
	grep -q '^Status: 5.6.3$' "$(box alice)"
	rm "$(box alice)"
}

@test "no 8BITMIME: what cannot be encoded comes back" {
	seven_bit_sink
	printf 'Subject: caf\xe9\n\nhello\n' | never
	printf '%s\n' 'Content-Type: multipart/signed; boundary=b' '' --b '' \
	    $'caf\xc3\xa9' --b-- | never
	printf '%s\n' 'Content-Type: multipart/mixed' '' $'caf\xc3\xa9' | never
	printf '%s\n' 'Content-Transfer-Encoding: base64' '' $'\xc3\xa9' |
	    never
}
