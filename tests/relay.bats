#!/usr/bin/env bats
#
# relay: mail from one site to another, and back if it cannot be delivered.

bats_require_minimum_version 1.5.0

load lib/sites

setup() {
	site_new crepes crepes.fr
}

teardown() {
	[ -z "${server-}" ] || kill "$server" 2>/dev/null || :
	sites_stop
}

settings() {
	printf '%s\n' "$@" >>"$site/etc/mail.conf"
}

queued() {
	find "$site/spool/queue/new" -type f
}

no_queue() {
	[ -z "$(queued)" ]
}

has_mail() {
	[ -n "$(box "$1")" ]
}

# send FROM TO [LINE...]: through the site's own smtpd.
send() {
	local from=$1 to=$2 c
	shift 2

	dial c smtpd
	hear "$c" '220 *'
	say "$c" 'HELO here.example';		hear "$c" '250 *'
	say "$c" "MAIL FROM:<$from>";		hear "$c" '250 *'
	say "$c" "RCPT TO:<$to>";		hear "$c" '250 *'
	say "$c" DATA;				hear "$c" '354 *'
	printf '%s\r\n' "$@" . >&"$c";		hear "$c" '250 *'
	say "$c" QUIT;				hear "$c" '221 *'
	hang_up "$c"
}

# bad_server MODE: a server that misbehaves; its port goes to $bad.
bad_server() {
	"$ROOT/tests/lib/bad-smtp" "$1" >"$BATS_TEST_TMPDIR/bad" \
	    2>"$BATS_TEST_TMPDIR/bad.err" 3>&- &
	server=$!
	in_file "$BATS_TEST_TMPDIR/bad" '^port '
	bad=$(sed -n 's/^port //p' "$BATS_TEST_TMPDIR/bad")
}

# pass: relay by hand, without inetd's; ends when nothing is due.
pass() {
	(cd "$site" && "$BIN/relay" </dev/null 2>>"$log")
}

no_relay() {
	sed -i '/relay$/d' "$site/etc/services.conf"
}

@test "six steps from Alice's server to Bob's, the way found by MX" {
	site_new hamburger mail.hamburger.edu hamburger.edu
	whole_start
	smtp=$(port smtpd)
	dns=$(port dnsd udp)
	use crepes
	settings "nameserver 127.0.0.1:$dns" \
	    "route mail.hamburger.edu [127.0.0.1]:$smtp"
	whole_start
	use hamburger
	until_true test -e "$site/spool/dns/zones.db"
	use crepes
	send alice@crepes.fr bob@hamburger.edu 'Subject: The meaning of life' \
	    '' 'Do you like ketchup?' '..dot'
	logged 'message .* to <bob@hamburger.edu> server mail.hamburger.edu.*sent'
	until_true no_queue
	use hamburger
	mail=$(box bob)
	grep -q '^Return-Path: <alice@crepes.fr>$' "$mail"
	[ "$(grep -c '^Received: ' "$mail")" = 2 ]
	[ "$(grep '^Received: ' "$mail" | head -1)" = \
	    'Received: from crepes.fr ([127.0.0.1])' ]
	[ "$(sed '1,/^$/d' "$mail")" = $'Do you like ketchup?\n.dot' ]
}

@test "several recipients and messages share transactions and connections" {
	bad_server good
	settings "route x.example [127.0.0.1]:$bad"
	no_relay
	whole_start
	for i in 1 2 3; do
		dial c smtpd
		printf '%s\r\n' 'HELO x' 'MAIL FROM:<alice@crepes.fr>' \
		    'RCPT TO:<one@x.example>' 'RCPT TO:<two@X.Example>' DATA \
		    "Subject: $i" '' . QUIT >&"$c"
		cat <&"$c" >/dev/null
		hang_up "$c"
	done
	[ "$(queued | wc -l)" = 3 ]
	pass
	no_queue
	[ "$(grep -c '^connected' "$BATS_TEST_TMPDIR/bad")" = 1 ]
	[ "$(grep -c '^message' "$BATS_TEST_TMPDIR/bad")" = 3 ]
	[ "$(grep -ci '^C: RCPT' "$BATS_TEST_TMPDIR/bad")" = 6 ]
}

