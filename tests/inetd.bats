#!/usr/bin/env bats
#
# inetd: listening, starting, limiting, reaping.

# shellcheck disable=SC2030,SC2031	# each test is a subshell, and knows it
bats_require_minimum_version 1.5.0

load lib/inetd-test

@test "a client talks to the program, and the end is one line in the log" {
	services <<-'EOF'
	0 stream tcp nowait @USER@ /bin/cat cat
	EOF
	inetd_start
	dial a cat
	say "$a" 'hello';	hear "$a" 'hello'
	pid=$(children cat)
	hang_up "$a"
	logged "cat: 127.0.0.1:[0-9]+ pid $pid wall [0-9.]+ cpu [0-9.]+ exit 0"
}

@test "listening lines name service, address, port and protocol" {
	services <<-'EOF'
	0 stream tcp nowait @USER@ /bin/cat one
	127.0.0.1:0 stream tcp nowait @USER@ /bin/cat two
	[::1]:0 stream tcp nowait @USER@ /bin/cat three
	0 dgram udp wait @USER@ /bin/cat four
	spool/run/five stream unix nowait @USER@ /bin/cat five
	@1h - - wait @USER@ /bin/true six
	EOF
	inetd_start
	sed -E 's/ [0-9]+ (tcp|udp)/ N \1/' "$out" | diff - <(cat <<-'EOF'
	listening one 127.0.0.1 N tcp
	listening two 127.0.0.1 N tcp
	listening three ::1 N tcp
	listening four 127.0.0.1 N udp
	listening five spool/run/five - unix
	ready
	EOF
	)
}

@test "port 0 twice with one program is one number" {
	services <<-'EOF'
	0 dgram udp wait,instances=3 @USER@ /bin/true dns
	0 stream tcp wait @USER@ /bin/true dns
	0 stream tcp nowait @USER@ /bin/cat other
	EOF
	inetd_start
	[ "$(port dns udp)" = "$(port dns tcp)" ]
	[ "$(grep -c "listening dns 127.0.0.1 $(port dns udp) udp" "$out")" = 3 ]
	[ "$(port other)" != "$(port dns tcp)" ]
}

@test "-o adds to a port that is not 0" {
	services <<-'EOF'
	127.0.0.9:7 stream tcp nowait @USER@ /bin/cat seven
	EOF
	offset=$base
	inetd_start -o "$offset"
	grep -q "listening seven 127.0.0.9 $((offset + 7)) tcp" "$out"
}

@test "IPv6, and several addresses for one line" {
	services <<-'EOF'
	127.0.0.1,[::1]:0 stream tcp nowait @USER@ /bin/sh sh -c "echo $TCPREMOTEIP $TCPLOCALIP; exec cat"
	EOF
	inetd_start
	exec {a}<>"/dev/tcp/::1/$(awk '$3 == "::1" { print $4 }' "$out")"
	hear "$a" '::1 ::1'
	dial b sh
	hear "$b" '127.0.0.1 127.0.0.1'
}

@test "address%device: by that device only, and tried again without it" {
	command -v ss >/dev/null || skip "no ss here"
	services <<-'EOF'
	0.0.0.0%lo:0 stream tcp nowait @USER@ /bin/cat one
	127.0.0.1%nosuch0:0 stream tcp nowait @USER@ /bin/cat two
	EOF
	inetd_start
	dial a one; say "$a" 1; hear "$a" 1
	[[ $(ss -Hltn "sport = :$(port one)") == *"0.0.0.0%lo:$(port one)"* ]]
	logged 'two: cannot listen on 127.0.0.1:0: No such device'
}

@test "the environment is the contract's and no more" {
	services <<-'EOF'
	0 stream tcp nowait @USER@ /usr/bin/env env
	EOF
	LEAK=1 inetd_start
	dial a env
	cat <&"$a" >"$BATS_TEST_TMPDIR/env"
	here=$(port env)
	sed -E 's/^(TCPREMOTEPORT=)[0-9]+$/\1N/' "$BATS_TEST_TMPDIR/env" |
	    diff - <(cat <<-EOF
	PATH=/usr/local/bin:/usr/bin:/bin
	PROTO=TCP
	TCPREMOTEIP=127.0.0.1
	TCPREMOTEPORT=N
	TCPLOCALIP=127.0.0.1
	TCPLOCALPORT=$here
	EOF
	)
}

