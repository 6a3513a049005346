#!/usr/bin/env bats
#
# inetd: limits, and what happens when the system is short of something.

# shellcheck disable=SC2030,SC2031	# each test is a subshell, and knows it
bats_require_minimum_version 1.5.0

load lib/inetd-test

@test "rate: so many at once, then in time; they wait, and lose nothing" {
	services <<-'EOF'
	0 stream tcp nowait,rate=3/s @USER@ /bin/cat cat
	EOF
	inetd_start
	begun=${EPOCHREALTIME/./}
	for i in {1..7}; do
		dial a cat; say "$a" "$i"; hear "$a" "$i"; hang_up "$a"
		took[i]=$((${EPOCHREALTIME/./} - begun))
	done
	# Three at once, the fourth to seventh a third of a second apart; where
	# the machine holds one up, it is the shortest time that tells.
	[ "${took[7]}" -gt 1200000 ]
	for i in 4 5 6 7; do
		echo $((took[i] - took[i - 1]))
	done | sort -n | head -n 1 >"$BATS_TEST_TMPDIR/apart"
	[ "$(cat "$BATS_TEST_TMPDIR/apart")" -lt 900000 ]
	until_true ended 7
	[ "$(times refused)" = 0 ]
}

@test "max and rate hold for all addresses of a line together" {
	services <<-EOF
	127.0.0.5,127.0.0.6:$base stream tcp nowait,max=1 @USER@ /bin/cat max
	127.0.0.5,127.0.0.6:$((base + 1)) stream tcp nowait,rate=1/m @USER@ /bin/cat rate
	EOF
	inetd_start
	kill -STOP "$inetd"	# so that it finds all of them at once
	connect a "127.0.0.5/$base"; say "$a" 1
	connect b "127.0.0.6/$base"; say "$b" 2
	connect c "127.0.0.5/$((base + 1))"; say "$c" 3
	connect d "127.0.0.6/$((base + 1))"; say "$d" 4
	kill -CONT "$inetd"
	hear "$a" 1; hear "$c" 3
	silent "$b"; silent "$d"
	hang_up "$a"
	hear "$b" 2
}

@test "source-rate: the one who comes too often is told, others are served" {
	services <<-'EOF'
	0.0.0.0:0 stream tcp nowait,source-rate=3/m,refuse="450 slowly" @USER@ /bin/cat cat
	EOF
	inetd_start
	for i in 1 2 3; do
		dial a cat; say "$a" "$i"; hear "$a" "$i"
	done
	dial a cat; hear "$a" '450 slowly'; gone "$a"
	dial b cat 127.0.0.1
	hear "$b" '450 slowly'
	# Another address is another source.
	run -0 timeout 60 nc -s 127.0.0.99 -N 127.0.0.1 "$(port cat)" <<<hello
	[ "$output" = hello ]
	logged 'cat: 127.0.0.1 refused: too many sessions in a short time'
}

@test "IPv6 sources are counted by /64" {
	is_root || skip "only root can add an address"
	ip -6 addr add 2001:db8:77::1/128 dev lo 2>/dev/null ||
	    skip "no IPv6 addresses can be added here"
	ip -6 addr add 2001:db8:77::2/128 dev lo
	ip -6 addr add 2001:db8:78::1/128 dev lo
	services <<-'EOF'
	[::]:0 stream tcp nowait,per-source=1,refuse="no" @USER@ /bin/cat cat
	EOF
	inetd_start
	mkfifo "$BATS_TEST_TMPDIR/in"
	nc -s 2001:db8:77::1 ::1 "$(port cat)" <"$BATS_TEST_TMPDIR/in" 3>&- &
	holder=$!
	exec {in}>"$BATS_TEST_TMPDIR/in"
	until_true has_child cat
	same=$(timeout 60 nc -s 2001:db8:77::2 ::1 "$(port cat)" </dev/null || :)
	other=$(timeout 60 nc -N -s 2001:db8:78::1 ::1 "$(port cat)" <<<hello || :)
	exec {in}>&-
	kill "$holder" || :
	for a in 77::1 77::2 78::1; do
		ip -6 addr del "2001:db8:$a/128" dev lo
	done
	[ "$same" = $'no\r' ]
	[ "$other" = hello ]
}

@test "allow and deny: the longest network decides" {
	services <<-'EOF'
	0.0.0.0:0 stream tcp nowait,allow=127.0.0.0/8,deny="127.1.0.0/16, 127.0.0.7",refuse="no" @USER@ /bin/cat cat
	EOF
	inetd_start
	from() {
		timeout 60 nc -N -s "$1" 127.0.0.1 "$(port cat)" <<<hello
	}
	[ "$(from 127.0.0.6)" = hello ]
	[ "$(from 127.0.0.7)" = $'no\r' ]
	[ "$(from 127.1.2.3)" = $'no\r' ]
	logged 'cat: 127.0.0.7 refused: this network is not admitted'
}