@test "HELO, and one command at a time, for a server that knows no more" {
	bad_server helo
	settings "route x.example [127.0.0.1]:$bad"
	no_relay
	whole_start
	send alice@crepes.fr one@x.example 'Subject: x' '' hello
	pass
	no_queue
	grep -q '^message' "$BATS_TEST_TMPDIR/bad"
}

@test "a refused recipient comes back to the sender as a report" {
	bad_server refuse-rcpt
	settings "route x.example [127.0.0.1]:$bad"
	whole_start
	send alice@crepes.fr one@x.example 'Subject: my letter' '' secret
	until_true has_mail alice
	until_true no_queue
	mail=$(box alice)
	grep -q '^Return-Path: <>$' "$mail"
	grep -q '^Final-Recipient: rfc822; one@x.example$' "$mail"
	grep -q '^Action: failed$' "$mail"
	grep -q '^Status: 5.1.1$' "$mail"
	grep -q '^Diagnostic-Code: smtp; 550 5.1.1 nobody here$' "$mail"
	grep -q '^Subject: my letter$' "$mail"
	run ! grep -q secret "$mail"
	python3 - "$mail" <<-'EOF'
	import email, sys
	m = email.message_from_file(open(sys.argv[1]))
	assert m.get_content_type() == "multipart/report", m.get_content_type()
	kinds = [p.get_content_type() for p in m.get_payload()]
	assert kinds == ["text/plain", "message/delivery-status",
	                 "text/rfc822-headers"], kinds
	assert not m.defects
	# RFC 3464: whom it came from, who refused it, and when.
	from email.utils import parsedate_to_datetime as date
	message, recipient = m.get_payload()[1].get_payload()
	assert message["Reporting-MTA"] == "dns; crepes.fr"
	assert message["Received-From-MTA"] == \
	    "dns; here.example ([127.0.0.1])", message.as_string()
	assert recipient["Remote-MTA"] == "dns; [127.0.0.1]"
	assert recipient["Will-Retry-Until"] is None
	arrived, tried = date(message["Arrival-Date"]), \
	    date(recipient["Last-Attempt-Date"])
	assert arrived <= tried <= date(m["Date"]), m.as_string()
	EOF
}

@test "never a report about a report: postmaster once, then nobody" {
	bad_server refuse-rcpt
	settings "route x.example [127.0.0.1]:$bad"
	sed -i 's/^postmaster:.*/postmaster: lost@x.example/' \
	    "$site/etc/aliases"
	whole_start
	send '' one@x.example 'Subject: x' '' hello
	logged 'from <double-bounce@crepes.fr>: nobody can be told, dropped'
	until_true no_queue
	[ -z "$(box alice)" ]
}

@test "later is not never: tried again, then delivered" {
	bad_server once-451
	settings "route x.example [127.0.0.1]:$bad" 'relay-retry 1' \
	    'relay-retry-max 1'
	whole_start
	send alice@crepes.fr one@x.example 'Subject: x' '' hello
	logged 'to <one@x.example> .* later: 451 4.7.1 come again'
	logged 'to <one@x.example> .* sent: 250'
	until_true no_queue
	[ "$(grep -c '^message' "$BATS_TEST_TMPDIR/bad")" = 1 ]
	[ -z "$(box alice)" ]
}

@test "after its lifetime a message is given up, after a warning" {
	settings 'route x.example [127.0.0.1]:1' 'relay-retry 1' \
	    'relay-retry-max 1' 'relay-lifetime 1' 'relay-warn 1'
	whole_start
	send alice@crepes.fr one@x.example 'Subject: x' '' hello
	until_true no_queue
	until_true has_mail alice
	for line in 'Action: failed$' 'Action: delayed$' \
	    'Diagnostic-Code: smtp; 451 4.4.1 '; do
		grep -rq "^$line" "$site/spool/mail/alice/new"
	done
}

