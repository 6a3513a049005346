#!/usr/bin/env bats
#
# inetd when the world around it is hostile: too many clients, full disks,
# stopped processes, no /proc, and what other superservers fall over.

# shellcheck disable=SC2030,SC2031	# each test is a subshell, and knows it
# shellcheck disable=SC2016	# the dollars are those of sh and perl
bats_require_minimum_version 1.5.0

load lib/inetd-test

# many PORT N ANSWERS: so many connections at once, and how many hear which
# line, once so many have heard one and the others hear nothing soon.
many() {
	perl -MSocket -MIO::Select -e '
	    my ($port, $n, $answers) = @ARGV;
	    my $all = IO::Select->new;
	    alarm 30;
	    for (1 .. $n) {
		socket my $s, AF_INET, SOCK_STREAM, 0 or die;
		connect $s, pack_sockaddr_in $port, inet_aton "127.0.0.1"
		    or die "$_: $!";
		$all->add($s);
	    }
	    while (my @ready = $all->can_read($heard < $answers ? 30 : 0.5)) {
		for (@ready) {
		    sysread $_, my $got, 99;
		    $got =~ s/\s+$//;
		    $heard{$got}++;
		    $heard++;
		    $all->remove($_);
		    push @open, $_;
		}
	    }
	    print "$heard{$_} $_\n" for sort keys %heard' "$@"
}

@test "1,000 connections from one address: a limit each, and others answer" {
	services <<-'EOF'
	0 stream tcp nowait,max=30,backlog=2000 @USER@ /bin/sh full -c "echo in; exec cat"
	0 stream tcp nowait,per-source=20,refuse="421 %s" @USER@ /bin/sh one -c "echo in; exec cat"
	0 stream tcp nowait @USER@ /bin/cat other
	EOF
	inetd_start
	many "$(port one)" 300 300 >"$BATS_TEST_TMPDIR/one" 3>&- &
	one=$!
	many "$(port full)" 1000 30 >"$BATS_TEST_TMPDIR/full" 3>&- &
	full=$!
	for i in {1..20}; do
		before=${EPOCHREALTIME/./}
		dial a other; say "$a" "$i"; hear "$a" "$i"; hang_up "$a"
		echo $((${EPOCHREALTIME/./} - before))
	done >"$BATS_TEST_TMPDIR/took"
	# The machine itself may be slow for a moment: most of them.
	[ "$(sort -n "$BATS_TEST_TMPDIR/took" | sed -n 15p)" -lt 1000000 ]
	wait "$one" "$full"
	printf '20 in\n280 421 too many sessions\n' |
	    diff - <(sort -n "$BATS_TEST_TMPDIR/one")
	[ "$(cat "$BATS_TEST_TMPDIR/full")" = '30 in' ]
}

# Two are on their way at a time; where one has failed, one.
@test "clients at once of a program that is missing: all are told" {
	services <<-'EOF'
	0 stream tcp nowait,refuse="421 %s" @USER@ /no/such gone
	0 stream tcp nowait @USER@ /bin/cat other
	EOF
	inetd_start
	before=$(descriptors "$inetd")
	kill -STOP "$inetd"	# until they are there
	many "$(port gone)" 12 12 >"$BATS_TEST_TMPDIR/gone" 3>&- &
	gone=$!
	until_true connected_to "$(port gone)" 12
	kill -CONT "$inetd"
	dial a other; say "$a" 1; hear "$a" 1; hang_up "$a"
	wait "$gone"
	[ "$(cat "$BATS_TEST_TMPDIR/gone")" = \
	    '12 421 the program does not run' ]
	logged 'gone: failed 8 times in a row: held back'
	"$BIN/inetctl" -C "$site" status --json >"$BATS_TEST_TMPDIR/json"
	grep '"gone"' "$BATS_TEST_TMPDIR/json" | grep -qE \
	    '"sessions": 0,.*"started_total": 0,.*"failed_total": 12,'
	until_true same_descriptors "$before"
}

connected_to() {
	[ "$(ss -Htn state established "dport = :$1" | wc -l)" -ge "$2" ]
}

same_descriptors() {
	[ "$(descriptors "$inetd")" = "$1" ]
}

# Other superservers close the port then, for ten minutes or for good.
@test "1,500 connections in a second or two, with no limit set: all served" {
	services <<<'0 stream tcp nowait @USER@ /bin/echo hello hello'
	inetd_start
	for i in 1 2 3; do
		perl -MSocket -e 'for (1 .. 500) { socket S, AF_INET,
		    SOCK_STREAM, 0; connect S, pack_sockaddr_in $ARGV[0],
		    inet_aton "127.0.0.1" or die; sysread S, $b, 9 or die }' \
		    "$(port hello)" 3>&- &
		clients[i]=$!
	done
	wait "${clients[@]}"
	until_true ended 1500
	[ "$(times refused)" = 0 ]
}

