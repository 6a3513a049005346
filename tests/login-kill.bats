#!/usr/bin/env bats
#
# A login half, or authd, is killed at each system call of one login: row A8.

bats_require_minimum_version 1.5.0

load lib/labnet

setup() {
	not_sanitized 'calls of their own'
	command -v strace >/dev/null || skip 'strace is not installed'
	strace -o /dev/null true 2>/dev/null || skip 'tracing is not allowed'
	whole_site
	# What strace is told to run lies in the site, and so do paths to it.
	chmod a+x "${BATS_TEST_TMPDIR%/*}" "${BATS_TEST_TMPDIR%/*/*}"
}

@test "the login half killed at every call: no orphan, no root, no silence" {
	"$ROOT/tests/faults/login" "$site" "$BIN" login
}

@test "authd or its child killed at every call: no orphan, no root, no silence" {
	"$ROOT/tests/faults/login" "$site" "$BIN" authd
}
