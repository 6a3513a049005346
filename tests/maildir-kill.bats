#!/usr/bin/env bats
#
# A session is killed at each of its system calls in turn; whoever comes next
# must find every message, whole, once, and under the number it had.

bats_require_minimum_version 1.5.0

load lib/maildrop

setup() {
	not_sanitized 'calls of their own'
	command -v strace >/dev/null || skip 'strace is not installed'
	maildrop
	cd "$BATS_TEST_TMPDIR" || return
	strace -o /dev/null true 2>/dev/null || skip 'tracing is not allowed'
}

# points COMMAND...: into the file points, a line each, the calls at which it
# matters to die: name, and the how manieth of that name it is.
points() {
	strace -o trace "$@" >/dev/null 2>&1
	awk -F'(' '/^[a-z]/ { n[$1]++ }
	    /SECCOMP/ { begun = 1 }
	    begun && /^(open|openat|pwrite64|write|fsync|renameat|linkat|unlinkat|ftruncate|sendto|getdents64|utimensat)[(]/ {
		print $1, n[$1] }' trace >points
}

# killed CALL N COMMAND...: it dies in front of its Nth such call.
killed() {
	local call=$1 n=$2 status=0
	shift 2
	{
		strace -o /dev/null -e trace="$call" \
		    -e inject="$call:signal=KILL:when=$n" "$@" >said || status=$?
	} 2>/dev/null
	[ "$status" -gt 128 ] || { echo "$call $n did not kill"; return 1; }
}

# aged: the directories have not changed for long.  Those that just did are
# read until they stand still, which is as many calls as the clock will have.
aged() {
	touch -d '1 minute ago' "$box"/{cur,new}
}

ids() {
	pop UIDL QUIT | grep -E '^[0-9]+ [0-9a-f]{16}$' || :
}

fill() {
	local i

	for i in 1 2 3 4 5; do
		letter 100 >"$1/100$i.h"
	done
}

@test "killed while UIDs are stored: the same UIDs, or none was told" {
	local call n
	prepare() {
		rm -rf "$box"
		maildrop
		fill "$box/cur"
		rm "$box/cur/1004.h" "$box/cur/1005.h"
		ids >before
		fill "$box/new"
		rm "$box"/new/100[123].h
		aged
	}
	uidl() {
		printf 'UIDL\r\nQUIT\r\n'
	}

	prepare
	points "$BIN/pop3d" "$box" < <(uidl)
	[ "$(wc -l <points)" -gt 20 ]
	while read -r call n; do
		prepare
		killed "$call" "$n" "$BIN/pop3d" "$box" < <(uidl)
		tr -d '\r' <said | grep -E '^[0-9]+ [0-9a-f]{16}$' >told || :
		ids >after
		ids | cmp - after
		[ "$(wc -l <after)" = 5 ]
		[ "$(sed 's/.* //' after | sort -u | wc -l)" = 5 ]
		head -3 after | cmp - before
		head -n "$(wc -l <told)" after | cmp - told
		# A lock that was left behind keeps nobody waiting.
		letter 100 >"$box/new/2000.h"
		[ "$(ids | wc -l)" = 6 ]
	done <points
}

@test "killed while the first list is made" {
	local call n

	fill "$box/new"
	aged
	points "$BIN/pop3d" "$box" < <(printf 'UIDL\r\nQUIT\r\n')
	while read -r call n; do
		rm -rf "$box"
		maildrop
		fill "$box/new"
		aged
		killed "$call" "$n" "$BIN/pop3d" "$box" \
		    < <(printf 'UIDL\r\nQUIT\r\n')
		tr -d '\r' <said | grep -E '^[0-9]+ [0-9a-f]{16}$' >told || :
		ids >after
		[ "$(sed 's/.* //' after | sort -u | wc -l)" = 5 ]
		head -n "$(wc -l <told)" after | cmp - told
	done <points
}

@test "killed in UPDATE: what was not deleted is all there" {
	local call n
	prepare() {
		rm -rf "$box"
		maildrop
		fill "$box/cur"
		ids >before
		aged
	}
	session() {
		printf '%s\r\n' 'DELE 1' 'DELE 2' 'RETR 4' QUIT
	}

	prepare
	points "$BIN/pop3d" "$box" < <(session)
	grep -q unlinkat points
	while read -r call n; do
		prepare
		killed "$call" "$n" "$BIN/pop3d" "$box" < <(session)
		ids >after
		tail -3 after | sed 's/.* //' >kept
		sed -n '3,5s/.* //p' before | cmp - kept
		if grep -q goodbye said; then
			[ "$(wc -l <after)" = 3 ]
		fi
	done <points
}

@test "killed in COPY: all or none, and none twice" {
	local call n there
	session() {
		printf '%s\r\n' 'a SELECT INBOX' 'b COPY 1:5 Work' 'c LOGOUT'
	}
	there() {
		printf 'a STATUS Work (MESSAGES)\r\nb LOGOUT\r\n' |
		    "$BIN/imapd" "$box" 2>/dev/null |
		    sed -n 's/.*MESSAGES \([0-9]*\).*/\1/p'
	}
	prepare() {
		rm -rf "$box/.Work" "$box/labnet.modseq"
		printf 'a CREATE Work\r\nb LOGOUT\r\n' |
		    "$BIN/imapd" "$box" >said 2>/dev/null
	}

	fill "$box/cur"
	prepare
	ids >/dev/null
	aged
	points "$BIN/imapd" "$box" < <(session)
	grep -q linkat points
	[ "$(there)" = 5 ]
	while read -r call n; do
		prepare
		killed "$call" "$n" "$BIN/imapd" "$box" < <(session)
		there=$(there)
		echo "$call $n: $there" >>outcomes
		if grep -q '^b OK' said; then
			[ "$there" = 5 ]
		else
			[ "$there" = 0 ] || [ "$there" = 5 ]
		fi || { echo "killed at $call $n: $there copies"; false; }
		# It stays so when the next message is given a UID.
		letter 100 >"$box/.Work/new/2000.h"
		[ "$(there)" = $((there + 1)) ]
		[ ! -e "$box/.Work/labnet.undo" ]
	done <points
	# Both happened, or this test proves nothing.
	grep -q ': 0$' outcomes
	grep -q ': 5$' outcomes
}