@test "root: a program is not run unless it is what it should be" {
	is_root || skip "only root changes users"
	command -v strace >/dev/null || skip "no strace here"
	not_sanitized "calls of their own"
	services <<-'EOF'
	0 stream tcp nowait,nice=1,files=20,refuse="no" nobody+ /bin/cat cat
	EOF
	for call in setgroups setresgid setresuid getresuid setpriority \
	    prlimit64 capset prctl dup2; do
		: >"$out"
		strace -f -qq -o /dev/null -e trace="$call" \
		    -e inject="$call:error=EAGAIN:when=1+" \
		    "$BIN/inetd" -f -C "$site" >"$out" 2>>"$log" 3>&- &
		tracer=$!
		in_file "$out" '^ready$'
		inetd=$(pgrep -P "$tracer")
		dial a cat
		say "$a" x
		hear "$a" no
		gone "$a"
		kill "$inetd"
		wait "$tracer" || :
		inetd=
	done
	[ "$(times 'cat: .*: Resource temporarily unavailable')" -ge 9 ]
}

@test "accept and fork fail in every way; the client is served all the same" {
	command -v strace >/dev/null || skip "no strace here"
	not_sanitized "calls of their own"
	services <<<'0 stream tcp nowait @USER@ /bin/cat cat'
	for fault in accept4:{EMFILE,ENFILE,ENOBUFS,ENOMEM,ECONNABORTED} \
	    accept4:{EPROTO,ENOTCONN,EINTR,ENETDOWN} {vfork,clone}:{EAGAIN,ENOMEM}; do
		: >"$out"
		strace -f -qq -o /dev/null -e trace="${fault%:*}" \
		    -e inject="${fault%:*}:error=${fault#*:}:when=1..2" \
		    "$BIN/inetd" -f -C "$site" >"$out" 2>>"$log" 3>&- &
		tracer=$!
		in_file "$out" '^ready$'
		inetd=$(pgrep -P "$tracer")
		before=$(cpu "$inetd")
		dial a cat
		say "$a" "$fault"; hear "$a" "$fault"
		hang_up "$a"
		# A few tries, and no spin.
		[ $(($(cpu "$inetd") - before)) -lt 20 ]
		kill "$inetd"
		wait "$tracer" || :
		inetd=
	done
	[ "$(times 'cat: accept: .*: clients wait')" -ge 4 ]
	[ "$(times 'cat: no process: .*: clients wait')" -ge 2 ]
}

@test "root: a full disk under the log stops nothing, and is told later" {
	is_root || skip "only root can mount"
	services <<<'0 stream tcp nowait @USER@ /bin/cat cat'
	mkdir "$BATS_TEST_TMPDIR/disk"
	# A disk of two pages, in a mount namespace of its own.
	unshare -m sh -c 'mount -t tmpfs -o size=8k disk "$1" &&
	    echo >"$1/log" && exec "$2" -f -C "$3" 2>>"$1/log"' sh \
	    "$BATS_TEST_TMPDIR/disk" "$BIN/inetd" "$site" >"$out" 3>&- &
	inetd=$!
	in_file "$out" '^ready$' || skip "no mount namespaces here"
	disk=/proc/$inetd/root/$BATS_TEST_TMPDIR/disk
	for i in {1..100}; do
		dial a cat; say "$a" "$i"; hear "$a" "$i"; hang_up "$a"
	done
	[ "$(stat -c %s "$disk/log")" = 8192 ]
	: >"$disk/log"
	until_true tells_lost
	# Whole lines only.
	[ "$(grep -cvE '^$|^2[0-9-]+T[0-9:.]+Z inetd: ' "$disk/log")" = 0 ]
}

tells_lost() {
	dial a cat
	hang_up "$a"
	grep -qE 'inetd: [0-9]+ log lines lost' "$disk/log"
}

@test "stopped and continued: clients were waiting, timers do not catch up" {
	services <<-'EOF'
	0 stream tcp nowait,rate=2/m @USER@ /bin/cat cat
	@1s - - wait @USER@ /bin/sh sh -c "echo tick >&2"
	EOF
	inetd_start
	logged '^tick'
	kill -STOP "$inetd"
	until_true no_child sh
	ticks=$(times '^tick')
	dial a cat; say "$a" 1
	dial b cat; say "$b" 2
	dial c cat; say "$c" 3
	read -r -t 2.5 <> <(:) || :	# it must have missed two
	since=$SECONDS
	kill -CONT "$inetd"
	hear "$a" 1
	hear "$b" 2
	silent "$c"	# the rate is still two
	now=$(times '^tick')
	[ "$now" -le $((ticks + 2 + SECONDS - since)) ]
}

