#!/usr/bin/env bats
#
# relay: where mail goes, from where, and how it gets in there: routes, the
# smart host, passwords, TLS, the source address.

bats_require_minimum_version 1.5.0

load lib/queue

setup() {
	queue_site
}

teardown() {
	sinks_stop
	[ -z "${stunnel-}" ] || kill "$stunnel" 2>/dev/null || :
	sites_stop
}

mail() {
	printf 'Subject: x\n\nhello\n' | enqueue "$@"
}

# stays REASON: the message is in the queue, and says why.
stays() {
	grep -q "^to W- 000. .*" "$(queued)"
	grep -q -e "$1" "$(queued)" || { cat "$(queued)"; return 1; }
}

@test "a smart host takes all but what has its own route" {
	sink PIPELINING
	settings "route * [127.0.0.1]:$sink"
	first=$said
	sink
	settings "route own.example smtp:[127.0.0.1]:$sink"
	mail 1 alice@crepes.fr '' bob@one.example carol@two.example \
	    dan@Own.Example 'erna@[192.0.2.1]'
	mail 2 alice@crepes.fr '' bob@three.example
	pass
	no_queue
	# One destination: one connection, one transaction a message.
	[ "$(grep -c '^connected' "$first")" = 1 ]
	[ "$(grep -c '^C: MAIL' "$first")" = 2 ]
	[ "$(grep -c '^C: RCPT' "$first")" = 4 ]
	grep -q '^C: RCPT TO:<dan@Own.Example>' "$said"
}

@test "routes: IPv6, a wrong one, one that leads nowhere" {
	[ -e /proc/net/if_inet6 ] || skip "no IPv6 here"
	sink --host ::1
	settings "route six.example [::1]:$sink" \
	    "route seven.example smtp:[IPv6:::1]:$sink" \
	    'route eight.example [127.0.0.1]:0'
	mail 1 alice@crepes.fr '' bob@six.example bob@seven.example
	pass
	no_queue
	mail 2 alice@crepes.fr '' bob@eight.example
	pass
	stays 'The route of the domain leads nowhere'
}

@test "the source address" {
	sink
	settings "route x.example [127.0.0.1]:$sink" 'relay-source 127.0.0.5'
	mail 1 alice@crepes.fr '' bob@x.example
	pass
	no_queue
	grep -q '^connected from 127.0.0.5$' "$said"
	settings 'relay-source 192.0.2.77'
	mail 2 alice@crepes.fr '' bob@x.example
	pass
	stays '451 4.4.1 .*connect: '
	settings 'relay-source elsewhere'
	run -111 pass
}

# password WORD: what etc/relay.passwd says for our sinks.
password() {
	printf '# host user password\n\n127.0.0.1 alice %s\n' "$1" \
	    >"$site/etc/relay.passwd"
	chmod 600 "$site/etc/relay.passwd"
}

auth_sink() {
	sink "$@"
	settings "route x.example [127.0.0.1]:$sink" \
	    'relay-passwords etc/relay.passwd'
	password hungry
}

@test "AUTH PLAIN, and LOGIN where there is no PLAIN" {
	auth_sink AUTH=DIGEST-MD5,LOGIN,PLAIN PIPELINING
	mail 1 alice@crepes.fr '' bob@x.example
	pass
	no_queue
	grep -q '^AUTH PLAIN as alice$' "$said"
	sinks_stop
	auth_sink AUTH=LOGIN
	mail 2 alice@crepes.fr '' bob@x.example
	sed -i "s/^route .*/route x.example [127.0.0.1]:$sink/" \
	    "$site/etc/mail.conf"
	pass
	no_queue
	grep -q '^AUTH LOGIN as alice$' "$said"
	run ! grep -q hungry "$log"
}

@test "a wrong password, or nobody to tell it: the mail waits" {
	auth_sink AUTH=PLAIN,LOGIN
	password angry
	mail 1 alice@crepes.fr '' bob@x.example
	pass
	stays 'AUTH: 5.7.8 no'
	rm "$(queued)"
	sinks_stop
	auth_sink SIZE
	sed -i "s/^route .*/route x.example [127.0.0.1]:$sink/" \
	    "$site/etc/mail.conf"
	mail 2 alice@crepes.fr '' bob@x.example
	pass
	stays 'AUTH: 4.7.0 It offers neither'
}

@test "a password file that others read is not used, and nothing is sent" {
	auth_sink AUTH=PLAIN
	mail 1 alice@crepes.fr '' bob@x.example
	for mode in 604 644 660 601; do
		chmod "$mode" "$site/etc/relay.passwd"
		run -111 pass
		logged 'relay.passwd: others may read or change it'
	done
	chmod 640 "$site/etc/relay.passwd"
	echo 'only two' >>"$site/etc/relay.passwd"
	run -111 pass
	logged "relay.passwd:4: not .host user password'"
	sed -i '$d' "$site/etc/relay.passwd"
	pass
	no_queue
	rm "$site/etc/relay.passwd"
	run -111 pass
}

