#!/usr/bin/env bats
#
# trace: dialogues written down, with secrets hidden.

# shellcheck disable=SC2030,SC2031	# each test is a subshell, and knows it
bats_require_minimum_version 1.5.0

load lib/inetd

setup() {
	site
	cat >"$site/pop.sh" <<-'EOF'
	printf '+OK ready\r\n'
	while read -r verb rest; do
		case $verb in
		[Qq]UIT*) printf '+OK bye\r\n'; exit 7 ;;
		AUTH*) printf '+ go on\r\n' ;;
		*) printf '+OK\r\n' ;;
		esac
	done
	EOF
	services <<-'EOF'
	0 stream tcp nowait @USER@ /bin/sh pop pop.sh
	0 stream tcp nowait @USER@ /bin/cat cat
	0 dgram udp wait @USER@ /bin/true wait
	EOF
	inetd_start
}

teardown() {
	inetd_stop || :
	cat "$log" 2>/dev/null || :
}

ctl() {
	"$BIN/inetctl" -C "$site" "$@"
}

@test "a session is a file in textbook notation; passwords are hidden" {
	run -0 ctl trace pop on
	dial a pop;		hear "$a" '+OK ready'
	say "$a" 'USER bob';	hear "$a" '+OK'
	say "$a" 'pass hungry';	hear "$a" '+OK'
	say "$a" 'AUTH PLAIN';	hear "$a" '+ go on'
	say "$a" 'AGJvYgBodW5ncnk='; hear "$a" '+OK'
	say "$a" 'a1 LOGIN bob hungry'; hear "$a" '+OK'
	printf 'odd \033[2J\377\r\n' >&"$a"; hear "$a" '+OK'
	say "$a" QUIT;		hear "$a" '+OK bye'
	gone "$a"
	logged 'pop: 127.0.0.1:.* exit 7'
	cat "$site"/spool/trace/pop/* | diff - <(cat <<-'EOF'
	S: +OK ready
	C: USER bob
	S: +OK
	C: pass ****
	S: +OK
	C: AUTH ****
	S: + go on
	C: ****
	S: +OK
	C: a1 LOGIN ****
	S: +OK
	C: odd \x1b[2J\xff
	S: +OK
	C: QUIT
	S: +OK bye
	EOF
	)
	run ! grep -r hungry "$site/spool/trace"
}

@test "a secret is one also if a command was sent ahead of it" {
	run -0 ctl trace pop on
	dial a pop;		hear "$a" '+OK ready'
	printf 'NOOP\r\nAUTH PLAIN\r\n' >&"$a"
	hear "$a" '+OK';	hear "$a" '+ go on'
	say "$a" 'AGJvYgBodW5ncnk='; hear "$a" '+OK'
	say "$a" 'AUTH PLAIN AGJvYgBodW5ncnk='; hear "$a" '+ go on'
	say "$a" 'NOOP in secret'; hear "$a" '+OK'
	say "$a" 'NOOP again';	hear "$a" '+OK'
	say "$a" QUIT;		hear "$a" '+OK bye'
	gone "$a"
	logged 'pop: 127.0.0.1:.* exit 7'
	run cat "$site"/spool/trace/pop/*
	[[ $output != *AGJv* && $output != *'in secret'* ]]
	[[ $output == *'C: NOOP again'* ]]
}

@test "on and off count from the next session; a reload keeps it" {
	dial a cat; say "$a" 1; hear "$a" 1
	run -0 ctl trace cat on
	run -0 ctl reload
	dial b cat; say "$b" 2; hear "$b" 2
	run -0 ctl trace cat off
	dial c cat; say "$c" 3; hear "$c" 3
	hang_up "$a"; hang_up "$b"; hang_up "$c"
	until_true three_ended
	[ "$(cat "$site"/spool/trace/cat/*)" = $'C: 2\nS: 2' ]
}

three_ended() {
	[ "$(times 'cat: 127.* exit 0')" = 3 ]
}

@test "the file belongs to the service's user and is for nobody else" {
	run -0 ctl trace cat on
	dial a cat; say "$a" 1; hear "$a" 1
	file=$(echo "$site"/spool/trace/cat/*)
	[ "$(stat -c '%a %U' "$file")" = "600 $user" ]
	[ "$(stat -c '%a' "$site/spool/trace/cat")" = 700 ]
}

@test "three megabytes go through unchanged, and the file is bounded" {
	run -0 ctl trace cat on
	head -c 3000000 /dev/urandom >"$BATS_TEST_TMPDIR/data"
	timeout 60 nc -N 127.0.0.1 "$(port cat)" <"$BATS_TEST_TMPDIR/data" \
	    >"$BATS_TEST_TMPDIR/back"
	cmp "$BATS_TEST_TMPDIR/back" "$BATS_TEST_TMPDIR/data"
	[ "$(stat -c %s "$site"/spool/trace/cat/*)" -le $((1 << 20)) ]
	tail -1 "$site"/spool/trace/cat/* | grep -qx '(the rest is not written)'
}

@test "without a place to write, the dialogue goes on" {
	run -0 ctl trace cat on
	rmdir "$site/spool/trace/cat"
	dial a cat; say "$a" 1; hear "$a" 1
	logged '^trace: spool/trace/cat/.*: No such file or directory'
}

@test "only what has a dialogue can be traced" {
	run -100 ctl trace wait on
	[ "$output" = 'wait cannot be traced: only a nowait stream service can be traced' ]
	run -100 ctl trace none on
	[ "$output" = 'none cannot be traced: there is none' ]
}

@test "commands sent ahead, and answers that are longer: neither waits" {
	mkdir "$site/there"
	timeout 150 python3 - "$BIN/trace" "$site/there" <<'PYTHON'
import socket, subprocess, sys, threading
AHEAD = 100000
ours, theirs = socket.socketpair()
traced = subprocess.Popen(sys.argv[1:] + ["/bin/sh", "sh", "-c", """
    awk 'BEGIN { x = sprintf("%199s", "") } { print x }'"""],
    stdin=theirs, stdout=theirs)
theirs.close()

def ask():
    ours.sendall(b"RETR 1234\n" * AHEAD)
    ours.shutdown(socket.SHUT_WR)

threading.Thread(target=ask, daemon=True).start()
heard = 0
try:
    while more := ours.recv(1 << 20):
        heard += len(more)
finally:
    traced.kill()
assert heard == 200 * AHEAD, heard
PYTHON
}
