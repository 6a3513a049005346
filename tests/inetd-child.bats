#!/usr/bin/env bats
#
# inetd: what every program starts with, and what happens where it cannot
# start at all.

# shellcheck disable=SC2030,SC2031	# each test is a subshell, and knows it
# shellcheck disable=SC2016	# the dollars are those of perl and sh
bats_require_minimum_version 1.5.0

load lib/inetd-test

teardown() {
	inetd_stop || :
	[ ! -e "$BATS_TEST_TMPDIR/left" ] ||
	    xargs kill -KILL <"$BATS_TEST_TMPDIR/left" 2>/dev/null || :
	cat "$log" 2>/dev/null || :	# shown only if the test failed
}

# called NAME: the process whose argv[0] that is.
called() {
	pgrep -P "$inetd" -f "^$1( |\$)"
}

# One service of each kind, all of the same program.
every_kind() {
	cat <<-'EOF'
	0 stream tcp nowait @USER@ /bin/sleep tcp 999
	0 stream tcp wait @USER@ /bin/sleep tcp-wait 999
	0 stream tcp wait,activation=systemd @USER@ /bin/sleep tcp-fds 999
	0 dgram udp wait @USER@ /bin/sleep udp-wait 999
	spool/run/unix stream unix nowait @USER@ /bin/sleep unix 999
	spool/run/unix-wait stream unix wait @USER@ /bin/sleep unix-wait 999
	spool/run/seq seqpacket unix nowait @USER@ /bin/sleep seq 999
	spool/run/seq-wait seqpacket unix wait @USER@ /bin/sleep seq-wait 999
	spool/run/gram-wait dgram unix wait @USER@ /bin/sleep gram-wait 999
	@1h - - wait @USER@ /bin/sleep timer 999
	EOF
}
kinds='tcp tcp-wait tcp-fds udp-wait unix unix-wait seq seq-wait gram-wait'
kinds+=' timer'

# A client for each of them; none is needed for longer.
call_all() {
	local name

	for name in tcp tcp-wait tcp-fds; do
		dial a "$name"
		hang_up "$a"
	done
	printf x >"/dev/udp/127.0.0.1/$(port udp-wait udp)"
	perl -MSocket -e '
	    for (qw(unix unix-wait seq seq-wait gram-wait)) {
	    my $type = /seq/ ? 5 : /gram/ ? SOCK_DGRAM : SOCK_STREAM;
	    socket my $s, AF_UNIX, $type, 0 or die;
	    connect $s, pack_sockaddr_un "$ARGV[0]/$_" or die "$_: $!";
	    send $s, "x", 0 }' "$site/spool/run"
	for name in $kinds; do
		until_true called "$name" >>"$BATS_TEST_TMPDIR/left"
	done
}

# What the kernel knows of a process that must be the same for all.
state() {
	grep -E '^(Sig(Blk|Ign|Cgt)|NoNewPrivs|Umask|Cap(Prm|Eff|Amb)|Groups)' \
	    "/proc/$1/status" | tr -s ' \t' ' '
	grep -E '^(Uid|Gid)' "/proc/$1/status" | tr '\t' ' '
	awk '{ print "terminal", $7, $5 == $1 ? "leader" : "follower" }' \
	    "/proc/$1/stat"
	awk '/^Max core/ { print "core", $5, $6 }' "/proc/$1/limits"
	readlink "/proc/$1/cwd"
}

@test "every kind of service: signals, mask, privileges, umask, user, limits" {
	every_kind | services
	( trap '' PIPE HUP USR1 USR2 TTOU; umask 0; : >"$out"
	  exec "$BIN/inetd" -f -C "$site" >"$out" 2>"$log" 3>&- ) &
	inetd=$!
	in_file "$out" '^ready$'
	call_all
	id=$(id -u) gid=$(id -g)
	! is_root || id=65534 gid=65534
	caps=0000000000000000
	for name in $kinds; do
		echo "$name"
		state "$(called "$name")" >"$BATS_TEST_TMPDIR/state"
		diff <(grep -v ^Groups "$BATS_TEST_TMPDIR/state") - <<-EOF
		Umask: 0077
		SigBlk: 0000000000000000
		SigIgn: 0000000000000000
		SigCgt: 0000000000000000
		CapPrm: $caps
		CapEff: $caps
		CapAmb: $caps
		NoNewPrivs: 1
		Uid: $id $id $id $id
		Gid: $gid $gid $gid $gid
		terminal 0 leader
		core 0 0
		$site
		EOF
		! is_root || grep -qx 'Groups: *' "$BATS_TEST_TMPDIR/state"
	done
}

@test "every kind of service: environment and descriptors, and no more" {
	every_kind | services
	{ for i in {1..150}; do
		echo "127.0.1.$i:0 stream tcp nowait @USER@ /bin/cat cat$i"
	done; } | sed "s/@USER@/$user/" >>"$site/etc/services.conf"
	# What inetd itself was started with, without close-on-exec.
	for i in {1..40}; do
		# shellcheck disable=SC2034	# there to be seen by inetd
		exec {leak}</dev/null
	done
	LEAK=1 inetd_start
	call_all
	[ "$(descriptors "$inetd" | wc -w)" -gt 150 ]
	for name in $kinds; do
		echo "$name"
		pid=$(called "$name")
		wanted='0 1 2'
		[ "$name" != tcp-fds ] || wanted='0 1 2 3'
		[ "$(descriptors "$pid")" = "$wanted" ]
		socket=$(readlink "/proc/$pid/fd/0")
		[ "$socket" = "$(readlink "/proc/$pid/fd/1")" ]
		case $name in
		timer)	[ "$socket" = /dev/null ] ;;
		*)	[[ $socket == socket:* ]] ;;
		esac
		[ "$(readlink "/proc/$pid/fd/2")" = "$log" ]
		tr '\0' '\n' <"/proc/$pid/environ" | sed -E \
		    -e 's/^(TCP.*PORT|UNIXREMOTEPID)=[0-9]+$/\1=N/' \
		    -e "s/^LISTEN_PID=0*$pid\$/LISTEN_PID=own/" \
		    >"$BATS_TEST_TMPDIR/env"
		expected "$name" | diff - "$BATS_TEST_TMPDIR/env"
	done
}

