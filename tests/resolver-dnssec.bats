#!/usr/bin/env bats
#
# DNSSEC through the resolver: it checks nothing and loses nothing, so that
# whoever asks with DO can check it all.  delv(1) does so here.

bats_require_minimum_version 1.5.0

load lib/resolver

teardown() {
	inetd_stop || :
	script_stop
	cat "$log" 2>/dev/null || :	# shown only if the test failed
}

# signed ARG...: the awkward zone, signed by dnssec-signzone, behind a stub
signed() {
	local work=$BATS_TEST_TMPDIR/work common

	command -v dnssec-signzone >/dev/null || skip 'no dnssec-signzone here'
	site
	mkdir "$work"
	# DNSKEY of others, and DS without NS, are no signed zone's.
	sed '/^dnskey\|^cds\|^ds\t/d' "$ROOT/tests/dns/awkward.test.zone" \
	    >"$work/plain"
	(cd "$work" && dnssec-keygen -q -a ECDSAP256SHA256 awkward.test &&
	    dnssec-keygen -q -a ECDSAP256SHA256 -f KSK awkward.test &&
	    dnssec-signzone -q -S -o awkward.test -P "$@" -f out plain) \
	    >/dev/null
	zone 1 awkward.test <"$work/out"
	common=$(common_port)
	printf '%s\n' "port $common" 'root-hints none' \
	    "stub awkward.test 127.0.1.1:$common" >"$site/etc/resolver.conf"
	printf '127.0.1.1:%s %s wait @USER@ dnsd dnsd -d spool/dns1\n' \
	    "$common" 'dgram udp' "$common" 'stream tcp' | services
	resolver_lines
	inetd_start
	anchor=$BATS_TEST_TMPDIR/anchor
	sed -n 's/^awkward.test. IN DNSKEY \(257.*\)/trust-anchors { awkward.test. static-key \1/p' \
	    "$work"/*.key | sed 's/static-key \([0-9]* [0-9]* [0-9]*\) \(.*\)/static-key \1 "\2"; };/' \
	    >"$anchor"
}

# checked NAME TYPE: delv is content, with and without the cache's help
checked() {
	local round

	for round in first second; do
		run delv @127.0.0.1 -p "$(port resolver udp)" -a "$anchor" \
		    +root=awkward.test "$@"
		[[ $output == *'fully validated'* ]] ||
			{ echo "$round: $*: $output"; return 1; }
	done
}

@test "what is there, what is not, wildcards: all can be checked (NSEC)" {
	signed -x
	checked awkward.test SOA
	checked awkward.test DNSKEY
	checked awkward.test NSEC
	checked mail.awkward.test A
	checked x.wild.awkward.test A
	checked x.wild.awkward.test TXT
	checked nobody.awkward.test A
	checked below.nobody.awkward.test A
	checked mail.awkward.test SRV
	checked x.wc.awkward.test A
}

@test "the same with NSEC3" {
	signed -3 abcd -H 2
	checked mail.awkward.test A
	checked x.wild.awkward.test A
	checked nobody.awkward.test A
	checked mail.awkward.test SRV
	checked ent.wild.awkward.test A
}

@test "only those who ask with DO hear of it; AD is never said, CD is kept" {
	signed -x
	run lookup +nodnssec +adflag mail.awkward.test
	has 'status: NOERROR' 'ANSWER: 1, AUTHORITY: 0' 'flags: qr rd ra;'
	run lookup +dnssec +adflag mail.awkward.test
	has 'ANSWER: 2, AUTHORITY: 0' 'RRSIG A ' 'flags: qr rd ra;'
	run lookup +dnssec +cdflag mail.awkward.test
	has 'ANSWER: 2' 'flags: qr rd ra cd;'
	run lookup +nodnssec nobody.awkward.test
	has 'status: NXDOMAIN' 'AUTHORITY: 1'
	lacks RRSIG NSEC
	run lookup +dnssec nobody.awkward.test
	has 'AUTHORITY: 6' 'RRSIG SOA' 'RRSIG NSEC'
	run lookup +nodnssec mail.awkward.test RRSIG
	has 'RRSIG A '
	# In the OPT record DO comes back (RFC 3225 3).
	run dig @127.0.0.1 -p "$(port resolver udp)" +dnssec mail.awkward.test
	has 'flags: do; udp: 1232'
	run dig @127.0.0.1 -p "$(port resolver udp)" mail.awkward.test
	has 'flags:; udp: 1232'
}

@test "R12: hundreds of keys and signatures, 2,500 iterations: no work" {
	scripted keytrap
	inetd_start
	run lookup +dnssec +tcp keys.test DNSKEY
	has 'status: NOERROR' 'DNSKEY 256 3 13'
	# So many signatures are kept with no set: it is told without them.
	run lookup +dnssec +tcp sigs.test A
	has 'status: NOERROR' 'ANSWER: 1,' 'A 192.0.2.1'
	run lookup +dnssec iterated.test A
	has 'status: NXDOMAIN' 'NSEC3 1 0 2500'
	run lookup www.test A
	has 'A 192.0.2.1'
}
