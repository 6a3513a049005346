#!/usr/bin/env bats
#
# inetd: sockets that come from outside, and a new inetd in place of the old.

# shellcheck disable=SC2030,SC2031	# each test is a subshell, and knows it
bats_require_minimum_version 1.5.0

load lib/inetd-test

@test "upgrade: same process, same sockets, sessions, counts and limits" {
	services <<-EOF
	127.0.0.6:$base stream tcp nowait,max=2,per-source=2,refuse="no" @USER@ /bin/cat cat
	0 stream tcp nowait @USER@ /bin/cat any
	0 stream tcp wait @USER@ /bin/sleep sleep 1000
	spool/run/x stream unix nowait @USER@ /bin/cat x
	@1h - - wait @USER@ /bin/sh sh -c "echo tick >&2"
	EOF
	inetd_start
	connect a "127.0.0.6/$base"; say "$a" 1; hear "$a" 1
	connect b "127.0.0.6/$base"; say "$b" 2; hear "$b" 2
	connect c "127.0.0.6/$base"; say "$c" 3
	dial d sleep
	until_true has_child sleep
	sleeper=$(children sleep)
	inode=$(stat -c %i "$site/spool/run/x")
	"$BIN/inetctl" -C "$site" pause any
	upgrade
	say "$a" 4; hear "$a" 4
	silent "$c"
	[ "$(children sleep)" = "$sleeper" ]
	[ "$(stat -c %i "$site/spool/run/x")" = "$inode" ]
	[ "$(echo hello | timeout 60 nc -N -U "$site/spool/run/x")" = hello ]
	[ "$(times "^tick")" = 1 ]	# no timer runs because of it
	run -0 "$BIN/inetctl" -C "$site" status
	[[ ${lines[2]} =~ full\ +2\ +2\ +2\ +0 ]]
	[[ ${lines[3]} =~ ^any\ +127.0.0.1:$(port any)\ +paused ]]
	hang_up "$a"
	hear "$c" 3
	logged 'cat: 127.0.0.1:[0-9]+ pid .* exit 0'
	kill "$sleeper"
	logged "sleep: - pid $sleeper .* signal 15"
}

@test "upgrade: 20 in a row under load, and every client is served" {
	services <<-EOF
	127.0.0.6:$base stream tcp nowait @USER@ /bin/cat cat
	EOF
	inetd_start
	( for i in {1..20}; do
		kill -USR2 "$inetd"
		read -r -t 0.05 <> <(:) || :
	done ) 3>&- &
	for i in {1..150}; do
		connect a "127.0.0.6/$base"
		say "$a" "$i"; hear "$a" "$i"
		hang_up "$a"
	done
	wait $!
	[ "$(times upgraded)" -gt 3 ]
	[ "$(descriptors "$inetd" | wc -w)" -lt 14 ]
}

@test "upgrade: rates, back-off and timers go on where they were" {
	services <<-EOF
	127.0.0.6:$base stream tcp nowait,source-rate=2/h,refuse="no" @USER@ /bin/cat cat
	127.0.0.6:$((base + 1)) stream tcp nowait,rate=1/h @USER@ /bin/cat rare
	0 stream tcp wait @USER@ /bin/false bad
	@1s - - wait @USER@ /bin/sh sh -c "echo tick >&2"
	EOF
	inetd_start
	connect a "127.0.0.6/$base"; say "$a" 1; hear "$a" 1
	connect b "127.0.0.6/$((base + 1))"; say "$b" 2; hear "$b" 2
	dial c bad
	logged 'bad: ended at once: next start in 0.8 s'
	for _ in {1..4}; do
		upgrade
	done
	logged 'bad: ended at once: next start in 1.6 s'
	[ "$(times 'next start in 0.1 s')" = 1 ]
	connect a "127.0.0.6/$base"; say "$a" 3; hear "$a" 3
	connect a "127.0.0.6/$base"; hear "$a" no
	connect b "127.0.0.6/$((base + 1))"; say "$b" 4; silent "$b"
	# At most once a second, whatever else happens.
	ticks=$(times '^tick')
	"$BIN/inetctl" -C "$site" status | sed -n 's/^inetd.*:0*\([0-9]*\)$/\1/p' \
	    >"$BATS_TEST_TMPDIR/up"
	[ "$ticks" -le $(($(cat "$BATS_TEST_TMPDIR/up") + 2)) ]
}