@test "a wildcard listener tells the address that was called" {
	services <<-'EOF'
	0.0.0.0:0 stream tcp nowait @USER@ /bin/sh sh -c "echo $TCPLOCALIP"
	EOF
	inetd_start
	dial a sh 127.0.0.42
	hear "$a" 127.0.0.42
}

@test "the child has descriptors 0, 1 and 2 and nothing else" {
	services <<-'EOF'
	0 stream tcp nowait @USER@ /bin/cat cat
	EOF
	# shellcheck disable=SC2034	# there to be seen by inetd
	exec {leak}</dev/null
	inetd_start
	dial a cat
	say "$a" x; hear "$a" x
	pid=$(children cat)
	[ "$(descriptors "$pid")" = '0 1 2' ]
	[[ $(readlink "/proc/$pid/fd/0") == socket:* ]]
	[ "$(readlink "/proc/$pid/fd/0")" = "$(readlink "/proc/$pid/fd/1")" ]
	[ "$(readlink "/proc/$pid/fd/2")" = "$log" ]
}

@test "the child starts clean: mask, signals, umask, group, privileges, cores" {
	services <<-'EOF'
	0 stream tcp nowait @USER@ /bin/sh sh -c "umask; exec cat"
	EOF
	( trap '' PIPE HUP USR1; umask 0; : >"$out"
	  exec "$BIN/inetd" -f -C "$site" >"$out" 2>"$log" 3>&- ) &
	inetd=$!
	in_file "$out" '^ready$'
	dial a sh
	hear "$a" '0077'
	pid=$(children cat)
	grep -qx 'SigBlk:	0000000000000000' "/proc/$pid/status"
	grep -qx 'SigIgn:	0000000000000000' "/proc/$pid/status"
	grep -qx 'NoNewPrivs:	1' "/proc/$pid/status"
	# A process group of its own, and no controlling terminal.
	[ "$(awk '{ print $5, $7 }' "/proc/$pid/stat")" = "$pid 0" ]
	grep -qE '^Max core file size +0 +0 ' "/proc/$pid/limits"
	[ "$(readlink "/proc/$pid/cwd")" = "$site" ]
}

@test "a client's socket: no delay, and ten minutes for one that is gone" {
	cat >"$site/options.pl" <<-'EOF'
	use Socket;
	# TCP: NODELAY, KEEPIDLE, KEEPINTVL, KEEPCNT, USER_TIMEOUT
	print join(" ", map { unpack "i", getsockopt STDIN, $$_[0], $$_[1] }
	    [SOL_SOCKET, SO_KEEPALIVE], map { [6, $_] } 1, 4, 5, 6, 18);
	EOF
	services <<<'0 stream tcp nowait @USER@ /usr/bin/perl perl options.pl'
	inetd_start
	dial a perl
	read -r -t "$DEADLINE" options <&"$a" || :
	[ "$options" = '1 1 300 60 5 600000' ]
}

@test "started with 0, 1 and 2 closed, clients still get the right ones" {
	services <<-'EOF'
	0 stream tcp nowait @USER@ /bin/cat cat
	EOF
	"$BIN/inetd" -f -C "$site" <&- >&- 2>&- 3>&- &
	inetd=$!
	until_true grep -q inetd "/proc/$inetd/comm"
	until_true has_listener "$inetd"
	exec {a}<>"/dev/tcp/127.0.0.1/$(listener_port "$inetd")"
	say "$a" x; hear "$a" x
	[ "$(descriptors "$(children cat)")" = '0 1 2' ]
}

