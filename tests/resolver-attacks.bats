#!/usr/bin/env bats
#
# The resolver among servers and clients that mean it harm: each test is one
# attack, played by tests/lib/dns-script or by clients.

bats_require_minimum_version 1.5.0

load lib/resolver

teardown() {
	inetd_stop || :
	script_stop
	cat "$log" 2>/dev/null || :	# shown only if the test failed
}

# flood COUNT NAME [DIFFERENT]: ask over UDP COUNT times at once, under one
# name or COUNT different ones; prints how many answers had which code.
flood() {
	python3 - "$(port resolver udp)" "$@" <<'PYTHON'
import collections, socket, struct, sys
port, count, name = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
s.settimeout(8)
for i in range(count):
    labels = (["x%d" % i] if len(sys.argv) > 4 else []) + name.split(".")
    s.sendto(struct.pack("!6H", i, 0x100, 1, 0, 0, 0) +
             b"".join(bytes([len(x)]) + x.encode() for x in labels) +
             b"\0\0\1\0\1", ("127.0.0.1", port))
codes = collections.Counter(s.recv(4096)[3] & 15 for _ in range(count))
print(dict(sorted(codes.items())))
PYTHON
}

# held_flood COUNT WAITING: COUNT different questions; all but WAITING of them
# are answered before any server has said a word.
held_flood() {
	python3 - "$(port resolver udp)" "$(cat "$BATS_TEST_TMPDIR/port")" \
	    "$@" <<'PYTHON'
import socket, struct, sys
port, servers, count, waiting = map(int, sys.argv[1:])
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
s.settimeout(8)
ask = lambda i, name: struct.pack("!6H", i, 0x100, 1, 0, 0, 0) + b"".join(
    bytes([len(x)]) + x.encode() for x in name.split(".")) + b"\0\0\1\0\1"
for i in range(count):
    s.sendto(ask(i, "x%d.test" % i), ("127.0.0.1", port))
refused = [s.recv(4096)[3] & 15 for _ in range(count - waiting)]
assert set(refused) == {2}, refused
for i in range(1, 6):
    s.sendto(ask(0, "release.test"), ("127.0.2.%d" % i, servers))
answered = []
while len(answered) < waiting:
    m, peer = s.recvfrom(4096)
    if peer[1] == port:
        answered.append(m[3] & 15)
assert set(answered) == {0}, answered
print(len(refused), "told no, then", len(answered), "answered")
PYTHON
}

@test "R1: answers with wrong id, question, type or source are dropped" {
	scripted spoofed
	run -0 resolve www.test A
	has 'www.test 60 A 192.0.2.1'
	lacks 6.6.6.6 'over TCP'
}

@test "R1: many such answers, and the query goes over TCP" {
	scripted flooded
	run -0 resolve www.test A
	has 'www.test 60 A 192.0.2.1' '(over TCP)'
	lacks 6.6.6.6
}

@test "R2: ports and ids of 3,000 queries are spread evenly" {
	scripted plain
	for i in {1..3000}; do
		echo "n$i.test A"
	done | (cd "$site" && xargs "$BIN/resolver" -q >/dev/null)
	[ "$(queries)" -ge 3000 ]
	python3 - "$questions" <<'PYTHON'
import sys
rows = [line.split() for line in open(sys.argv[1])]
for what, values, first in (("port", [int(r[2]) for r in rows], 1024),
                            ("id", [int(r[3]) for r in rows], 0)):
    bins, size = [0] * 16, (65536 - first) / 16
    for v in values:
        bins[int((v - first) / size)] += 1
    even = len(values) / 16
    chi = sum((b - even) ** 2 / even for b in bins)
    print(what, "chi-square", chi, "different", len(set(values)))
    # 15 degrees of freedom: above 50 once in 80,000 runs.
    assert chi < 50 and len(set(values)) > len(values) * 0.95
# The case of the name is in the log only as sent: see the unit tests.
PYTHON
}

@test "R3: what nobody asked for is not believed, in any section" {
	scripted poisoned
	run resolve a.evil.test A b.evil.test A c.evil.test A d.evil.test A \
	    www.victim.test A x.test A
	has 'a.evil.test 60 A 192.0.2.8' 'www.victim.test 60 A 192.0.2.7'
	lacks 6.6.6.6
	[ "$(queries '^127.0.2.2 .* x.test')" = 0 ]
	[ "$(queries '^127.0.2.2 .*victim')" = 0 ]
}

@test "R4: 200 clients with one question: one query upstream" {
	scripted slow
	inetd_start
	run flood 200 www.test
	[ "$output" = '{0: 200}' ]
	[ "$(queries ' www.test 1$')" = 1 ]
}

@test "R5: a server that is not there (ICMP) harms nobody" {
	scripted plain
	printf '%s\n' '. NS b.root.' 'b.root. A 127.0.2.99' \
	    >>"$site/etc/root.hints"
	run -0 resolve a.test A b.test A c.test A d.test A
	[ "$(grep -c ' A 192.0.2.1$' <<<"$output")" = 4 ]
}

@test "R6: a referral to 1,500 servers without addresses" {
	scripted glueless
	run -1 resolve www.many.test A www.many.test A
	[ "$(queries victim.test)" -le 10 ]
	[ "$(queries)" -le 50 ]
	has '(from my cache)'
}

