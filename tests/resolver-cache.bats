#!/usr/bin/env bats
#
# What the resolver keeps over a restart, whom it asks and trusts first, and
# what it answers by itself.

# shellcheck disable=SC2016	# what eval gets is quoted on purpose

bats_require_minimum_version 1.5.0

load lib/resolver

teardown() {
	inetd_stop || :
	script_stop
	cat "$log" 2>/dev/null || :	# shown only if the test failed
}

stop() {
	rm -f "$saved"
	inetd_stop
	until_true [ -s "$saved" ]
}

@test "a restart is warm; what is damaged, foreign or old is ignored" {
	scripted plain
	place
	inetd_start
	run lookup www.test
	has 'www.test. 60 IN A 192.0.2.1'
	run lookup a.b.c.test MX
	stop
	: >"$log"
	inetd_start
	run lookup www.test
	has 'A 192.0.2.1'
	logged 'resolver.udp: [0-9]+ sets known from before'
	[ "$(queries 'www.test 1$')" = 1 ]
	stop
	for harm in 'printf x | dd of="$saved" bs=1 seek=60 conv=notrunc' \
	    'truncate -s -1 "$saved"' 'printf x >>"$saved"' \
	    'sed -i "1s/cache 1/cache 2/" "$saved"'; do
		cp -p "$saved" "$saved.good"
		eval "$harm" 2>/dev/null
		: >"$log"
		inetd_start
		run lookup www.test
		has 'A 192.0.2.1'
		logged 'resolver.udp: ignored: '
		stop
		mv "$saved.good" "$saved"
	done
	[ "$(queries 'www.test 1$')" = 5 ]
}

@test "a folder that is not there: nothing is saved, all is served" {
	scripted plain 'save none'
	place
	inetd_start
	lookup www.test
	inetd_stop
	[ ! -e "$saved" ]
}

@test "the hints are asked who the root servers are (RFC 8109)" {
	scripted primed
	inetd_start
	lookup a.test
	until_true eval '[ "$(queries " \. 2$")" = 1 ]'
	# 127.0.2.3 is the root server of today; the hint is not asked again.
	until_true eval 'lookup b.test; [ "$(queries "127.0.2.3 .* 1$")" != 0 ]'
	before=$(queries '127.0.2.1')
	lookup c.test
	lookup d.test
	[ "$(queries '127.0.2.1')" = "$before" ]
}

@test "today's root servers fail: the hints are asked" {
	scripted primed
	inetd_start
	lookup a.test
	until_true eval 'lookup b.test; [ "$(queries "127.0.2.3 .* 1$")" != 0 ]'
	run lookup mute.test
	has 'status: NOERROR' 'A 192.0.2.1'
}

@test "a server that was no use is asked last for a while" {
	scripted lame
	run -0 resolve a.test A b.test A c.test A d.test A e.test A f.test A
	[ "$(grep -c ' A 192.0.2.1$' <<<"$output")" = 6 ]
	[ "$(queries '^127.0.2.2 ')" -le 1 ]
	[ "$(queries '^127.0.2.3 ')" -le 1 ]
}

@test "local data and local zones: answered here, all of it" {
	scripted plain 'local-zone lab.test' \
	    'local-data www.lab.test A 10.0.0.1' \
	    'local-data www.lab.test A 10.0.0.2' \
	    'local-data www.lab.test 60 TXT "of the lab" 2' \
	    'local-data deep.er.lab.test AAAA fd00::1' \
	    'local-data out.lab.test CNAME www.test' \
	    'local-data alone.test A 10.0.0.3'
	inetd_start
	run lookup WWW.lab.test
	has '3600 IN A 10.0.0.1' '3600 IN A 10.0.0.2' 'ANSWER: 2'
	run lookup www.lab.test TXT
	has '60 IN TXT "of the lab" "2"'
	run lookup www.lab.test MX
	has 'status: NOERROR' 'ANSWER: 0' 'lab.test. 10800 IN SOA'
	run lookup no.lab.test
	has 'status: NXDOMAIN' 'lab.test. 10800 IN SOA'
	run lookup er.lab.test
	has 'status: NOERROR' 'ANSWER: 0'
	run lookup deep.er.lab.test AAAA
	has 'AAAA fd00::1'
	run lookup lab.test
	has 'status: NOERROR' 'ANSWER: 0'
	[ "$(queries)" = 0 ]
	run lookup out.lab.test
	has 'CNAME www.test.' 'A 192.0.2.1'
	run lookup below.alone.test	# a server is asked for alone.test too
	has 'A 192.0.2.1'
	run lookup alone.test
	has 'A 10.0.0.3'
	run lookup alone.test MX
	has 'status: NOERROR' 'ANSWER: 0'
	run lookup beside.test
	has 'A 192.0.2.1'
	[ "$(queries 'lab.test')" = 0 ]
}

@test "no server's word replaces local data" {
	scripted aliased 'local-data www.victim.test A 10.0.0.9' \
	    'local-zone gone.test'
	inetd_start
	run lookup alias.test
	has 'CNAME www.victim.test.' 'A 10.0.0.9'
	lacks 6.6.6.6
	run lookup www.victim.test
	has 'A 10.0.0.9'
	run lookup toward.test
	has 'CNAME x.gone.test.' 'status: NXDOMAIN'
	[ "$(queries 'gone.test')" = 0 ]
}