@test "upgrade: sessions that the new configuration has no place for" {
	services <<-EOF
	127.0.0.6:$base stream tcp nowait,max=100 @USER@ /bin/cat cat
	127.0.0.6:$((base + 1)) stream tcp nowait,timeout=2s @USER@ /bin/sleep gone 1000
	EOF
	inetd_start
	for i in {1..90}; do
		connect "s$i" "127.0.0.6/$base"
		local -n s=s$i
		say "$s" "$i"; hear "$s" "$i"
	done
	connect a "127.0.0.6/$((base + 1))"
	until_true has_child sleep
	services <<-EOF
	127.0.0.6:$base stream tcp nowait,max=1 @USER@ /bin/cat cat
	EOF
	upgrade
	run -0 "$BIN/inetctl" -C "$site" status
	[[ ${lines[2]} =~ full\ +90\ +1\ +90\ +0 ]]
	say "$s90" more; hear "$s90" more
	# Its line is gone, and its time is up all the same.
	gone "$a"
	logged 'gone: pid [0-9]+ has taken too long: ended'
	logged 'gone: 127.0.0.1:[0-9]+ pid .* signal 15'
}

@test "upgrade: a client of a service that becomes wait has not its socket" {
	services <<-EOF
	127.0.0.6:$base stream tcp nowait @USER@ /bin/cat cat
	EOF
	inetd_start
	connect a "127.0.0.6/$base"; say "$a" 1; hear "$a" 1
	services <<-EOF
	127.0.0.6:$base stream tcp wait @USER@ /usr/bin/perl cat -e "accept C, STDIN; print C 2, chr 10"
	EOF
	upgrade
	connect b "127.0.0.6/$base"; hear "$b" 2
	say "$a" 3; hear "$a" 3
	hang_up "$a"
	until_true ended 2
}

@test "upgrade: more listeners than select(2) could watch, each kept" {
	for i in {1..1200}; do
		echo "spool/run/s$i stream unix nowait @USER@ /bin/cat s$i"
	done | services
	ulimit -n 4096
	inetd_start
	# A client that waits in the queue of the last one stays there.
	"$BIN/inetctl" -C "$site" pause s1200
	echo hello | timeout 60 nc -N -U "$site/spool/run/s1200" \
	    >"$BATS_TEST_TMPDIR/heard" 3>&- &
	waiting=$!
	until_true connected s1200
	upgrade
	[ "$(descriptors "$inetd" | wc -w)" -lt 1220 ]
	"$BIN/inetctl" -C "$site" resume s1200
	wait "$waiting"
	[ "$(cat "$BATS_TEST_TMPDIR/heard")" = hello ]
	[ "$(times 'cannot listen')" = 0 ]
}

# Somebody is at the Unix socket of that name: it has an entry for each end.
connected() {
	[ "$(grep -c "spool/run/$1\$" /proc/net/unix)" -ge 2 ]
}

@test "upgrade: a new program, or none that works" {
	cp "$BIN/inetd" "$BATS_TEST_TMPDIR/inetd"
	services <<-EOF
	127.0.0.6:$base stream tcp nowait @USER@ /bin/cat cat
	EOF
	mkdir "$BATS_TEST_TMPDIR/bin"
	cp "$BIN/inetd" "$BATS_TEST_TMPDIR/bin"
	BIN=$BATS_TEST_TMPDIR/bin inetd_start
	connect a "127.0.0.6/$base"; say "$a" 1; hear "$a" 1
	# A new file in its place: from then on that one runs.
	cp "$BIN/inetd" "$BATS_TEST_TMPDIR/bin/new"
	mv "$BATS_TEST_TMPDIR/bin/new" "$BATS_TEST_TMPDIR/bin/inetd"
	[[ $(readlink "/proc/$inetd/exe") == *' (deleted)' ]]
	upgrade
	[ "$(readlink "/proc/$inetd/exe")" = "$BATS_TEST_TMPDIR/bin/inetd" ]
	say "$a" 2; hear "$a" 2
	# One that does not take the configuration is not tried.
	printf '#!/bin/sh\nexit 100\n' >"$BATS_TEST_TMPDIR/bin/new"
	chmod 755 "$BATS_TEST_TMPDIR/bin/new"
	mv "$BATS_TEST_TMPDIR/bin/new" "$BATS_TEST_TMPDIR/bin/inetd"
	kill -USR2 "$inetd"
	logged 'does not take the configuration: nothing is changed'
	say "$a" 3; hear "$a" 3
	connect b "127.0.0.6/$base"; say "$b" 4; hear "$b" 4
}

