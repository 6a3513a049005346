#!/usr/bin/env bats
#
# relay and servers that misbehave: tests/lib/bad-peers has the ways.

load lib/labnet

@test "S30: each way to misbehave costs little, and loses and doubles nothing" {
	"$ROOT/tests/lib/bad-peers" "$BATS_TEST_TMPDIR"
}