# The only time of day that inetd compares is that of services.conf.
@test "a services.conf from the future or the past is taken like any other" {
	services <<<'0 stream tcp nowait @USER@ /bin/cat one'
	inetd_start
	for time in 2100-01-01 1970-01-02; do
		: >"$log"
		services <<<"0 stream tcp nowait @USER@ /bin/cat in${time%%-*}"
		touch -d "$time" "$site/etc/services.conf"
		"$BIN/inetctl" -C "$site" reload
		logged 'services.conf: taken'
	done
	cd "$ROOT/inetd"
	run grep -lE 'CLOCK_REALTIME|time\(NULL\)|gettimeofday' ./*.c
	# small.c tells it to clients.
	[ "$output" = $'./log.c\n./reload.c\n./small.c' ]
}

@test "a program replaced while clients come is the old one or the new one" {
	services <<<'0 stream tcp nowait @USER@ ./talk talk'
	printf '#!/bin/sh\necho version 0\n' >"$site/talk"
	chmod 755 "$site/talk"
	inetd_start
	( for i in {1..60}; do
		printf '#!/bin/sh\necho version %d\n' "$i" >"$site/new"
		chmod 755 "$site/new"
		mv "$site/new" "$site/talk"
	done ) 3>&- &
	for _ in {1..30}; do
		dial a talk
		hear "$a" 'version [0-9]*'
		hang_up "$a"
	done
	wait $!
}

@test "root: without /proc it works as well, upgrade included" {
	is_root || skip "only root can mount"
	not_sanitized "a leak check that needs /proc"
	services <<-EOF
	127.0.0.6:$base stream tcp nowait @USER@ /bin/cat cat
	127.0.0.6:$((base + 1)) stream tcp nowait @USER@ nosuch nosuch
	spool/run/x stream unix nowait,mode=0640 @USER@ /bin/cat x
	EOF
	cd "$BATS_TEST_TMPDIR"
	cp "$BIN/inetd" inetd
	unshare -m sh -c 'mount -t tmpfs none /proc && exec ./inetd -f -C "$1"' \
	    sh "$site" >"$out" 2>"$log" 3>&- &
	inetd=$!
	in_file "$out" '^ready$' || skip "no mount namespaces here"
	connect a "127.0.0.6/$base"; say "$a" 1; hear "$a" 1
	upgrade
	say "$a" 2; hear "$a" 2
	connect b "127.0.0.6/$base"; say "$b" 3; hear "$b" 3
	[ "$(stat -c %a "$site/spool/run/x")" = 640 ]
	# The directory of the programs is known too.
	cp /bin/echo nosuch
	connect c "127.0.0.6/$((base + 1))"; hear "$c" ''
}

@test "root: without /proc, a log that nobody reads stops no service" {
	is_root || skip "only root can mount"
	not_sanitized "a leak check that needs /proc, and tells the log so"
	services <<<'0 stream tcp nowait @USER@ /bin/cat cat'
	mkfifo "$BATS_TEST_TMPDIR/fifo"
	# shellcheck disable=SC2034	# its reader
	exec {reader}<>"$BATS_TEST_TMPDIR/fifo"
	unshare -m sh -c 'mount -t tmpfs none /proc && exec "$1" -f -C "$2"' \
	    sh "$BIN/inetd" "$site" >"$out" 2>"$BATS_TEST_TMPDIR/fifo" 3>&- &
	inetd=$!
	in_file "$out" '^ready$' || skip "no mount namespaces here"
	# 64 KiB are 700 lines and more.
	perl -MSocket -e 'alarm 30; for (1 .. 900) { socket S, AF_INET,
	    SOCK_STREAM, 0; connect S, pack_sockaddr_in $ARGV[0],
	    inet_aton "127.0.0.1" or die; syswrite S, "x";
	    sysread S, $b, 9 or die }' "$(port cat)"
	dial a cat; say "$a" 1; hear "$a" 1
}

@test "IPv4 and IPv6 on one number are two sockets, and sources stay apart" {
	services <<-EOF
	*:$base stream tcp nowait,per-source=1 @USER@ /bin/sh sh -c "echo \$TCPREMOTEIP; exec cat"
	[::]:$((base + 1)) stream tcp nowait @USER@ /bin/cat six
	EOF
	inetd_start
	[ "$(grep -c "^listening sh .* $base tcp" "$out")" = 2 ]
	connect a "127.0.0.1/$base"; hear "$a" 127.0.0.1
	connect b "::1/$base"; hear "$b" ::1
	connect c "127.0.0.1/$base"; gone "$c"
	connect d "::1/$((base + 1))"; say "$d" 1; hear "$d" 1
	refused "127.0.0.1/$((base + 1))"
}

@test "nothing is opened, looked up or waited for on the way to a client" {
	command -v strace >/dev/null || skip "no strace here"
	not_sanitized "calls of their own"
	services <<<'0 stream tcp nowait @USER@ /bin/true true'
	inetd_start
	dial a true; gone "$a"
	strace -qq -o "$BATS_TEST_TMPDIR/calls" -p "$inetd" 3>&- 2>/dev/null &
	tracer=$!
	until_true grep -q 'TracerPid:	[1-9]' "/proc/$inetd/status"
	for _ in {1..20}; do
		dial a true; gone "$a"
	done
	until_true ended 21
	kill "$tracer"
	# Nothing is opened, looked up, allocated or waited for on the way.
	run ! grep -E '^(open|socket|connect|brk|mmap|nanosleep|clock_nanosleep|stat|readlink)' \
	    "$BATS_TEST_TMPDIR/calls"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/calls")" -gt 100 ]
}