# The port that a process listens on, from /proc.
listener_port() {
	local inode

	for fd in /proc/"$1"/fd/*; do
		inode=$(readlink "$fd") || continue
		inode=${inode#socket:[}
		inode=${inode%]}
		awk -v inode="$inode" '$10 == inode && $4 == "0A" {
			split($2, at, ":"); print at[2] }' /proc/net/tcp
	done | while read -r hex; do echo $((16#$hex)); done
}

has_listener() {
	[ -n "$(listener_port "$1")" ]
}

@test "root: a service runs as its user and its groups, all of them" {
	is_root || skip "only root can change users"
	services <<-'EOF'
	0 stream tcp nowait lab /bin/cat one
	0 stream tcp nowait lab:bin /bin/cat two
	0 stream tcp nowait nobody.daemon /bin/cat three
	EOF
	echo 'lab:!:19876:19877:a service:/:/' >"$site/etc/passwd"
	inetd_start
	check() {
		dial a "$1"
		say "$a" x; hear "$a" x
		pid=$(children cat)
		grep -qx "Uid:	$2	$2	$2	$2" "/proc/$pid/status"
		grep -qx "Gid:	$3	$3	$3	$3" "/proc/$pid/status"
		grep -qE '^Groups:	 ?$' "/proc/$pid/status"
		grep -qx 'CapEff:	0000000000000000' "/proc/$pid/status"
		grep -qx 'CapPrm:	0000000000000000' "/proc/$pid/status"
		hang_up "$a"
		until_true no_child cat
	}
	check one 19876 19877
	check two 19876 "$(getent group bin | cut -d: -f3)"
	check three 65534 "$(getent group daemon | cut -d: -f3)"
}

@test "root: + keeps two capabilities, caps= one, and no uid 0" {
	is_root || skip "only root can change users"
	services <<-'EOF'
	0 stream tcp nowait nobody+ /bin/cat one
	0 stream tcp nowait,caps=net_bind_service nobody /bin/cat two
	0 stream tcp nowait,caps=net_bind_service nobody+ /bin/cat three
	EOF
	inetd_start
	check() {
		dial a "$1"
		say "$a" x; hear "$a" x
		pid=$(children cat)
		grep -qx 'Uid:	65534	65534	65534	65534' "/proc/$pid/status"
		for set in Prm Eff Amb; do
			grep -qx "Cap$set:	$2" "/proc/$pid/status"
		done
		hang_up "$a"
		until_true no_child cat
	}
	check one 00000000000000c0
	check two 0000000000000400
	check three 00000000000004c0
}

@test "root: a + service finds the programs at descriptor 3" {
	is_root || skip "only root can change users"
	services <<-'EOF'
	0 stream tcp nowait nobody+ /bin/cat cat
	EOF
	inetd_start
	dial a cat
	say "$a" x; hear "$a" x
	pid=$(children cat)
	[ "$(descriptors "$pid")" = '0 1 2 3' ]
	[ "$(readlink "/proc/$pid/fd/3")" = "$(cd "$BIN" && pwd -P)" ]
	grep -qE '^flags:.*1[0-7]{7}$' "/proc/$pid/fdinfo/3"
}

@test "a bare program name is looked up beside inetd, where nobody may look" {
	is_root || skip "only root can change users"
	mkdir -m 700 "$BATS_TEST_TMPDIR/closed"
	mkdir -m 755 "$BATS_TEST_TMPDIR/closed/bin"
	cp "$BIN/inetd" "$BATS_TEST_TMPDIR/closed/bin"
	cp /bin/cat "$BATS_TEST_TMPDIR/closed/bin/copier"
	services <<-'EOF'
	0 stream tcp nowait nobody copier copier
	EOF
	BIN=$BATS_TEST_TMPDIR/closed/bin inetd_start
	dial a copier
	say "$a" hello; hear "$a" hello
}

@test "a bare name may be a script" {
	mkdir "$BATS_TEST_TMPDIR/bin"
	cp "$BIN/inetd" "$BATS_TEST_TMPDIR/bin"
	# shellcheck disable=SC2016	# the script's dollar
	printf '#!/bin/sh\necho "I am $0"\n' >"$BATS_TEST_TMPDIR/bin/talk"
	chmod 755 "$BATS_TEST_TMPDIR/bin" "$BATS_TEST_TMPDIR/bin/talk"
	services <<-EOF
	0 stream tcp nowait $(id -un) talk talk
	EOF
	BIN=$BATS_TEST_TMPDIR/bin inetd_start
	dial a talk
	hear "$a" 'I am */bin/talk'
}

