#!/usr/bin/env bats
#
# Zones that change, break and grow; zonec and dnsd alone, without inetd.

# shellcheck disable=SC2016	# $TTL is the zone file's, $(short) eval's

bats_require_minimum_version 1.5.0

load lib/inetd

setup() {
	site
	cd "$BATS_TEST_TMPDIR" || return
	mkdir zones spool
}

@test "a zone cut off at any octet never replaces the good one" {
	python3 "$ROOT/tests/dns/cut.py" "$BIN" "$BATS_TEST_TMPDIR"
}

@test "a hundred reloads under questions: whole answers, none lost" {
	python3 "$ROOT/tests/dns/reload.py" "$BIN" "$BATS_TEST_TMPDIR"
}

@test "a new version answers as soon as it is compiled" {
	python3 "$ROOT/tests/dns/edit.py" "$BIN" "$BATS_TEST_TMPDIR"
}

@test "a silent secondary is told three times, and no edit waits for it" {
	python3 "$ROOT/tests/dns/notify.py" "$BIN" "$BATS_TEST_TMPDIR"
}

@test "settings that cannot be read: the zones are made, and it is said" {
	printf '%s\n' '$TTL 1' '@ SOA a b 1 2 3 4 5' '@ NS a' \
	    'a A 127.0.0.1' >zones/x.test.zone
	mkdir dns.conf
	run -0 "$BIN/zonec" -c dns.conf -z zones -d spool
	[[ $output == *'x.test. serial 1'* ]]
	[[ $output == *'dns.conf: Is a directory'* ]]
}

@test "two files of one zone: the first is read, nothing is made twice" {
	printf '%s\n' '$TTL 1' '@ SOA a b 1 2 3 4 5' '@ NS a' \
	    'a A 127.0.0.1' | tee zones/x.test.zone >zones/X.TEST.zone
	run -0 compile
	[[ $output == *'x.test.zone: the zone of X.TEST.zone: not read'* ]]
	before=$(stat -c '%i %z' spool/zones.db)
	run -0 compile
	[ -z "$output" ]
	[ "$(stat -c '%i %z' spool/zones.db)" = "$before" ]
	rm zones/X.TEST.zone
	run -0 compile
	[[ $output == *'x.test. serial 1'* ]]
}

@test "two million names: bounded memory, progress, a start at once" {
	not_sanitized 'memory of their own'
	python3 "$ROOT/tests/dns/big.py" "$BIN" "$BATS_TEST_TMPDIR"
}

@test "long sets, long chains, names at the limit" {
	python3 "$ROOT/tests/dns/limits.py" "$BIN" "$BATS_TEST_TMPDIR"
}

compile() {
	"$BIN/zonec" -z zones -d spool
}

@test "nothing has changed: zonec writes nothing" {
	printf '%s\n' '$TTL 1' '@ SOA a b 1 2 3 4 5' '@ NS a' 'a A 127.0.0.1' \
	    >zones/x.test.zone
	compile
	before=$(stat -c '%i %z' spool/zones.db)
	run -0 compile
	[ -z "$output" ]
	[ "$(stat -c '%i %z' spool/zones.db)" = "$before" ]
}

@test "an included file counts as the zone's text" {
	mkdir zones/parts
	echo 'www A 127.0.0.5' >zones/parts/hosts
	printf '%s\n' '$TTL 1' '@ SOA a b 1 2 3 4 5' '@ NS a' \
	    'a A 127.0.0.1' '$INCLUDE parts/hosts' >zones/x.test.zone
	run -0 compile
	[[ $output == *'x.test. serial 1, 3 names, 4 records'* ]]
	echo 'ftp A 127.0.0.6' >>zones/parts/hosts
	run -0 compile
	[[ $output == *'x.test. serial 1, 4 names, 5 records'* ]]
	# Missing, it is an error, told once; back, it is read.
	mv zones/parts/hosts kept
	run -0 compile
	[[ $output == *'x.test.zone:5: parts/hosts: No such file'* ]]
	[[ $output == *'has errors, serial 1 stays'* ]]
	run -0 compile
	[ -z "$output" ]
	mv kept zones/parts/hosts
	run -0 compile
	[[ $output == *'4 names, 5 records'* ]]
}