# The environment of the service.
expected() {
	echo PATH=/usr/local/bin:/usr/bin:/bin
	case $1 in
	tcp*)	echo PROTO=TCP ;;
	udp*)	echo PROTO=UDP ;;
	timer)	;;
	*)	echo PROTO=UNIX ;;
	esac
	case $1 in
	tcp)
		printf '%s\n' TCPREMOTEIP=127.0.0.1 TCPREMOTEPORT=N \
		    TCPLOCALIP=127.0.0.1 TCPLOCALPORT=N
		;;
	tcp-fds)
		printf '%s\n' LISTEN_FDS=1 LISTEN_FDNAMES=tcp-fds LISTEN_PID=own
		;;
	unix|seq)
		printf '%s\n' "UNIXLOCALPATH=spool/run/$1" UNIXREMOTEPID=N \
		    "UNIXREMOTEEUID=$(id -u)" "UNIXREMOTEEGID=$(id -g)"
		;;
	esac
}

@test "a program that cannot be run: told, tried again, no harm done" {
	mkdir "$site/folder"
	printf '#!/no/such/interpreter\n' >"$site/script"
	echo 'not a program' >"$site/text"
	printf '#!/bin/sh\n' >"$site/forbidden"
	chmod 755 "$site/script" "$site/text"
	chmod 644 "$site/forbidden"
	services <<-'EOF'
	0 stream tcp nowait @USER@ /bin/cat cat
	0 stream tcp nowait @USER@ ./folder folder
	0 stream tcp nowait @USER@ ./script script
	0 stream tcp nowait @USER@ ./text text
	0 stream tcp nowait @USER@ ./forbidden forbidden
	0 stream tcp nowait @USER@ /bin/cat/x notdir
	0 stream tcp nowait @USER@ bare-name bare
	0 stream tcp wait @USER@ /no/such tcp-wait
	0 dgram udp wait @USER@ /no/such udp-wait
	spool/run/seq seqpacket unix nowait @USER@ /no/such seq
	@1h - - wait @USER@ /no/such timer
	EOF
	inetd_start
	logged 'timer: /no/such: No such file'
	before=$(descriptors "$inetd")
	spent=$(cpu "$inetd")
	for name in folder script text forbidden notdir bare; do
		dial a "$name"
		gone "$a"
		hang_up "$a"
	done
	logged 'folder: ./folder: Permission denied'
	logged 'script: ./script: No such file or directory'
	logged 'text: ./text: Exec format error'
	logged 'forbidden: ./forbidden: Permission denied'
	logged 'notdir: /bin/cat/x: Not a directory'
	logged 'bare: bare-name: No such file or directory'
	dial a tcp-wait
	printf x >"/dev/udp/127.0.0.1/$(port udp-wait udp)"
	perl -MSocket -e 'socket S, AF_UNIX, 5, 0; connect S,
	    pack_sockaddr_un $ARGV[0] or die; sysread S, $b, 9' \
	    "$site/spool/run/seq"
	logged 'tcp-wait: /no/such: No such file'
	logged 'udp-wait: /no/such: No such file'
	logged 'seq: /no/such: No such file'
	# The children have had inetd's memory: it is what it was.
	[ "$(descriptors "$inetd")" = "$before" ]
	! is_root || [ "$(awk '/^Uid/ { print $2 $3 $4 $5 }' \
	    "/proc/$inetd/status")" = 0000 ]
	[ -z "$(pgrep -P "$inetd")" ]
	[ $(($(cpu "$inetd") - spent)) -lt 20 ]
	dial b cat; say "$b" x; hear "$b" x
}

# faulty_inetd CALL:FAULT: one whose first such call, in each process, fails.
faulty_inetd() {
	: >"$out"
	strace -f -qq -o /dev/null -e trace="${1%%:*}" -e inject="$1:when=1" \
	    "$BIN/inetd" -f -C "$site" >"$out" 2>>"$log" 3>&- &
	tracer=$!
	in_file "$out" '^ready$'
	inetd=$(pgrep -P "$tracer")
}

# The first call of each process: inetd itself does without it, too.
@test "where close_range fails, the descriptors are the same" {
	need strace
	not_sanitized "calls of their own"
	services <<<'0 stream tcp nowait @USER@ /bin/cat cat'
	faulty_inetd close_range:error=ENOMEM
	dial a cat
	say "$a" x; hear "$a" x
	[ "$(descriptors "$(children cat)")" = '0 1 2' ]
	hang_up "$a"
	inetd_stop || :
	wait "$tracer" || :
}

# From then on it is its user's, who may stop it.  A caller of vfork(2) would
# wait with it, for ever.
@test "root: a child stopped before its exec holds nobody up" {
	is_root || skip "only root changes users"
	need strace
	not_sanitized "calls of their own"
	services <<-'EOF'
	0 stream tcp nowait,refuse="no: %s" nobody /bin/cat one
	0 stream tcp nowait @USER@ /bin/cat two
	EOF
	faulty_inetd getresuid:signal=SIGSTOP
	dial a one
	hear "$a" 'no: the program does not run'
	gone "$a"
	logged 'one: stopped by somebody before it ran'
	inetd_stop || :
	wait "$tracer" || :
}