@test "max: the next client waits in the backlog, and others are served" {
	services <<-'EOF'
	0 stream tcp nowait,max=2 @USER@ /bin/cat full
	0 stream tcp nowait @USER@ /bin/cat other
	EOF
	inetd_start
	dial a full; say "$a" 1; hear "$a" 1
	dial b full; say "$b" 2; hear "$b" 2
	dial c full; say "$c" 3; silent "$c"
	dial d other; say "$d" 4; hear "$d" 4
	hang_up "$a"
	hear "$c" 3
	[ "$(children cat | wc -l)" = 3 ]
}

@test "per-source: one client too many is told so in the protocol's words" {
	services <<-'EOF'
	0 stream tcp nowait,per-source=2,refuse="421 too many, \"try\" later" @USER@ /bin/cat cat
	EOF
	inetd_start
	dial a cat; say "$a" 1; hear "$a" 1
	dial b cat; say "$b" 2; hear "$b" 2
	dial c cat
	hear "$c" '421 too many, "try" later'
	gone "$c"
	logged 'cat: 127.0.0.1 refused: too many sessions'
	hang_up "$a"
	until_true again
}

# A session can be had again.
again() {
	dial d cat
	say "$d" 3
	hear "$d" 3
}

@test "a client that talks at once still hears why it is refused" {
	services <<-'EOF'
	0 stream tcp nowait,per-source=1,refuse="no" @USER@ /bin/cat cat
	EOF
	inetd_start
	dial a cat; say "$a" 1; hear "$a" 1
	for _ in {1..20}; do
		printf 'hello\r\n' | timeout 60 nc 127.0.0.1 "$(port cat)" |
		    grep -q no
	done
}

descriptors_are() {
	[ "$(find "/proc/$inetd/fd" -type l | wc -l)" = "$1" ]
}

@test "a hundred refused clients that do not go hear it, and are let go" {
	services <<-'EOF'
	0 stream tcp nowait,per-source=1,refuse="no" @USER@ /bin/cat cat
	EOF
	inetd_start
	dial a cat; say "$a" 1; hear "$a" 1
	before=$(find "/proc/$inetd/fd" -type l | wc -l)
	coproc clients { timeout 60 python3 - "$(port cat)" 3>&- <<-'PY'
		import signal, socket, sys
		at = ("127.0.0.1", int(sys.argv[1]))
		kept = []
		for i in range(100):
		    kept.append(socket.create_connection(at, 30))
		    kept[i].sendall(b"before\r\n")
		for s in kept:
		    assert s.recv(10) == b"no\r\n" and s.recv(10) == b""
		# Who goes on talking makes nobody wait.
		for s in kept[-64:]:
		    s.sendall(b"behind\r\n")
		print("told", flush=True)
		signal.pause()
		PY
	}
	IFS= read -r -t "$DEADLINE" told <&"${clients[0]}"
	[ "$told" = told ]
	until_true descriptors_are "$before"
	kill "$clients_PID"
}

@test "a program that is missing is logged, its clients are told, others go on" {
	services <<-'EOF'
	0 stream tcp nowait,refuse="421 Not now: %s." @USER@ /no/such gone
	0 stream tcp nowait @USER@ /bin/cat cat
	0 stream tcp nowait @USER@ nosuch bare
	EOF
	inetd_start
	dial a gone
	hear "$a" '421 Not now: the program does not run.'
	gone "$a"
	logged 'gone: /no/such: No such file or directory'
	dial b bare
	gone "$b"
	logged 'bare: nosuch: No such file or directory'
	dial c cat; say "$c" x; hear "$c" x
}

@test "a service that is wrongly called is slowed down, never switched off" {
	services <<-'EOF'
	0 stream tcp nowait @USER@ /bin/sh bad -c "exit 100"
	0 stream tcp nowait @USER@ /bin/cat cat
	EOF
	inetd_start
	for _ in {1..12}; do
		dial a bad
		gone "$a"
		hang_up "$a"
	done
	logged 'bad: failed 8 times in a row: held back'
	dial c cat; say "$c" x; hear "$c" x
	dial a bad
	gone "$a"
}