@test "timeout: a session that takes too long is ended, with its children" {
	services <<-'EOF'
	0 stream tcp nowait,timeout=1s @USER@ /bin/sh sh -c "trap : TERM; sleep 1000; echo bye"
	0 stream tcp nowait @USER@ /bin/cat cat
	EOF
	inetd_start
	dial b cat; say "$b" 1; hear "$b" 1
	dial a sh
	hear "$a" bye
	logged 'sh: pid [0-9]+ has taken too long: ended'
	say "$b" 2; hear "$b" 2
}

@test "timeout: also for a session whose service is removed" {
	services <<-'EOF'
	0 stream tcp nowait,timeout=1s @USER@ /bin/sleep long 1000
	0 stream tcp nowait @USER@ /bin/cat cat
	EOF
	inetd_start
	dial a long
	until_true has_child sleep
	services <<<'0 stream tcp nowait @USER@ /bin/cat cat'
	read -r -t 0.15 <> <(:) || :	# else it may be half a file
	reload
	gone "$a"
	logged 'long: pid [0-9]+ has taken too long: ended'
	logged 'long: 127.0.0.1:[0-9]+ pid .* signal 15'
}

@test "timeout: a stopped session hears of it too" {
	services <<-'EOF'
	0 stream tcp nowait,timeout=1s @USER@ /bin/sh sh -c "trap 'echo bye; exit 3' TERM; kill -STOP $$; sleep 9 & wait"
	EOF
	inetd_start
	dial a sh
	hear "$a" bye
	logged 'sh: 127.0.0.1:[0-9]+ pid .* exit 3'
}

@test "nice, memory, files and cpu are the program's limits" {
	services <<-'EOF'
	0 stream tcp nowait,nice=7,memory=64M,files=20,cpu=5s @USER@ /bin/cat cat
	EOF
	inetd_start
	dial a cat; say "$a" 1; hear "$a" 1
	pid=$(children cat)
	[ "$(awk '{ print $19 }' "/proc/$pid/stat")" = 7 ]
	grep -qE '^Max address space +67108864 +67108864 ' "/proc/$pid/limits"
	grep -qE '^Max open files +20 +20 ' "/proc/$pid/limits"
	grep -qE '^Max cpu time +5 +5 ' "/proc/$pid/limits"
}

@test "paths: the program sees them and no others" {
	mkdir "$site/pub" "$site/drop"
	chmod 777 "$site/pub" "$site/drop"
	echo public >"$site/pub/file"
	echo secret >"$site/etc/file"
	cat >"$site/pub/try" <<-'EOF'
	cat pub/file; cat etc/file; echo x >pub/new; echo y >drop/new
	cat drop/new; ls etc pub/new; echo end
	EOF
	services <<-'EOF'
	0 stream tcp nowait,paths="/usr,/lib /lib64 /bin pub drop+" @USER@ /bin/sh sh pub/try
	EOF
	run "$BIN/inetd" -t -C "$site"
	[[ $output != *'no Landlock'* ]] || skip "no Landlock here"
	inetd_start
	dial a sh
	hear "$a" public
	hear "$a" y
	hear "$a" end
	gone "$a"
	[ ! -e "$site/pub/new" ]
	"$BIN/inetctl" -C "$site" trace sh on || status=$?
	[ "$status" = 100 ]
	# What is not there is an error, and said in time.
	services <<<'0 stream tcp nowait,paths="pub nosuch+" @USER@ /bin/cat cat'
	run -100 "$BIN/inetctl" -C "$site" reload
	[[ $output == *'services.conf:1: nosuch: No such file'* ]]
	for i in {1..20}; do
		kill -HUP "$inetd"
	done
	dial b sh; hear "$b" public
	[ "$(descriptors "$inetd" | wc -w)" -lt 14 ]
}

@test "no descriptors: clients wait, without a spin, and are served later" {
	services <<-'EOF'
	0 stream tcp nowait @USER@ /bin/cat cat
	EOF
	# So low that nothing is moved up, out of the way of the clients.
	ulimit -Sn 15
	inetd_start
	ulimit -Sn 256
	prlimit --pid "$inetd" --nofile=7:1024
	dial a cat; say "$a" hello
	logged 'cat: accept: (No file descriptors available|Too many open files): clients wait'
	before=$(cpu "$inetd")
	silent "$a"
	[ $(($(cpu "$inetd") - before)) -lt 5 ]
	prlimit --pid "$inetd" --nofile=1024:1024
	hear "$a" hello
	[ "$(times 'clients wait')" = 1 ]
}

@test "more timers than descriptors, from the start or by a reload, are no matter" {
	cat='0 stream tcp nowait @USER@ /bin/cat cat'
	timers=$(printf '@1h - - wait @USER@ /bin/true t%d\n' {1..80})
	services <<<"$cat"
	ulimit -Sn 75
	inetd_start
	services <<<"$cat"$'\n'"$timers"
	reload
	dial a cat; say "$a" 1; hear "$a" 1
	inetd_stop
	inetd_start
	dial b cat; say "$b" 2; hear "$b" 2
	[ "$(times 'poll:')" = 0 ]
}