@test "R7: twenty servers that never answer: SERVFAIL in time" {
	scripted mute 'time 1500'
	began=$EPOCHREALTIME
	run -1 resolve www.mute.test A
	took=$(( (${EPOCHREALTIME/./} - ${began/./}) / 1000 ))
	echo "took $took ms"
	[ "$took" -lt 6000 ]
	has 'I cannot find out'
}

@test "R8: delegations without end" {
	scripted endless
	run -1 resolve "$(seq -s . 1 60).test" A
	[ "$(queries)" -le 50 ]
}

@test "R9: two zones that live under each other: SERVFAIL, kept" {
	scripted crossed
	run -1 resolve www.a.test A www.a.test A
	[ "$(queries)" -le 10 ]
	has '(from my cache)'
}

@test "R10: aliases in a circle, and a hundred in a row" {
	scripted aliased
	run -1 resolve loop1.test A
	has 'too many aliases'
	run -1 resolve c0.test A
	has 'too many aliases'
	[ "$(queries)" -le 50 ]
}

@test "R11: a zone that its parent has dropped does not keep itself alive" {
	scripted ghost
	run -0 resolve a.ghost.test A b.ghost.test A
	has 'a.ghost.test 0 A 192.0.2.66' 'there is no ghost.test'
	lacks b.ghost.test\ 0
}

@test "R13: 4,000 records, names in circles, messages cut short" {
	scripted huge
	run -0 resolve huge.test A bomb.test A short.test A many.test A \
	    www.test A || [ "$status" = 1 ]
	[ "$(grep -c 'I cannot find out' <<<"$output")" = 4 ]
	has 'www.test 60 A 192.0.2.1'
}

@test "R14: TCP an octet at a time, and TC over TCP: one try" {
	scripted drip
	run -1 resolve drip.test A again.test A
	[ "$(queries 'tcp .* drip.test')" = 1 ]
	[ "$(queries 'tcp .* again.test')" = 1 ]
	[ "$(grep -c 'I cannot find out' <<<"$output")" = 2 ]
}

@test "R15: a flood of names that do not exist: others are answered" {
	scripted aged 'cache 65536'
	# How large the cache is at most: tests/unit/resolver_cache.c.
	# shellcheck disable=SC2046	# words are wanted
	run -0 resolve $(printf 'x%s.test A ' {1..5000}) long.test A
	has 'long.test 86400 A 192.0.2.1'
}

@test "R16: slow questions: as many as allowed wait, the others hear at once" {
	# Five servers that answer nothing until they are told to.
	scripted held 'waiting 50' 'time 60000'
	for i in 2 3 4 5; do
		printf '%s\n' ". NS r$i." "r$i. A 127.0.2.$i"
	done >>"$site/etc/root.hints"
	inetd_start
	run held_flood 200 50
	[ "$output" = '150 told no, then 50 answered' ]
	run lookup www.test
	has 'A 192.0.2.1'
}

@test "R17: strangers are refused" {
	scripted plain 'allow 127.0.0.9'
	inetd_start
	run lookup www.test
	has 'status: REFUSED'
	run lookup -b 127.0.0.9 www.test
	has 'status: NOERROR'
	[ "$(queries 'www.test 1$')" = 1 ]
}

@test "R18: times to live of 0, of 68 years, and below 0" {
	scripted aged
	run -0 resolve zero.test A zero.test A long.test A minus.test A \
	    none.test A
	[ "$(queries zero.test)" = 2 ]
	has 'long.test 86400 A' 'minus.test 0 A' \
	    'cached: no none.test for 3600 s'
}

@test "R19: addresses of the inside are taken out, if so wished" {
	scripted inside 'filter-private yes'
	run -0 resolve ten.test A lo.test A out.test A
	lacks ' A 10.0.0.1' ' A 127.0.0.1'
	has 'out.test 60 A 192.0.2.1'
}

@test "R20: who holds all connections and says nothing shuts nobody out" {
	scripted plain
	inetd_start
	python3 - "$(port resolver)" <<'PYTHON'
import socket, struct, sys
at = "127.0.0.1", int(sys.argv[1])
held = [socket.create_connection(at, 8) for _ in range(256)]
held[0].sendall(b"\0\x1a")              # one that has begun to speak
for i in range(10):
    s = socket.create_connection(at, 8)
    s.sendall(struct.pack("!7H", 26, i, 0x100, 1, 0, 0, 0) +
              b"\3www\4test\0\0\1\0\1")
    m = s.recv(512)
    assert m[2:4] == struct.pack("!H", i) and m[5] & 15 == 0, m
PYTHON
}

@test "R21: an alias with 28 KB of signatures: no name is lost behind them" {
	scripted heavy
	inetd_start
	run dig @127.0.0.1 -p "$(port resolver)" +tcp +dnssec heavy.test
	grep -q '^light\.test\..*192\.0\.2\.1$' <<<"$output"
	run dig @127.0.0.1 -p "$(port resolver)" +tcp heavy.test +short
	[ "$output" = $'middle.test.\nlight.test.\n192.0.2.1' ]
}
