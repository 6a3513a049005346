#!/usr/bin/env bats
#
# What is answered 250 is kept, whatever fails: a sample of `make faults`.

load lib/labnet

@test "calls of a delivery fail, one a session, and nothing is lost" {
	is_root || skip "needs root, to watch what other users run"
	not_sanitized "calls of their own"
	LABNET_BIN=$BIN "$ROOT/tests/faults/delivery" -n 10
}

@test "S29: calls of relay fail, one a run: nothing lost, one copy more at most" {
	is_root || skip "needs root"
	not_sanitized "calls of their own"
	LABNET_BIN=$BIN "$ROOT/tests/faults/relay" -n 60
}
