#!/usr/bin/env bats
#
# The textbook's picture with a machine for each of its servers: network
# namespaces on one wire, every server at port 53 of an address of its own.
#
#	cis.poly.edu	192.0.2.10	who asks, with dig
#	dns.poly.edu	192.0.2.53	the local DNS server, resolver
#	a root server	192.0.2.1	dnsd, like the next three
#	dns.edu		192.0.2.2	the TLD server
#	dns.umass.edu	192.0.2.3
#	dns.cs.umass.edu 192.0.2.4
#
# It needs root, and a kernel that has namespaces to give.

# shellcheck disable=SC2016	# what eval gets is quoted on purpose

bats_require_minimum_version 1.5.0

load lib/resolver

setup() {
	is_root || skip 'not root'
	site
	prefix=labnet$$-
	pids=()
	ip netns add "${prefix}wire" 2>/dev/null || skip 'no namespaces here'
	ip -n "${prefix}wire" link add br0 type bridge 2>/dev/null ||
		skip 'no bridge here'
	ip -n "${prefix}wire" link set br0 up
	machine cis 10
	machine local 53
	machine root 1
	machine edu 2
	machine umass 3
	machine cs 4
}

teardown() {
	local pid name

	for pid in "${pids[@]}"; do
		kill "$pid" 2>/dev/null || :
		wait "$pid" || :
	done
	for name in cis local root edu umass cs wire; do
		ip netns delete "$prefix$name" 2>/dev/null || :
	done
	cat "$log" 2>/dev/null || :	# shown only if the test failed
}

# machine NAME NUMBER: a namespace at the wire, 192.0.2.NUMBER
machine() {
	ip netns add "$prefix$1"
	ip -n "${prefix}wire" link add "to-$1" type veth peer name eth0 \
	    netns "$prefix$1"
	ip -n "${prefix}wire" link set "to-$1" master br0 up
	ip -n "$prefix$1" link set lo up
	ip -n "$prefix$1" address add "192.0.2.$2/24" dev eth0
	ip -n "$prefix$1" link set eth0 up
}

on() {
	local name=$1
	shift
	ip netns exec "$prefix$name" "$@"
}

# serve MACHINE NUMBER PROGRAM ARG...: with its port 53 as descriptor 0
serve() {
	local name=$1 number=$2
	shift 2

	(cd "$site" && exec ip netns exec "$prefix$name" python3 -c '
import os, socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("192.0.2." + sys.argv[1], 53))
os.dup2(s.fileno(), 0)
os.execv(sys.argv[2], sys.argv[2:])' "$number" "$@" >/dev/null 2>>"$log" \
	    3>&-) &
	pids+=($!)
}

# picture TTL EDU-LINES: the four servers, and the local one
picture() {
	zone 1 root <<-EOF_ZONE
	\$TTL $1
	@	SOA a.root. x. 1 2 3 4 $1
	@	NS a.root.
	a.root.	A 192.0.2.1
	edu.	NS dns.edu.
	dns.edu. A 192.0.2.2
	EOF_ZONE
	zone 2 edu <<-EOF_ZONE
	\$TTL $1
	@	SOA dns x. 1 2 3 4 $1
	@	NS dns
	dns	A 192.0.2.2
	$2
	EOF_ZONE
	zone 3 umass.edu <<-EOF_ZONE
	\$TTL $1
	@	SOA dns x. 1 2 3 4 $1
	@	NS dns
	dns	A 192.0.2.3
	cs	NS dns.cs
	dns.cs	A 192.0.2.4
	EOF_ZONE
	zone 4 cs.umass.edu <<-EOF_ZONE
	\$TTL $1
	@	SOA dns x. 1 2 3 4 $1
	@	NS dns
	dns	A 192.0.2.4
	gaia	A 128.119.245.12
	EOF_ZONE
	root_hints 192.0.2.1
	printf '%s\n' 'allow 192.0.2.0/24' 'prefetch no' 'save none' \
	    'minimise no' \
	    >"$site/etc/resolver.conf"
	serve root 1 "$BIN/dnsd" -d spool/dns1
	serve edu 2 "$BIN/dnsd" -d spool/dns2
	serve umass 3 "$BIN/dnsd" -d spool/dns3
	serve cs 4 "$BIN/dnsd" -d spool/dns4
	serve local 53 "$BIN/resolver" -v
	for number in 1 2 3 4; do
		until_true on local dig "@192.0.2.$number" +tries=1 +time=1 \
		    +short . SOA
	done
	until_true on cis dig @192.0.2.53 +tries=1 +time=1 +norecurse . SOA
}

