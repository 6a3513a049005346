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

hash_of() {
	awk -F: -v user="$1" '$1 == user { print $2 }' etc/passwd
}

@test "hashes: sha512crypt or yescrypt, of the system's choice; no others" {
	"$BIN/account" -m sha512 add carol <<<secret
	# shellcheck disable=SC2016	# hashes have dollars
	[[ $(hash_of carol) == '$6$'????????????????'$'* ]]
	"$BIN/account" -m yescrypt passwd carol <<<secret
	# shellcheck disable=SC2016
	[[ $(hash_of carol) == '$y$'* ]]
	"$BIN/account" add dave <<<secret
	# shellcheck disable=SC2016
	[[ $(hash_of dave) == '$'[6y]'$'* ]]
	for method in md5 des sha256 ''; do
		run "$BIN/account" -m "$method" passwd carol <<<x
		[ "$status" = 1 ]
		[[ $output == *"$method: not a method that keeps a password"* ]]
	done
	# shellcheck disable=SC2016
	[[ $(hash_of carol) == '$y$'* ]]
}

@test "what login.defs says of the system is followed, but not to md5" {
	is_root && unshare -m true 2>/dev/null || skip 'no mount namespace'
	for method in YESCRYPT:y SHA512:6 MD5: DES:; do
		printf '# x\nMAIL_DIR /var/mail\nENCRYPT_METHOD\t%s\n' \
		    "${method%:*}" >"$BATS_TEST_TMPDIR/login.defs"
		# shellcheck disable=SC2016	# the inner shell's
		run unshare -m sh -c 'mount --bind "$0" /etc/login.defs &&
		    echo pw | "$1" passwd bob' "$BATS_TEST_TMPDIR/login.defs" \
		    "$BIN/account"
		case $method in
		*:)	[ "$status" = 1 ]
			[[ $output == *login.defs*"${method%:*}: not a method"* ]] ;;
		*)	[ "$status" = 0 ]
			[[ $(hash_of bob) == "\$${method#*:}\$"* ]] ;;
		esac
	done
}

@test "lock and unlock: the hash stays, and nobody comes in by it" {
	before=$(hash_of bob)
	"$BIN/account" lock bob
	[ "$(hash_of bob)" = "!$before" ]
	"$BIN/account" list bob | grep -q '(locked)$'
	run "$BIN/account" lock bob;		[ "$status" = 1 ]
	whole_start
	[ "$("$ROOT/tests/lib/ask-authd" V smtpd bob hungry '' '')" = N ]
	"$BIN/account" unlock bob
	[ "$("$ROOT/tests/lib/ask-authd" V smtpd bob hungry '' '')" = Y ]
	run "$BIN/account" unlock bob;		[ "$status" = 1 ]
	run "$BIN/account" lock nobody;		[ "$status" = 1 ]
	inetd_stop
}

@test "quota: set, shown, taken away; the user's own file" {
	"$BIN/account" quota bob 100M,50
	file=spool/mail/bob/maildirsize
	[ "$(head -n 1 "$file")" = 104857600S,50C ]
	[ "$(stat -c %u "$file")" = "$(stat -c %u spool/mail/bob)" ]
	"$BIN/account" quota bob | grep -qx \
	    '0 of 104857600 octets, 0 of 50 messages'
	"$BIN/account" quota bob 5000
	[ "$(head -n 1 "$file")" = 5000S ]
	for wrong in '' x 5X 0 '5,' 5,x 99999999999999999999 9999999T; do
		run "$BIN/account" quota bob "$wrong";	[ "$status" = 1 ]
	done
	[ "$(head -n 1 "$file")" = 5000S ]
	"$BIN/account" quota bob none
	[ ! -e "$file" ]
	run "$BIN/account" quota nobody 5;	[ "$status" = 1 ]
	run "$BIN/account" quota bob 5 6;	[ "$status" = 100 ]
	run "$BIN/account" list bob 5;		[ "$status" = 100 ]
	# A maildir that the user has led elsewhere is not followed by root.
	is_root || return 0
	rm -r spool/mail/bob
	ln -s ../../etc spool/mail/bob
	run "$BIN/account" quota bob 5
	[ "$status" = 111 ] && [ ! -e etc/maildirsize ]
}

@test "a list that breaks off in the middle is no list" {
	not_sanitized 'a tracer'
	command -v strace >/dev/null || skip 'strace is not installed'
	strace -o /dev/null true 2>/dev/null || skip 'tracing is not allowed'
	for i in {1..100}; do
		echo "u$i:x:$((21000 + i)):$((21000 + i))::spool/home/u$i:s"
	done >>etc/passwd
	run strace -qq -o /dev/null -P etc/passwd -e trace=read \
	    -e inject=read:error=EIO:when=2 "$BIN/account" list
	[ "$status" = 111 ]
	[[ $output == *'etc/passwd: '* ]]
}

@test "killed at any call, account leaves the file whole and no lock" {
	not_sanitized 'calls of their own'
	command -v strace >/dev/null || skip 'strace is not installed'
	strace -o /dev/null true 2>/dev/null || skip 'tracing is not allowed'
	cp etc/passwd "$BATS_TEST_TMPDIR/before"
	strace -o "$BATS_TEST_TMPDIR/trace" "$BIN/account" lock bob
	"$BIN/account" unlock bob
	sed -n 's/^\(openat\|open\|flock\|fchmod\|fchown\|write\|writev\|fsync\|rename\|renameat2\|unlink\|close\)(.*/\1/p' \
	    "$BATS_TEST_TMPDIR/trace" | awk '{ print $1, ++n[$1] }' \
	    >"$BATS_TEST_TMPDIR/points"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/points")" -gt 10 ]
	while read -r call n; do
		{ strace -o /dev/null -e trace="$call" \
		    -e inject="$call:signal=KILL:when=$n" \
		    "$BIN/account" lock bob || :; } 2>/dev/null
		[ "$(wc -l <etc/passwd)" = \
		    "$(wc -l <"$BATS_TEST_TMPDIR/before")" ]
		"$BIN/account" unlock bob 2>/dev/null || :
		# shellcheck disable=SC2016	# hashes have dollars
		[[ $(hash_of bob) == '$6$'* ]]
	done <"$BATS_TEST_TMPDIR/points"
}
