#!/usr/bin/env bats
#
# Mail to and from Postfix, OpenSMTPD and Exim, and reports both ways.

load lib/queue

peer() {
	is_root || skip "needs root, for namespaces"
	[ -d "/var/cache/labnet-peers/$1" ] || skip "no $1"
	unshare -n -m true 2>/dev/null || skip "no namespaces here"
	unshare -n -m --pid --fork --kill-child --mount-proc sh -c \
	    'ip link set lo up && ip link add outside type veth peer name far &&
	    ip address add 192.0.2.1/24 dev outside && ip link set outside up &&
	    ip link set far up && exec "$@"' sh "$ROOT/tests/lib/peer-mail" \
	    "$1" "$BATS_TEST_TMPDIR" 3>&-
}

@test "Postfix" { peer postfix; }
@test "OpenSMTPD" { peer opensmtpd; }
@test "Exim" { peer exim4-daemon-light; }
