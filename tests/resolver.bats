#!/usr/bin/env bats
#
# The local DNS server: the textbook's walk from the root to the host, and
# what else clients may expect of it.  What servers must not get out of it is
# in resolver-attacks.bats.

# shellcheck disable=SC2016	# what eval gets is quoted on purpose

bats_require_minimum_version 1.5.0

load lib/resolver

teardown() {
	inetd_stop || :
	script_stop
	cat "$log" 2>/dev/null || :	# shown only if the test failed
}

# The log's steps, without times and process ids.
told() {
	sed -nE 's/^[^ ]+ resolver\[[0-9]+\]: //p' "$log"
}

walks() {
	told | grep -c '^10\. I tell' || :
}

walked_again() {
	lookup gaia.cs.umass.edu >/dev/null
	[ "$(walks)" = 2 ]
}

@test "cis.poly.edu asks for gaia.cs.umass.edu: the steps, in words" {
	tree
	inetd_start
	run lookup gaia.cs.umass.edu
	has 'status: NOERROR' 'flags: qr rd ra' \
	    'gaia.cs.umass.edu. 2 IN A 128.119.245.12'
	logged 'I tell 127.0.0.1: here it is$'
	run told
	has ' 1. 127.0.0.1 asks me: gaia.cs.umass.edu A?' \
	    ' 2. I ask 127.0.1.1, a root server: edu A?' \
	    " 3. 127.0.1.1 says: I don't know edu, but ask dns.edu (127.0.1.2)" \
	    'cached: the servers of edu for 86400 s' \
	    ' 4. I ask 127.0.1.2, a TLD server of edu: umass.edu A?' \
	    " 5. 127.0.1.2 says: I don't know umass.edu, but ask dns.umass.edu (127.0.1.3)" \
	    ' 6. I ask 127.0.1.3, an authoritative server of umass.edu: cs.umass.edu A?' \
	    " 7. 127.0.1.3 says: I don't know cs.umass.edu, but ask dns.cs.umass.edu (127.0.1.4)" \
	    'cached: the servers of cs.umass.edu for 3600 s' \
	    ' 8. I ask 127.0.1.4, an authoritative server of cs.umass.edu: gaia.cs.umass.edu A?' \
	    ' 9. 127.0.1.4 says: I know gaia.cs.umass.edu' \
	    'cached: gaia.cs.umass.edu A 128.119.245.12 for 2 s' \
	    '10. I tell 127.0.0.1: here it is'
	[ "$(walks)" = 1 ]
}

@test "a host in umass.edu itself: steps 1 to 8; asked again, first and last" {
	tree
	inetd_start	# for the servers; the resolver is asked by hand
	run resolve www.umass.edu A www.umass.edu A
	[ "$status" = 0 ]
	has ' 8. I tell you: here it is'
	lacks ' 9. '
	[ "${lines[*]: -3:1}" = ' 1. You ask me: www.umass.edu A?' ]
	[ "${lines[*]: -2:1}" = ' 2. I tell you: here it is (from my cache)' ]
	[ "$(grep -c 'I ask 127' <<<"$output")" = 3 ]
}

@test "asked again nobody else is asked, until the time to live is over" {
	tree
	echo 'prefetch no' >>"$site/etc/resolver.conf"
	inetd_start
	lookup gaia.cs.umass.edu
	until_true kept
	# Then the last server is asked once more: the others' word holds on.
	asked=$(told | grep -c 'I ask 127.0.1.4')
	until_true eval 'lookup gaia.cs.umass.edu >/dev/null;
	    [ "$(told | grep -c "I ask 127.0.1.4")" -gt "$asked" ]'
	[ "$(told | grep -c 'I ask 127.0.1.1')" = 1 ]
}

# Asked again within its two seconds, it is told from the cache.
kept() {
	local asked

	asked=$(told | grep -c 'I ask 127.0.1.4')
	run lookup gaia.cs.umass.edu
	has 'A 128.119.245.12'
	told | tail -n 2 |
	    grep -q '2. I tell 127.0.0.1: here it is (from my cache)' &&
	    [ "$(told | grep -c 'I ask 127.0.1.4')" = "$asked" ]
}

@test "when all that was said has expired, all steps are walked again" {
	tree
	printf '%s\n' 'max-ttl 1' 'prefetch no' >>"$site/etc/resolver.conf"
	inetd_start
	lookup gaia.cs.umass.edu
	[ "$(walks)" = 1 ]
	until_true walked_again
}

@test "an alias, no such name, no such type: said, and kept" {
	tree
	inetd_start
	run lookup alias.umass.edu
	has 'status: NOERROR' 'IN CNAME gaia.cs.umass.edu.' \
	    'A 128.119.245.12'
	run lookup nobody.umass.edu
	has 'status: NXDOMAIN' 'umass.edu. 300 IN SOA'
	run lookup below.nobody.umass.edu
	has 'status: NXDOMAIN'
	run lookup www.umass.edu MX
	has 'status: NOERROR' 'ANSWER: 0, AUTHORITY: 1' 'umass.edu. 300 IN SOA'
	run resolve nobody.umass.edu A a.nobody.umass.edu A www.umass.edu MX \
	    www.umass.edu MX
	[ "$(grep -c 'from my cache' <<<"$output")" = 1 ]
	has 'there is no such name' 'there is nothing of that type'
	[ "$(grep -c 'I ask 127' <<<"$output")" = 4 ]
}

