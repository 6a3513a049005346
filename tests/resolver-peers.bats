#!/usr/bin/env bats
#
# The resolver beside Unbound, and before dnsd, NSD, Knot and BIND: the same
# answers.  What is compared is in tests/dns/resolve*.py; 10,000 questions
# are asked by
#
#	python3 tests/dns/resolve.py build/bin "$(mktemp -d)" 10000

bats_require_minimum_version 1.5.0

load lib/resolver

# compare SCRIPT ARG...: run it; some machines have not what it needs
compare() {
	local script=$1 status=0
	shift

	/usr/bin/python3 -c 'import dns' 2>/dev/null || skip 'no dnspython'
	mkdir "$BATS_TEST_TMPDIR/work"
	/usr/bin/python3 "$ROOT/tests/dns/$script" "$BIN" \
	    "$BATS_TEST_TMPDIR/work" "$@" >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- ||
		status=$?
	tail -n 40 "$BATS_TEST_TMPDIR/out"
	[ "$status" != 77 ] || skip "$(tail -n 1 "$BATS_TEST_TMPDIR/out")"
	[ "$status" = 0 ]
}

@test "2,000 questions over a tree of 130 zones: the same answers as Unbound" {
	compare resolve.py 2000 959
}

@test "the awkward zone, served by dnsd, NSD, Knot and BIND: one answer" {
	compare resolve_awkward.py "$ROOT/tests/dns/awkward.test.zone"
}
