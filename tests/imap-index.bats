#!/usr/bin/env bats
#
# labnet.index and what is synced: written when nobody waits, and nothing is
# said to be done that is not on the disk.

bats_require_minimum_version 1.5.0

root=${BATS_TEST_DIRNAME%/*}
LABNET_BIN=${LABNET_BIN:-$root/build/bin}
load lib/variant

setup() {
	box=$BATS_TEST_TMPDIR/mail
	mkdir -p "$box"/{cur,new,tmp} "$box"/.Other/{cur,new,tmp}
	cd "$BATS_TEST_TMPDIR" || return
}

# N messages, and directories that did not change for long.
fill() {
	local i

	for ((i = 1; i <= $1; i++)); do
		printf 'Subject: %d\n\nx\n' "$i" \
		    >"$box/cur/$((1700000000 + i)).M1.h,S=14,W=17:2,"
	done
	touch -d '2020-01-01' "$box"/{cur,new}
}

# talk COMMAND...: each answer is waited for; then the input stays open until
# there is an index, for ten seconds at most: AT_ONCE not at all.
talk() {
	python3 - "$LABNET_BIN/imapd" "$box" "$@" <<-'END'
	import os, subprocess, sys, time
	imapd, box, *commands = sys.argv[1:]
	p = subprocess.Popen([imapd, box], stdin=subprocess.PIPE,
	                     stdout=subprocess.PIPE)
	p.stdout.readline()
	for c in commands:
	    p.stdin.write(b"x " + c.encode() + b"\r\n")
	    p.stdin.flush()
	    while not (line := p.stdout.readline()).startswith(b"x "):
	        assert line, c
	    assert line.startswith(b"x OK"), line
	end = time.monotonic() + 10 * ("AT_ONCE" not in os.environ)
	while not os.path.exists(f"{box}/labnet.index"):
	    if time.monotonic() > end:
	        sys.exit("no index")
	    time.sleep(.01)
	assert p.poll() is None
	p.stdin.close()
	assert p.wait() == 0
	END
}

@test "who left a large mailbox has its index written while nothing comes" {
	fill 60
	talk 'SELECT INBOX' 'SELECT Other'
	rm "$box/labnet.index"
	touch -d '2020-01-02' "$box/cur"
	talk 'SELECT INBOX' CLOSE
	rm "$box/labnet.index"
	touch -d '2020-01-03' "$box/cur"
	# One more mailbox that is left does not hinder.
	talk 'SELECT INBOX' 'SELECT Other' CLOSE
}

@test "who asks for the mailbox that was left: its index is there by then" {
	local command

	fill 60
	for command in 'SELECT INBOX' 'STATUS INBOX (MESSAGES)' \
	    'LIST "" INBOX RETURN (STATUS (UNSEEN))'; do
		rm -f "$box/labnet.index"
		AT_ONCE=1 talk 'SELECT INBOX' 'SELECT Other' "$command"
	done
}

@test "a mailbox that was left may be renamed and deleted" {
	mkdir -p "$box"/.Work/{cur,new,tmp}
	fill 60
	mv "$box"/cur/* "$box/.Work/cur"
	touch -d '2020-01-01' "$box"/.Work/{cur,new}
	printf 'x %s\r\n' 'SELECT Work' 'SELECT INBOX' 'RENAME Work Play' \
	    'SELECT Play' 'SELECT INBOX' 'DELETE Play' 'LIST "" *' |
	    "$LABNET_BIN/imapd" "$box" >said
	[ "$(grep -c '^x OK' said)" = 7 ]
	run ! grep -E '^\* LIST .*(Work|Play)' said
}

# failing N COMMANDS: the Nth sync of the session fails.
failing() {
	printf '%b' "$2" | strace -qq -o /dev/null -e trace=fsync \
	    -e inject=fsync:error=EIO:when="$1" "$LABNET_BIN/imapd" "$box" \
	    2>>log
}

@test "a sync that fails: not put in, and its UID is not used again" {
	not_sanitized 'a tracer'
	command -v strace >/dev/null || skip 'strace is not installed'
	strace -o /dev/null true 2>/dev/null || skip 'tracing is not allowed'
	local n put='x APPEND Other {5+}\r\nS: x\n\r\n' uid last=0

	for n in 1 2 3; do
		printf '%b' "$put" | "$LABNET_BIN/imapd" "$box" >said
		uid=$(sed -n 's/.*APPENDUID [0-9]* \([0-9]*\).*/\1/p' said)
		[ "$uid" -gt "$last" ]
		last=$uid
		failing "$n" "$put" >said
		grep -q '^x NO' said
		[ "$(find "$box"/.Other/{cur,new,tmp} -type f | wc -l)" = "$n" ]
	done
	for n in 1 2 3; do
		failing "$n" "x CREATE New$n\r\n" >said
		grep -q '^x NO' said
	done
	failing 4 'x CREATE Newer\r\n' | grep -q '^x OK'
}