@test "over TCP: several questions on one connection" {
	tree
	inetd_start
	run dig @127.0.0.1 -p "$(port resolver)" +tcp +keepopen +short \
	    gaia.cs.umass.edu www.umass.edu +tcp +keepopen \
	    www.umass.edu +tcp +keepopen
	[ "$output" = $'128.119.245.12\n128.119.8.148\n128.119.8.148' ]
}

@test "over TCP: more questions at once than may wait are all answered" {
	scripted slow
	inetd_start
	python3 - "$(port resolver)" <<'PYTHON'
import socket, struct, sys
ASKED = 100
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 8)
s.settimeout(8)
name = lambda i: b"\4x%03d\4test\0" % i
s.sendall(b"".join(struct.pack("!7H", 12 + 11 + 4, i, 0x100, 1, 0, 0, 0) +
                   name(i) + b"\0\1\0\1" for i in range(ASKED)))
f, answered = s.makefile("rb"), set()
while len(answered) < ASKED:
    m = f.read(struct.unpack("!H", f.read(2))[0])
    i = struct.unpack("!H", m[:2])[0]
    assert m[3] & 15 == 0 and m[12:23] == name(i), m
    answered.add(i)
PYTHON
}

@test "a time to live counts down" {
	tree
	inetd_start
	run lookup www.umass.edu
	has 'www.umass.edu. 3600 IN A'
	until_true eval '[[ "$(lookup www.umass.edu)" = \
	    *"www.umass.edu. 359"* ]]'
}

@test "zones of one's own: a stub, a forwarder, and no root" {
	tree
	common=$(sed -n 's/port //p' "$site/etc/resolver.conf")
	printf '%s\n' "port $common" 'root-hints none' \
	    "stub umass.edu 127.0.1.3:$common" \
	    >"$site/etc/resolver.conf"
	inetd_start
	run resolve www.umass.edu A
	has '2. I ask 127.0.1.3, an authoritative server of umass.edu' \
	    '4. I tell you: here it is' 'www.umass.edu 3600 A 128.119.8.148'
	run -1 resolve www.poly.edu A
	has 'there is no root server'
	# A second resolver that leaves the work to the first.
	mkdir -p "$site/second/etc"
	printf '%s\n' 'root-hints none' \
	    "forward umass.edu 127.0.0.1:$(port resolver udp)" \
	    >"$site/second/etc/resolver.conf"
	cd "$site/second"
	run -0 "$BIN/resolver" -q gaia.cs.umass.edu A
	has 'I ask 127.0.0.1, a forwarder: gaia.cs.umass.edu A?' \
	    'gaia.cs.umass.edu 2 A 128.119.245.12'
}

@test "names that are nobody's business are answered here" {
	scripted plain
	run resolve 1.0.168.192.in-addr.arpa PTR localhost A x.localhost AAAA \
	    host.invalid A www.test ANY
	[ "$(queries)" = 0 ]
	has 'localhost 10800 A 127.0.0.1' 'x.localhost 10800 AAAA ::1' \
	    'HINFO "RFC8482"'
	[ "$(grep -c 'there is no such name' <<<"$output")" = 2 ]
}

@test "every question has an answer: codes for bad ones" {
	scripted plain
	inetd_start
	run lookup +norecurse www.test
	has 'status: REFUSED'
	run lookup www.test CH TXT
	has 'status: REFUSED'
	run lookup +opcode=status www.test
	has 'status: NOTIMP'
	run lookup +edns=1 +noednsneg www.test
	has 'status: BADVERS'
	run lookup +noedns www.test
	has 'status: NOERROR' 'A 192.0.2.1'
	run lookup +norecurse www.test
	has 'status: NOERROR' 'A 192.0.2.1'
	[ "$(queries 'www.test 1$')" = 1 ]
}

@test "a server without EDNS, one that drops the case, some that are lame" {
	scripted old
	run -0 resolve www.test A
	has 'www.test 60 A 192.0.2.1'
	script_stop
	scripted lowered
	run -0 resolve www.test A
	has 'www.test 60 A 192.0.2.1' '(over TCP)'
	script_stop
	scripted lame
	run -0 resolve www.test A ww2.test A ww3.test A ww4.test A
	[ "$(grep -c ' A 192.0.2.1$' <<<"$output")" = 4 ]
}

@test "what is too long for a datagram is fetched, and told, over TCP" {
	scripted drip
	inetd_start
	run lookup +ignore big.test
	has 'flags: qr tc rd ra' 'ANSWER: 0'
	[ "$(dig @127.0.0.1 -p "$(port resolver)" +tcp +short big.test |
	    wc -l)" = 300 ]
}

@test "a DNAME makes aliases" {
	scripted aliased
	run -0 resolve below.d.test A x.below.d.test A
	has 'd.test 60 DNAME e.test.' \
	    'below.d.test 60 CNAME below.e.test.' \
	    'x.below.d.test 60 CNAME x.below.e.test.' \
	    'x.below.e.test 60 A 192.0.2.1'
}

@test "settings and options that are wrong are named" {
	site
	echo 'allow nobody' >"$site/etc/resolver.conf"
	run -100 resolve www.test A
	has 'etc/resolver.conf:1: '
	echo 'root-hints etc/none' >"$site/etc/resolver.conf"
	run -100 resolve www.test A
	has 'etc/none'
	cd "$site"
	run -100 "$BIN/resolver" -q www.test
	run -100 "$BIN/resolver" -i 0
	has usage
	echo 'root-hints none' >"$site/etc/resolver.conf"
	run -100 "$BIN/resolver" </dev/null
}
