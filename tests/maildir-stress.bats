#!/usr/bin/env bats
#
# Deliveries, POP3 and IMAP at one maildir at the same time, and large ones.

bats_require_minimum_version 1.5.0

load lib/maildrop

setup() {
	maildrop
	cd "$BATS_TEST_TMPDIR" || return
}

@test "delivery, DELE, EXPUNGE, flags at once: no UID twice, nothing lost" {
	"$ROOT/tests/lib/mailbox-stress" "$BIN" "$box" 25
}

@test "two sessions delete the same messages" {
	local i sessions=()

	for i in 1 2 3 4; do
		message $i.a 100
	done
	pop QUIT >/dev/null
	for i in 1 2 3; do
		pop 'DELE 1' 'DELE 3' QUIT >said.$i &
		sessions+=($!)
	done
	wait "${sessions[@]}"
	[ "$(find "$box/cur" "$box/new" -type f | wc -l)" -le 2 ]
	[ "$(grep -lc 'goodbye' said.[123] | wc -l)" = 3 ]
	[ ! -e "$box/dovecot-uidlist.lock" ]
}

@test "20,000 messages: counted, within 16 MB, the second time from the index" {
	not_sanitized 'memory of their own'
	seq 20000 | sed "s|.*|$box/cur/1700&.M&.h,S=10,W=12:2,S|" |
		xargs touch
	printf 'STAT\r\nUIDL 20000\r\nQUIT\r\n' >commands
	# A session has no more memory than this, and gets along with it.
	(ulimit -v 16384 && "$BIN/pop3d" "$box" <commands) >first
	grep -q '^+OK 20000 240000' first
	touch -d '1 hour ago' "$box/cur" "$box/new"
	"$BIN/pop3d" "$box" <commands >second
	[ -e "$box/labnet.index" ]
	strace -o trace -e trace=getdents64 "$BIN/pop3d" "$box" <commands \
	    >third 2>/dev/null || skip 'tracing is not allowed'
	cmp first second
	cmp first third
	# The two of the look into tmp/.
	[ "$(grep -c getdents64 trace)" = 2 ]
}