# The steps told since the last time, without times.
told() {
	sed -nE 's/^[^ ]+ resolver\[[0-9]+\]: //p' "$log" |
	    tail -n +"$((${seen-0} + 1))"
}

# ask: cis.poly.edu asks for gaia.cs.umass.edu
ask() {
	seen=$(sed -nE 's/^[^ ]+ resolver\[[0-9]+\]: //p' "$log" | wc -l)
	run on cis dig @192.0.2.53 +tries=1 +time=8 +short gaia.cs.umass.edu
	[ "$output" = 128.119.245.12 ]
	run told
}

# The numbered steps alone.
steps() {
	grep -cE '^ ?[0-9]+\. ' <<<"$output"
}

# All of them once more: nothing of what was cached is good any longer.
all_again() {
	ask
	[ "$(steps)" = 8 ]
}

@test "gaia.cs.umass.edu for cis.poly.edu: steps 1 to 8, then 1 and 2, then 8" {
	picture 2 'cs.umass NS dns.cs.umass
dns.cs.umass A 192.0.2.4'
	ask
	# The numbers are the picture's, and so is the order.
	[ "$(grep -E '^ ?[0-9]+\. ' <<<"$output")" = " 1. 192.0.2.10 asks me: gaia.cs.umass.edu A?
 2. I ask 192.0.2.1, a root server: gaia.cs.umass.edu A?
 3. 192.0.2.1 says: I don't know gaia.cs.umass.edu, but ask dns.edu (192.0.2.2)
 4. I ask 192.0.2.2, a TLD server of edu: gaia.cs.umass.edu A?
 5. 192.0.2.2 says: I don't know gaia.cs.umass.edu, but ask dns.cs.umass.edu (192.0.2.4)
 6. I ask 192.0.2.4, an authoritative server of cs.umass.edu: gaia.cs.umass.edu A?
 7. 192.0.2.4 says: I know gaia.cs.umass.edu
 8. I tell 192.0.2.10: here it is" ]
	has 'cached: the servers of edu for 2 s' \
	    'cached: the servers of cs.umass.edu for 2 s' \
	    'cached: gaia.cs.umass.edu A 128.119.245.12 for 2 s'
	ask
	[ "$(steps)" = 2 ] || {		# unless two seconds have passed
		[ "$(steps)" = 8 ]
		ask
		[ "$(steps)" = 2 ]
	}
	has ' 1. 192.0.2.10 asks me: gaia.cs.umass.edu A?' \
	    ' 2. I tell 192.0.2.10: here it is (from my cache)'
	until_true all_again
}

@test "without a word about it, the machine's private networks may ask" {
	root_hints 192.0.2.1
	echo 'local-data www.lab A 10.1.2.3' >"$site/etc/resolver.conf"
	on local ip address add 10.9.8.53/24 dev eth0
	on cis ip address add 10.9.8.10/24 dev eth0
	serve local 53 "$BIN/resolver"
	# 192.0.2.0/24 is no private one.
	until_true eval 'on cis dig @192.0.2.53 +tries=1 +time=1 www.lab |
	    grep -q REFUSED'
	run on cis dig -b 10.9.8.10 @192.0.2.53 +tries=1 +time=8 +short www.lab
	[ "$output" = 10.1.2.3 ]
}

@test "with dns.umass.edu in between: ten steps" {
	picture 3600 'umass NS dns.umass
dns.umass A 192.0.2.3'
	ask
	[ "$(steps)" = 10 ]
	has ' 4. I ask 192.0.2.2, a TLD server of edu' \
	    "but ask dns.umass.edu (192.0.2.3)" \
	    ' 6. I ask 192.0.2.3, an authoritative server of umass.edu' \
	    "but ask dns.cs.umass.edu (192.0.2.4)" \
	    ' 8. I ask 192.0.2.4, an authoritative server of cs.umass.edu' \
	    ' 9. 192.0.2.4 says: I know gaia.cs.umass.edu' \
	    '10. I tell 192.0.2.10: here it is'
}
