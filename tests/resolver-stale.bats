#!/usr/bin/env bats
#
# Answers past their time, and before: what the resolver tells when nobody can
# tell better, and what it renews while it is still good.

# shellcheck disable=SC2016	# what eval gets is quoted on purpose

bats_require_minimum_version 1.5.0

load lib/resolver

teardown() {
	inetd_stop || :
	script_stop
	cat "$log" 2>/dev/null || :	# shown only if the test failed
}

@test "past its time, when nobody can tell better (serve-stale)" {
	scripted plain 'max-ttl 1' 'serve-stale 3600' 'prefetch no'
	place
	inetd_start
	run lookup www.test
	has 'www.test. 1 IN A 192.0.2.1'
	script_stop
	until_true eval '[[ "$(lookup www.test)" = *"www.test. 30 IN A"* ]]'
	run lookup www.test
	has 'status: NOERROR' 'A 192.0.2.1'
	run lookup unheard.test
	has 'status: SERVFAIL'
	[ "$(counter stale)" = 1 ]
}

@test "without serve-stale it is not" {
	scripted plain 'max-ttl 1' 'prefetch no' 'time 1000'
	inetd_start
	lookup www.test
	script_stop
	until_true eval '[[ "$(lookup www.test)" = *SERVFAIL* ]]'
}

@test "a client does not wait for long if there is something stale" {
	scripted plain 'max-ttl 1' 'serve-stale 3600' 'prefetch no' \
	    'time 60000'
	for i in 2 3 4 5; do
		printf '%s\n' ". NS r$i." "r$i. A 127.0.2.$i"
	done >>"$site/etc/root.hints"
	sed -i 's/resolver resolver/& -v/' "$site/etc/services.conf"
	inetd_start
	lookup www.test
	script_stop
	until_true eval '[[ "$(lookup www.test)" = *"www.test. 30 IN A"* ]]'
	# Before the walk has asked all of them in vain.
	[ "$(times 'given up')" = 0 ]
}

@test "what is popular is renewed before it expires" {
	scripted plain 'max-ttl 4'
	place
	inetd_start
	# The time for it is its last tenth: dig would not come often enough.
	python3 - "$(port resolver udp)" 3>&- <<'PYTHON' &
import socket, struct, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect(("127.0.0.1", int(sys.argv[1])))
end = time.monotonic() + 60
while time.monotonic() < end:
    s.send(struct.pack("!6H", 1, 0x100, 1, 0, 0, 0) + b"\3www\4test\0\0\1\0\1")
    s.recv(512)
    time.sleep(0.02)
PYTHON
	popular=$!
	until_true eval '[ "$(counter prefetched 2>&1)" -ge 1 ]' 2>/dev/null
	kill "$popular"
	[ "$(queries 'www.test 1$')" -ge 2 ]
	run lookup www.test
	has 'A 192.0.2.1'
}