@test "a password goes beyond loopback only through TLS" {
	is_root && unshare -n true 2>/dev/null || skip "no network of our own"
	settings 'route x.example [192.0.2.1]:2525' \
	    'relay-passwords etc/relay.passwd'
	password hungry
	sed -i 's/^127.0.0.1/192.0.2.1/' "$site/etc/relay.passwd"
	mail 1 alice@crepes.fr '' bob@x.example
	unshare -n bash -s "$BIN" "$site" "$BATS_TEST_TMPDIR" "$ROOT" \
	    <<'EOF2' 3>&-
	ip link set lo up
	ip address add 192.0.2.1/32 dev lo
	mkdir "$3/kept"
	"$4/tests/lib/smtp-sink" "$3/kept" AUTH=PLAIN --host 192.0.2.1 \
	    --port 2525 >"$3/said" &
	until grep -q port "$3/said"; do read -r -t 0.02 <> <(:); done
	cd "$2" && "$1/relay" </dev/null
	kill %1
EOF2
	stays 'AUTH: 4.7.0 A password is not said without TLS'
	run ! grep -q 'AUTH PLAIN' "$BATS_TEST_TMPDIR/said"
}

# helper COMMAND: the program behind spool/run/tls, as relay(8) shows it.
helper() {
	cat >"$site/etc/starttls" <<-EOF
	#!/bin/sh
	read -r address port host || exit
	$1
	EOF
	chmod 755 "$site/etc/starttls"
	echo "spool/run/tls stream unix nowait relay etc/starttls starttls" \
	    >>"$site/etc/services.conf"
	whole_start
}

openssl_helper() {
	command -v openssl >/dev/null || skip "no openssl"
	# shellcheck disable=SC2016	# the helper's variables
	helper 'exec openssl s_client -quiet -starttls smtp -connect "$address:$port" -servername "$host" 2>/dev/null'
}

certificate() {
	cert=$BATS_TEST_TMPDIR/cert.pem
	[ -e "$cert" ] || openssl req -x509 -newkey rsa:2048 -nodes -days 2 \
	    -subj /CN=sink.example -keyout "$cert.key" -out "$cert" \
	    2>/dev/null
	cat "$cert.key" >>"$cert"
}

@test "STARTTLS by openssl, with AUTH behind it" {
	command -v openssl >/dev/null || skip "no openssl"
	certificate
	# What it says before TLS does not count: RFC 3207 4.2.
	auth_sink "STARTTLS=$cert" AUTH=PLAIN 8BITMIME BEFORE:SIZE=5
	settings 'relay-tls may'
	openssl_helper
	mail 1 alice@crepes.fr '' 'Rupert@x.example' bob@x.example
	pass
	no_queue
	grep -q '^TLS$' "$said"
	grep -q '^AUTH PLAIN as alice$' "$said"
	logged 'server 127.0.0.1\[127.0.0.1\]:[0-9]*/tls: sent: 250'
	# One that does not offer it gets mail all the same.
	sinks_stop
	sink
	sed -i "s/^route .*/route x.example [127.0.0.1]:$sink/;/passwords/d" \
	    "$site/etc/mail.conf"
	mail 2 alice@crepes.fr '' bob@x.example
	pass
	no_queue
	# Unless it must.
	settings 'relay-tls must'
	mail 3 alice@crepes.fr '' bob@x.example
	pass
	stays 'STARTTLS: not offered'
}

@test "TLS that fails: without it if it may, not at all if it must" {
	command -v openssl >/dev/null || skip "no openssl"
	sink STARTTLS=/dev/null
	settings "route x.example [127.0.0.1]:$sink" 'relay-tls may'
	openssl_helper
	mail 1 alice@crepes.fr '' bob@x.example
	pass
	no_queue
	logged '/tls: .*STARTTLS: connection lost'
	settings 'relay-tls must'
	mail 2 alice@crepes.fr '' bob@x.example
	pass
	stays 'STARTTLS: connection lost'
}

@test "STARTTLS with a real stunnel at the other end" {
	command -v stunnel >/dev/null || skip "no stunnel"
	command -v openssl >/dev/null || skip "no openssl"
	certificate
	sink
	port=$(python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')
	cat >"$BATS_TEST_TMPDIR/stunnel.conf" <<-EOF
	foreground = yes
	pid =
	[smtp]
	accept = 127.0.0.1:$port
	connect = 127.0.0.1:$sink
	protocol = smtp
	cert = $cert
	EOF
	stunnel "$BATS_TEST_TMPDIR/stunnel.conf" \
	    2>"$BATS_TEST_TMPDIR/stunnel.log" 3>&- &
	stunnel=$!
	in_file "$BATS_TEST_TMPDIR/stunnel.log" 'Configuration successful'
	settings "route x.example [127.0.0.1]:$port" 'relay-tls must'
	openssl_helper
	mail 1 alice@crepes.fr '' bob@x.example
	pass
	no_queue
	logged '/tls: sent: 250'
}