@test "a file that is no zones.db is not served, and made anew" {
	printf '%s\n' '$TTL 1' '@ SOA a b 1 2 3 4 5' '@ NS a' 'a A 127.0.0.1' \
	    >zones/x.test.zone
	head -c 5000 /dev/urandom >spool/zones.db
	run -0 compile
	[[ $output == *'made anew'* ]]
	run -0 compile
	[ -z "$output" ]
}

@test "a file that cannot be read just now is read once it can be" {
	not_sanitized 'a tracer'
	command -v strace >/dev/null || skip 'no strace'
	strace -o /dev/null true 2>/dev/null || skip 'tracing is not allowed'
	printf '%s\n' '$TTL 1' '@ SOA a b 1 2 3 4 5' '@ NS a' \
	    'a A 127.0.0.1' >zones/x.test.zone
	strace -qq -o calls -e trace=openat "$BIN/zonec" -z zones -d spool
	n=$(grep -n '"x.test.zone"' calls | cut -d: -f1)
	sed -i 's/ a b 1 / a b 2 /' zones/x.test.zone
	for fault in "openat:error=EMFILE:when=$n" read:error=EIO; do
		only=(-P "$PWD/zones/x.test.zone")
		[ "${fault%%:*}" = read ] || only=()
		run -0 strace -qq -o /dev/null "${only[@]}" \
		    -e trace="${fault%%:*}" -e inject="$fault" \
		    "$BIN/zonec" -z zones -d spool
		[[ $output == *'x.test.zone:'* && $output != *'stays'* ]]
	done
	run -0 compile
	[[ $output == *'x.test. serial 2'* ]]
	if [ -x "$BIN/zonecheck" ]; then
		run -111 strace -qq -o /dev/null -P zones/x.test.zone \
		    -e trace=read -e inject=read:error=EIO \
		    "$BIN/zonecheck" zones/x.test.zone
	fi
}

@test "a full disk: the old file stays" {
	is_root && unshare -m true 2>/dev/null || skip 'cannot mount'
	for i in {1..9000}; do echo "h$i A 127.0.0.1"; done >"more"
	printf '%s\n' '$TTL 1' '@ SOA a b 1 2 3 4 5' '@ NS a' 'a A 127.0.0.1' \
	    >zones/x.test.zone
	unshare -m bash -s "$BIN" <<'EOF'
	mount -t tmpfs -o size=256k none spool
	"$1/zonec" -z zones -d spool || exit 1
	before=$(stat -c %i spool/zones.db)
	cat more >>zones/x.test.zone
	"$1/zonec" -z zones -d spool && exit 2
	[ "$(stat -c %i spool/zones.db)" = "$before" ] || exit 3
	mount -o remount,size=4m spool
	"$1/zonec" -z zones -d spool || exit 4
	[ "$(stat -c %i spool/zones.db)" != "$before" ]
EOF
}

@test "EDNS options, the rate limit, the query log, the counters" {
	python3 "$ROOT/tests/dns/options.py" "$BIN" "$BATS_TEST_TMPDIR"
}

@test "a query costs at most 1800 user instructions and two system calls" {
	command -v valgrind >/dev/null && command -v strace >/dev/null ||
		skip 'no valgrind or no strace'
	not_sanitized 'instructions of their own'
	cp "$ROOT"/etc/zones/*.zone zones/
	compile
	printf '%s\n' 'www.hamburger.edu A' 'mail.hamburger.edu A' \
	    'ftp.hamburger.edu A' 'crepes.fr A' 'www.crepes.fr A' \
	    'mail.crepes.fr A' 'hamburger.edu A' 'ns1.hamburger.edu A' \
	    'nope.hamburger.edu A' 'pop.hamburger.edu A' >names
	python3 "$ROOT/tests/bench/dns_instructions.py" "$BIN" spool names 1800
}