# one_child: start inetd where it can have one process beside itself.
one_child() {
	is_root || skip "needs a user of its own"
	open=$(mktemp -d)	# where another user can get at it
	mv "$site" "$open/site"
	site=$open/site
	chmod 755 "$open"
	chmod 777 "$site/spool/run"
	cp "$BIN/inetd" "$open"
	# User 65533 has no other processes: the limit is inetd and one more.
	setpriv --reuid 65533 --regid 65533 --clear-groups --inh-caps=-all \
	    prlimit --nproc=2 "$open/inetd" -f -C "$site" \
	    >"$out" 2>"$log" 3>&- &
	inetd=$!
	in_file "$out" '^ready$'
}

@test "no processes: clients wait and are served later, without a spin" {
	services <<-'EOF'
	0 stream tcp nowait nobody /bin/cat cat
	EOF
	one_child
	dial a cat; say "$a" 1; hear "$a" 1
	dial b cat; say "$b" 2
	logged 'cat: no process: .*: clients wait'
	before=$(cpu "$inetd")
	dial c cat; say "$c" 3
	silent "$b"
	[ $(($(cpu "$inetd") - before)) -lt 5 ]
	hang_up "$a"
	hear "$b" 2
	hang_up "$b"
	hear "$c" 3
	inetd_stop || :	# a sanitizer cannot fork its leak check here
	rm -r "$open"
}

@test "no processes: a client that waits is let go if its service becomes wait" {
	services <<-EOF
	127.0.0.5:$base stream tcp nowait nobody /bin/cat cat
	EOF
	one_child
	connect a "127.0.0.5/$base"; say "$a" 1; hear "$a" 1
	connect b "127.0.0.5/$base"
	logged 'cat: no process: .*: clients wait'
	services <<-EOF
	127.0.0.5:$base stream tcp wait nobody /usr/bin/perl perl -e "accept C, STDIN; print C 2, chr 10"
	EOF
	reload
	logged 'cat: a client that waited for a process is let go'
	gone "$b"
	hang_up "$a"
	# The program is not started for it, but for the next one.
	connect c "127.0.0.5/$base"; hear "$c" 2; gone "$c"
	inetd_stop || :	# a sanitizer cannot fork its leak check here
	[ "$(times 'perl: - pid')" = 2 ]	# what served a, and c
	rm -r "$open"
}

@test "a stopped reader of the log stops no service" {
	services <<-'EOF'
	0 stream tcp nowait @USER@ /bin/true true
	0 stream tcp nowait @USER@ /bin/cat cat
	EOF
	mkfifo "$BATS_TEST_TMPDIR/log.fifo"
	exec {reader}<>"$BATS_TEST_TMPDIR/log.fifo"
	log=$BATS_TEST_TMPDIR/log.fifo inetd_start
	perl -MSocket -e 'for (1 .. 1000) { socket S, AF_INET, SOCK_STREAM, 0;
	    connect S, pack_sockaddr_in $ARGV[0], inet_aton "127.0.0.1" or die;
	    sysread S, $b, 9 }' "$(port true)"
	dial a cat; say "$a" 1; hear "$a" 1
	# Read what there is: inetd tells how much it could not say.
	timeout 60 cat <&"$reader" >"$log" 3>&- &
	cat=$!
	until_true grep -q 'inetd: started' "$log"
	dial b cat
	hang_up "$b"
	logged '[0-9]+ log lines lost'
	kill "$cat" || :
}

@test "a client that resets before it is accepted hurts nobody" {
	services <<-'EOF'
	0 stream tcp nowait,max=1 @USER@ /bin/cat cat
	EOF
	inetd_start
	dial a cat; say "$a" 1; hear "$a" 1
	perl -MSocket -e 'for (1 .. 50) { socket S, AF_INET, SOCK_STREAM, 0;
	    connect S, pack_sockaddr_in $ARGV[0], inet_aton "127.0.0.1";
	    setsockopt S, SOL_SOCKET, SO_LINGER, pack "ii", 1, 0; close S }' \
	    "$(port cat)"
	hang_up "$a"
	dial b cat; say "$b" 2; hear "$b" 2
}

@test "a thousand sessions that end together leave no zombie" {
	services <<-'EOF'
	0 stream tcp nowait,max=1000 @USER@ /bin/cat cat
	EOF
	inetd_start
	perl -MSocket -e 'for (1 .. 1000) { socket my $s, AF_INET, SOCK_STREAM, 0;
	    connect $s, pack_sockaddr_in $ARGV[0], inet_aton "127.0.0.1" or die;
	    syswrite $s, "x"; sysread $s, $b, 1 or die; push @all, $s }' \
	    "$(port cat)"
	until_true no_child cat
	until_true ended 1000
	[ "$(ps --ppid "$inetd" -o pid= | wc -l)" = 0 ]
}