@test "local lines that are wrong are named" {
	site
	for line in 'local-data www.test A' 'local-data www.test A 1.2.3' \
	    'local-data www.test NONE 1' 'local-data www' \
	    'local-zone a..b' 'local-data www.test SOA a b 1 2 3 4 5' \
	    'local-data www.test A 1.2.3.4 5'; do
		echo "$line" >"$site/etc/resolver.conf"
		run -100 resolve www.test A
		has 'etc/resolver.conf:1: '
	done
	printf '%s\n' 'local-data a.test A 1.2.3.4' \
	    'local-data a.test CNAME b.test' >"$site/etc/resolver.conf"
	run -100 resolve www.test A
	has 'etc/resolver.conf:2: local-data: an alias and other data'
}

@test "a stub's zone is there, whatever the world above says" {
	scripted nowhere
	echo "stub here.no.test 127.0.2.2:$(cat "$BATS_TEST_TMPDIR/port")" \
	    >>"$site/etc/resolver.conf"
	run resolve no.test A below.no.test A www.here.no.test A
	[ "$(grep -c 'there is no such name' <<<"$output")" = 2 ]
	has 'www.here.no.test 60 A 192.0.2.5'
}

@test "the zones of RFC 6303 and RFC 7793 are empty" {
	local names=()

	scripted plain
	for name in 1.10 1.16.172 9.31.172 1.168.192 1.0 2.127 1.254.169 \
	    1.2.0.192 1.100.51.198 1.113.0.203 255.255.255.255 1.64.100 \
	    1.127.100; do
		names+=("x.$name.in-addr.arpa" PTR)
	done
	for name in 1.d.f 1.8.e.f 1.b.e.f 8.b.d.0.1.0.0.2; do
		names+=("x.$name.ip6.arpa" PTR)
	done
	run resolve "${names[@]}"
	[ "$(grep -c 'there is no such name' <<<"$output")" = 17 ]
	[ "$(queries)" = 0 ]
	run resolve x.15.172.in-addr.arpa PTR x.32.172.in-addr.arpa PTR \
	    x.63.100.in-addr.arpa PTR x.128.100.in-addr.arpa PTR \
	    x.016.172.in-addr.arpa PTR
	[ "$(grep -c 'I ask' <<<"$output")" -ge 1 ]
	# Unless somebody here serves one of them.
	echo "stub 10.in-addr.arpa 127.0.2.2:$(cat "$BATS_TEST_TMPDIR/port")" \
	    >>"$site/etc/resolver.conf"
	run resolve 1.10.in-addr.arpa PTR
	[ "$(queries '10.in-addr.arpa')" -ge 1 ]
}

@test "a client that asks too fast is refused; another one is not" {
	scripted plain 'rate 20'
	place
	inetd_start
	run lookup -b 127.0.0.7 www.test
	has 'status: NOERROR'
	python3 - "$(port resolver udp)" <<'PYTHON'
import socket, struct, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(8)
q = struct.pack("!6H", 1, 0x100, 1, 0, 0, 0) + b"\3www\4test\0\0\1\0\1"
began, codes = time.time(), []
for i in range(200):
    s.sendto(q, ("127.0.0.1", int(sys.argv[1])))
    codes.append(s.recv(4096)[3] & 15)
seconds = int(time.time() - began) + 2
print(codes.count(0), "answered in", seconds, "seconds at most")
assert 20 <= codes.count(0) <= 20 * seconds
assert set(codes) <= {0, 5} and (5 in codes or seconds >= 10)
PYTHON
	run lookup -b 127.0.0.7 www.test
	has 'status: NOERROR'
	[ "$(counter over-rate)" -ge 1 ]
}

@test "what happens is counted, and goes on after a restart" {
	scripted plain
	place
	inetd_start
	lookup www.test
	lookup www.test
	lookup +tcp www.test MX
	lookup +dnssec localhost
	stop
	inetd_start
	lookup +norecurse unknown.test
	[ "$(counter udp) $(counter tcp) $(counter from-cache)" = '4 1 1' ]
	[ "$(counter local) $(counter walked) $(counter 'do')" = '1 2 1' ]
	[ "$(counter rcode-noerror) $(counter rcode-refused)" = '4 1' ]
	[ "$(counter sent-udp)" -ge 3 ]
	run -0 "$BIN/inetctl" -C "$site" counters
	has 'dns/resolver udp 4' 'dns/resolver rcode-noerror 4'
	printf 'counters and then nothing' >"$site/spool/run/dns/x.counters"
	run -111 "$BIN/inetctl" -C "$site" counters
	has 'x.counters: no file of counters' 'dns/resolver udp 4'
}

@test "the case of names is random in queries, unless that is not wished" {
	scripted plain
	run -0 resolve abcdefghijklmnopqrstuvwxyz.test A
	grep -q '[A-Z].*[a-z]' <(awk '{print $5}' "$questions")
	: >"$questions"
	echo 'mix-case no' >>"$site/etc/resolver.conf"
	run -0 resolve abcdefghijklmnopqrstuvwxyz.test A
	run ! grep -q '[A-Z]' <(awk '{print $5}' "$questions")
}
