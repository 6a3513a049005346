#!/usr/bin/env bats
#
# account edits etc/passwd: what it does to the lines of others.

bats_require_minimum_version 1.5.0

load lib/labnet

setup() {
	whole_site
	cd "$site" || return
}

@test "a last line without its end stays a line of its own" {
	truncate -s -1 etc/passwd
	last=$(tail -n 1 etc/passwd)
	"$BIN/account" add carol <<<secret
	grep -Fqx -- "$last" etc/passwd
	[ "$("$BIN/account" list | grep -cE '^(alice|bob|carol) ')" = 3 ]
}

@test "a line that cannot be kept as it is stops every change" {
	cp etc/passwd "$BATS_TEST_TMPDIR/good"
	for bad in 'eve\0:x:20005:20005::h:s\n' "$(printf '%01100d' 0)\n"; do
		# shellcheck disable=SC2059	# the format is the line
		{ cat "$BATS_TEST_TMPDIR/good"; printf "$bad"; } >etc/passwd
		cp etc/passwd "$BATS_TEST_TMPDIR/before"
		run "$BIN/account" add carol <<<x
		[ "$status" = 1 ]
		[[ $output == *'line too long, or a NUL in it'* ]]
		run "$BIN/account" del bob;		[ "$status" = 1 ]
		cmp etc/passwd "$BATS_TEST_TMPDIR/before"
	done
}

@test "wrong lines that can be kept are kept" {
	printf '%s\n' '# a comment' '' 'Upper:x:1:2:c:h:s' >>etc/passwd
	"$BIN/account" add carol <<<secret
	grep -qx '# a comment' etc/passwd
	grep -qx '' etc/passwd
	grep -qx 'Upper:x:1:2:c:h:s' etc/passwd
}

@test "of two lines of one name the first is the account, and both go" {
	grep '^bob:' etc/passwd | sed 's/:2000[0-9]:/:20077:/' >twin
	uid=$(awk -F: '$1 == "bob" { print $3 }' etc/passwd)
	cat twin >>etc/passwd
	"$BIN/account" passwd bob <<<other
	[ "$(awk -F: '$1 == "bob" { print $3 }' etc/passwd)" = "$uid" ]
	"$BIN/account" del bob
	run ! grep -q '^bob:' etc/passwd
}