@test "null MX, no such domain, no DNS" {
	site_new dns dns.example
	cat >"$site/etc/zones/none.example.zone" <<-'EOF'
	$TTL 1h
	@	IN SOA	ns1 hostmaster 1 2h 30m 2w 5m
	@	IN NS	ns1
	@	IN MX	0 .
	ns1	IN A	127.0.0.1
	loop	IN MX	5 mail.crepes.fr.
	loop	IN MX	10 other
	other	IN A	127.0.0.9
	EOF
	whole_start
	dns=$(port dnsd udp)
	in_file "$log" 'none.example. serial'
	use crepes
	sed -i 's/^hostname .*/hostname mail.crepes.fr/' "$site/etc/mail.conf"
	settings "nameserver 127.0.0.1:$dns" 'relay-timeout 1'
	whole_start
	send alice@crepes.fr bob@none.example 'Subject: x' '' hello
	logged 'failed: 556 5.1.10 '
	send alice@crepes.fr bob@missing.none.example 'Subject: x' '' hello
	logged 'failed: 550 5.1.2 '
	send alice@crepes.fr bob@loop.none.example 'Subject: x' '' hello
	logged 'failed: 554 5.4.6 '
	until_true no_queue
	send alice@crepes.fr bob@unknown.example 'Subject: x' '' hello
	logged 'later: 451 4.4.3 '
	[ -n "$(queued)" ]
}

@test "one dead destination does not hold up the others" {
	bad_server good
	settings "route x.example [127.0.0.1]:$bad" \
	    'route dead.example [127.0.0.1]:1'
	no_relay
	whole_start
	for i in 1 2 3; do
		send alice@crepes.fr "one@dead.example" 'Subject: x' '' hello
	done
	send alice@crepes.fr "one@x.example" 'Subject: x' '' hello
	pass
	[ "$(queued | wc -l)" = 3 ]
	run ! grep -rl x.example "$site/spool/queue/new"
}

@test "killed at any moment, nothing is lost" {
	bad_server slow
	settings "route x.example [127.0.0.1]:$bad"
	no_relay
	whole_start
	for i in 1 2 3 4 5 6; do
		send alice@crepes.fr one@x.example "Subject: number $i" '' x
	done
	for i in 1 2 3; do
		(cd "$site" && exec "$BIN/relay" </dev/null 2>>"$log") &
		relay=$!
		in_file "$BATS_TEST_TMPDIR/bad" "^message .*number" || :
		kill -9 "$relay" 2>/dev/null || :
		wait "$relay" || :
	done
	until_true pass_whole
	for i in 1 2 3 4 5 6; do
		grep -q "^message .*number $i" "$BATS_TEST_TMPDIR/bad"
	done
}

# Another relay may still have the lock.
pass_whole() {
	pass
	no_queue
}

@test "a damaged file is set aside, and the others go on" {
	bad_server good
	settings "route x.example [127.0.0.1]:$bad"
	no_relay
	whole_start
	send alice@crepes.fr one@x.example 'Subject: x' '' hello
	: >"$site/spool/queue/new/1.empty"
	echo 'Subject: foreign' >"$site/spool/queue/new/2.foreign"
	head -c 100 "$(queued | grep -v '[.]empty\|foreign')" \
	    >"$site/spool/queue/new/3.cut"
	ln -s /etc/passwd "$site/spool/queue/new/4.link"
	mkdir "$site/spool/queue/new/5.dir"
	pass
	is_empty "$site/spool/queue/new"
	[ "$(find "$site/spool/queue/bad" -mindepth 1 -maxdepth 1 |
	    wc -l)" = 5 ]
}