@test "upgrade in the background keeps process and log" {
	services <<-EOF
	127.0.0.6:$base stream tcp nowait @USER@ /bin/cat cat
	EOF
	log=$site/spool/log/inetd.log
	( cd "$BATS_TEST_TMPDIR" && exec "$BIN/inetd" -C site ) 3>&-
	inetd=$(sed -n 's/.*started, process \([0-9]*\),.*/\1/p' "$log")
	kill -USR2 "$inetd"
	logged "upgraded: process $inetd goes on"
	connect a "127.0.0.6/$base"; say "$a" 1; hear "$a" 1
	kill "$inetd"
	until_true test ! -e "/proc/$inetd"
}

@test "LISTEN_FDS: sockets of a parent are used, unwanted ones closed" {
	services <<-EOF
	127.0.0.6:$base stream tcp nowait @USER@ /bin/cat cat
	0 stream tcp nowait @USER@ /bin/cat named
	EOF
	cat >"$BATS_TEST_TMPDIR/parent.pl" <<-'EOF'
	use Socket;
	use POSIX ();
	$^F = 99;
	sub open_at {
		socket my $s, AF_INET, SOCK_STREAM, 0 or die;
		setsockopt $s, SOL_SOCKET, SO_REUSEADDR, 1;
		bind $s, pack_sockaddr_in $_[0], inet_aton $_[1] or die;
		listen $s, 9;
		push @all, $s;
		fileno $s;
	}
	$first = open_at shift, "127.0.0.6";
	$second = open_at 0, "127.0.0.1";
	$third = open_at 0, "127.0.0.1";
	open S, ">port";
	print S +(unpack_sockaddr_in getsockname $all[1])[0];
	close S;
	POSIX::dup2 $first, 103;
	POSIX::dup2 $second, 104;
	POSIX::dup2 $third, 105;
	POSIX::dup2 100 + $_, $_ for 3 .. 5;
	$ENV{LISTEN_FDS} = 3;
	$ENV{LISTEN_PID} = $$;
	$ENV{LISTEN_FDNAMES} = "x:named:nobody";
	exec @ARGV;
	EOF
	cd "$BATS_TEST_TMPDIR"
	perl -e "$(cat parent.pl)" "$base" "$BIN/inetd" -f -C "$site" >"$out" 2>"$log" 3>&- &
	inetd=$!
	in_file "$out" '^ready$'
	[ "$(port named)" = "$(cat port)" ]
	connect a "127.0.0.6/$base"; say "$a" 1; hear "$a" 1
	dial b named; say "$b" 2; hear "$b" 2
	logged 'no service wants the inherited socket 5 \(nobody\): closed'
	# Somebody else's LISTEN_PID means nothing to us.
	pid=$(children cat | head -1)
	[ "$(descriptors "$pid")" = '0 1 2' ]
}

@test "activation=systemd: the program gets descriptor 3 and LISTEN_FDS" {
	cat >"$site/activated.pl" <<-'EOF'
	die unless $ENV{LISTEN_FDS} == 1 && $ENV{LISTEN_PID} == $$;
	open L, "+<&=3" or die;
	accept C, L or die;
	syswrite C, "$ENV{LISTEN_FDNAMES}\n";
	EOF
	services <<-'EOF'
	0 stream tcp wait,activation=systemd @USER@ /usr/bin/perl perl activated.pl
	EOF
	inetd_start
	dial a perl
	hear "$a" perl
}

@test "sd_notify: ready, reloading and ready again, stopping" {
	services <<<'0 stream tcp nowait @USER@ /bin/cat cat'
	cat >"$BATS_TEST_TMPDIR/manager.pl" <<-'EOF'
	use Socket;
	socket S, AF_UNIX, SOCK_DGRAM, 0;
	bind S, pack_sockaddr_un $ARGV[0] or die;
	$| = 1;
	print "bound\n";
	while (defined recv S, $b, 999, 0) { print +(split "\n", $b)[0], "\n" }
	EOF
	perl "$BATS_TEST_TMPDIR/manager.pl" "$BATS_TEST_TMPDIR/notify" \
	    >"$BATS_TEST_TMPDIR/told" 3>&- &
	manager=$!
	in_file "$BATS_TEST_TMPDIR/told" bound
	NOTIFY_SOCKET=$BATS_TEST_TMPDIR/notify inetd_start
	in_file "$BATS_TEST_TMPDIR/told" READY=1
	kill -HUP "$inetd"
	in_file "$BATS_TEST_TMPDIR/told" RELOADING=1
	inetd_stop
	in_file "$BATS_TEST_TMPDIR/told" STOPPING=1
	kill "$manager"
	printf '%s\n' bound READY=1 RELOADING=1 READY=1 STOPPING=1 |
	    diff - "$BATS_TEST_TMPDIR/told"
}