@test "TERM ends inetd with 0, frees the ports and spares the sessions" {
	services <<-'EOF'
	0 stream tcp nowait @USER@ /bin/cat cat
	0 stream tcp wait @USER@ /bin/sleep sleep 1000
	spool/run/x stream unix nowait @USER@ /bin/cat x
	EOF
	inetd_start
	dial a cat; say "$a" 1; hear "$a" 1
	dial b sleep
	until_true has_child sleep
	sleeper=$(children sleep)
	number=$(port cat)
	inetd_stop
	say "$a" 2; hear "$a" 2
	run ! nc -z 127.0.0.1 "$number"
	[ ! -e "$site/spool/run/x" ]
	[ ! -e "/proc/$sleeper" ]
	[ "$(times 'next start')" = 0 ]
}

@test "kill -9: sessions live, programs with a socket end, all starts again" {
	port=$base
	services <<-EOF
	127.0.0.7:$port stream tcp nowait @USER@ /bin/cat cat
	127.0.0.7:$((port + 1)) stream tcp wait @USER@ /bin/sleep sleep 1000
	spool/run/x stream unix nowait @USER@ /bin/cat x
	EOF
	inetd_start
	dial a cat 127.0.0.7; say "$a" 1; hear "$a" 1
	dial b sleep 127.0.0.7
	until_true has_child sleep
	sleeper=$(children sleep)
	kill -9 "$inetd"
	wait "$inetd" || :
	until_true test ! -e "/proc/$sleeper"
	say "$a" 2; hear "$a" 2
	[ -S "$site/spool/run/x" ]
	inetd_start
	dial c cat 127.0.0.7; say "$c" 3; hear "$c" 3
	dial d sleep 127.0.0.7
	[ "$(echo hello | nc -N -U "$site/spool/run/x")" = hello ]
	say "$a" 4; hear "$a" 4
}

@test "a port that is taken is tried again, and others are served meanwhile" {
	services <<-'EOF'
	0 stream tcp nowait @USER@ /bin/cat cat
	EOF
	inetd_start
	taken=$(port cat)
	first=$inetd
	cp "$out" "$out.first"
	services <<-EOF
	127.0.0.1:$taken stream tcp nowait @USER@ /bin/cat late
	0 stream tcp nowait @USER@ /bin/cat other
	EOF
	inetd_start
	logged "late: cannot listen on 127.0.0.1:$taken: Address (already )?in use"
	run ! grep -q late "$out"
	dial a other; say "$a" 1; hear "$a" 1
	kill "$first"
	wait "$first"
	until_true nc -z 127.0.0.1 "$taken"
}

@test "background: returns when it listens, logs to spool/log" {
	port=$base
	services <<-EOF
	127.0.0.8:$port stream tcp nowait @USER@ /bin/cat cat
	EOF
	log=$site/spool/log/inetd.log
	"$BIN/inetd" -C "$site" 3>&-
	inetd=$(sed -n 's/.*started, process \([0-9]*\),.*/\1/p' "$log")
	exec {a}<>"/dev/tcp/127.0.0.8/$port"
	say "$a" hello; hear "$a" hello
	[ "$(readlink "/proc/$inetd/fd/0")" = /dev/null ]
	[ "$(readlink "/proc/$inetd/fd/1")" = /dev/null ]
	mv "$log" "$log.old"
	kill -HUP "$inetd"
	until_true grep -qs taken "$log"
	hang_up "$a"
	logged 'pid [0-9]+ wall'
	kill "$inetd"
	until_true test ! -e "/proc/$inetd"
}

@test "background: a bad configuration is exit 100, said on standard error" {
	services <<<'nonsense'
	run -100 "$BIN/inetd" -C "$site"
	[[ $output == *"services.conf:1: "* ]]
}

@test "usage: 100" {
	run -100 "$BIN/inetd" -x
	run -100 "$BIN/inetd" extra
	run -100 "$BIN/inetd" -o -1
	run -100 "$BIN/inetd" -C /no/such/site
}
