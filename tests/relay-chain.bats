#!/usr/bin/env bats
#
# Mail from server to server: the textbook's figures.

bats_require_minimum_version 1.5.0

load lib/sites

setup() {
	site_new crepes mail.crepes.fr crepes.fr
}

teardown() {
	sites_stop
}

settings() {
	printf '%s\n' "$@" >>"$site/etc/mail.conf"
}

has_mail() {
	[ -n "$(box "$1")" ]
}

# forward USER ADDRESS: the user's .forward, at the site in use.
forward() {
	local home=$site/spool/home/$1

	echo "$2" >"$home/.forward"
	! is_root || chown --reference="$home" "$home/.forward"
}

# zone DOMAIN HOST: a domain with that mail server.
zone() {
	cat >"$site/etc/zones/$1.zone" <<-EOF
	\$TTL 1h
	@	IN SOA	ns1 hostmaster 1 2h 30m 2w 5m
	@	IN NS	ns1
	@	IN MX	10 $2
	ns1	IN A	127.0.0.1
	$2	IN A	127.0.0.1
	EOF
}

# from_lines FILE: who had it from whom, the last first.
from_lines() {
	sed '/^$/q' "$1" | sed -n -e '/^Received: from/{N;s/\n//;p;}' |
	    sed -E 's/^Received: from ([^ ]*) .*by ([^ ]*) with ([^ ]*) .*/\1 \2 \3/'
}

# Alice's server gives all to her company's way out; that looks up the MX of
# hamburger.edu; there bob's .forward sends it on, again by MX.
@test "a chain of four servers: MX and .forward in the middle" {
	site_new away mail.bigburger.com bigburger.com
	sed -i '/relay$/d' "$site/etc/services.conf"
	whole_start
	away=$(port smtpd)

	site_new hamburger mx.hamburger.edu hamburger.edu
	zone bigburger.com mail
	zone hamburger.edu mx
	forward bob bob@bigburger.com
	whole_start
	hamburger=$(port smtpd) dns=$(port dnsd udp)
	settings "nameserver 127.0.0.1:$dns" \
	    "route mail.bigburger.com [127.0.0.1]:$away"
	until_true test -e "$site/spool/dns/zones.db"

	site_new out out.crepes.fr out.crepes.fr
	settings "nameserver 127.0.0.1:$dns" \
	    "route mx.hamburger.edu [127.0.0.1]:$hamburger"
	whole_start
	out_port=$(port smtpd)

	use crepes
	settings "route * [127.0.0.1]:$out_port"
	whole_start
	printf '%s\n' 'From: alice@crepes.fr' 'To: bob@hamburger.edu' \
	    'Subject: The meaning of life' '' 'Do you like ketchup?' |
	    "$BIN/sendmail" -t -f alice@crepes.fr -S "127.0.0.1:$(port smtpd)"

	use away
	until_true has_mail bob
	mail=$(box bob)
	host=$(hostname)
	from_lines "$mail" | diff - <(printf '%s\n' \
	    'mx.hamburger.edu mail.bigburger.com ESMTP' \
	    'out.crepes.fr mx.hamburger.edu ESMTP' \
	    'mail.crepes.fr out.crepes.fr ESMTP' \
	    "$host mail.crepes.fr ESMTP")
	grep -q '^Return-Path: <alice@crepes.fr>$' "$mail"
	# Where it was forwarded, and where it is now.
	[ "$(grep '^Delivered-To' "$mail")" = \
	    $'Delivered-To: bob@bigburger.com\nDelivered-To: bob@hamburger.edu' ]
	[ "$(sed '1,/^$/d' "$mail")" = 'Do you like ketchup?' ]
	use hamburger
	[ -z "$(box bob)" ]
}

@test "two .forwards that point at each other: a loop, and a report" {
	site_new hamburger mail.hamburger.edu hamburger.edu
	forward bob alice@crepes.fr
	whole_start
	hamburger=$(port smtpd)
	use crepes
	forward alice bob@hamburger.edu
	settings "route hamburger.edu [127.0.0.1]:$hamburger"
	whole_start
	crepes=$(port smtpd)
	use hamburger
	settings "route crepes.fr [127.0.0.1]:$crepes"
	use crepes
	printf 'Subject: round\n\nand round\n' |
	    "$BIN/sendmail" -f bob@crepes.fr -S "127.0.0.1:$crepes" \
	    alice@crepes.fr
	until_true has_mail bob
	grep -q '^Action: failed$' "$(box bob)"
	grep -qi 'loop' "$(box bob)"
}

# Hosts with nothing but a network between them.  Each has its own addresses
# and its port 25.
@test "six steps from Alice to Bob, each server in a network of its own" {
	is_root && unshare -n -m true 2>/dev/null || skip "no namespaces here"
	"$ROOT/tests/lib/two-hosts" "$BATS_TEST_TMPDIR/hosts"
}
