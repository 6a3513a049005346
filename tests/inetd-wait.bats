#!/usr/bin/env bats
#
# inetd: programs that get the whole socket, Unix sockets, timers.

# shellcheck disable=SC2030,SC2031	# each test is a subshell, and knows it
bats_require_minimum_version 1.5.0

load lib/inetd-test

setup() {
	site
	# Answers each datagram, and ends when it is told to.
	cat >"$site/udp.pl" <<-'EOF'
	$SIG{USR1} = sub { exit 0 };
	open S, "+<&=0";
	while ($from = recv S, $got, 999, 0) {
		send S, "$$ got $got", 0, $from;
	}
	EOF
	# Accepts, answers one line per client, and ends when it is told to.
	cat >"$site/tcp.pl" <<-'EOF'
	$SIG{USR1} = sub { exit 0 };
	while (accept C, STDIN) {
		syswrite C, "$$ hello\r\n";
		close C;
	}
	EOF
}

teardown() {
	inetd_stop || :
	cat "$log" 2>/dev/null || :
}

# ask NAME TEXT [TIMES]: send a datagram so often, print as many answers.
ask() {
	# shellcheck disable=SC2016	# perl's dollars
	perl -MSocket -e '
	    my ($port, $deadline, $text, $times) = @ARGV;
	    alarm $deadline;
	    socket S, AF_INET, SOCK_DGRAM, 0 or die;
	    connect S, pack_sockaddr_in $port, inet_aton "127.0.0.1" or die;
	    send S, $text, 0 or die for 1 .. $times;
	    for (1 .. $times) { recv S, $b, 99, 0 // die; print "$b\n" }' \
	    "$(port "$1" udp)" "$DEADLINE" "$2" "${3:-1}"
}

# drop PATH: send "hello" to a Unix datagram socket.
drop() {
	perl -MSocket -e 'socket S, AF_UNIX, SOCK_DGRAM, 0 or die;
	    send S, "hello", 0, pack_sockaddr_un $ARGV[0] or die' "$1"
}

@test "udp wait: one program answers many, and a new one after it has ended" {
	services <<-'EOF'
	0 dgram udp wait @USER@ /usr/bin/perl perl udp.pl
	EOF
	inetd_start
	one=$(ask perl a)
	two=$(ask perl b)
	[[ $one == *' got a' && $two == "${one%% *} got b" ]]
	kill -USR1 "${one%% *}"
	logged "perl: - pid ${one%% *} .* exit 0"
	three=$(ask perl c)
	[[ $three == *' got c' && ${three%% *} != "${one%% *}" ]]
}

@test "udp wait,instances: each has its own program" {
	services <<-'EOF'
	0 dgram udp wait,instances=4 @USER@ /usr/bin/perl perl udp.pl
	EOF
	inetd_start
	for _ in {1..40}; do
		ask perl x
	done | sed 's/ .*//' >"$BATS_TEST_TMPDIR/pids"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/pids")" = 40 ]
	[ "$(sort -u "$BATS_TEST_TMPDIR/pids" | wc -l)" -gt 1 ]
	[ "$(children perl | wc -l)" -le 4 ]
}

@test "tcp wait: the program has the listener; clients it left get the next" {
	services <<-'EOF'
	0 stream tcp wait @USER@ /usr/bin/perl perl tcp.pl
	EOF
	inetd_start
	dial a perl; hear "$a" '* hello'
	dial b perl; hear "$b" '* hello'
	[ "$(children perl | wc -l)" = 1 ]
	kill -USR1 "$(children perl)"
	logged 'perl: - pid .* exit 0'
	dial c perl; hear "$c" '* hello'
}

@test "a wait program that fails is started again, later and later" {
	services <<-'EOF'
	0 stream tcp wait @USER@ /bin/false bad
	0 stream tcp nowait @USER@ /bin/cat cat
	EOF
	inetd_start
	before=$(cpu "$inetd")
	dial a bad
	logged 'bad: ended at once: next start in 0.8 s'
	[ "$(sed '/next start in 0.8 s/q' "$log" |
	    grep -c 'bad: - pid')" -le 5 ]
	[ $(($(cpu "$inetd") - before)) -lt 20 ]
	dial b cat; say "$b" x; hear "$b" x
}

@test "a datagram that is never read is thrown away, without a spin" {
	services <<-'EOF'
	0 dgram udp wait @USER@ /bin/true deaf
	spool/run/deaf dgram unix wait @USER@ /bin/true deafer
	EOF
	inetd_start
	before=$(cpu "$inetd")
	exec {u}<>"/dev/udp/127.0.0.1/$(port deaf udp)"
	printf x >&"$u"
	drop "$site/spool/run/deaf"
	logged 'deaf: left the same datagram unread 3 times: thrown away'
	logged 'deafer: left the same datagram unread 3 times: thrown away'
	[ "$(times 'deaf: - pid')" -le 5 ]
	[ $(($(cpu "$inetd") - before)) -lt 20 ]
}

@test "a program that reads one datagram and ends is not held back" {
	cat >"$site/one.pl" <<-'EOF'
	open S, "+<&=0";
	$from = recv S, $got, 999, 0;
	send S, $got, 0, $from;
	EOF
	services <<-'EOF'
	0 dgram udp wait @USER@ /usr/bin/perl perl one.pl
	EOF
	inetd_start
	[ "$(ask perl same 30 | grep -cx same)" = 30 ]
	[ "$(times 'ended at once')" = 0 ]
}

# Else the service would be dead for all who come later.
@test "what a wait program does to its socket ends with it" {
	cat >"$site/udp" <<-'EOF'
	#!/usr/bin/perl
	use Fcntl;
	open S, "+<&=0";
	exit 3 if fcntl(S, F_GETFL, 0) & O_NONBLOCK;
	$from = recv S, $got, 999, 0;
	connect S, $from or exit 4;
	send S, $got, 0 or exit 5;
	shutdown S, 0 if $got =~ /shut/;
	fcntl S, F_SETFL, O_NONBLOCK;
	EOF
	cat >"$site/tcp" <<-'EOF'
	#!/usr/bin/perl
	use Fcntl;
	exit 3 if fcntl(STDIN, F_GETFL, 0) & O_NONBLOCK;
	accept C, STDIN;
	syswrite C, "hello\n";
	fcntl STDIN, F_SETFL, O_NONBLOCK;
	shutdown STDIN, 2 if <C> =~ /shut/;
	listen STDIN, 0 if <C> =~ /none/;
	EOF
	chmod 755 "$site/udp" "$site/tcp"
	free_base
	services <<-EOF
	127.0.0.1:$base dgram udp wait @USER@ ./udp udp
	127.0.0.1:$base stream tcp wait @USER@ ./tcp tcp
	EOF
	inetd_start
	for word in one two shut three shut four; do
		: >"$log"
		[ "$(ask udp "$word")" = "$word" ]
		say_there "$word"
		logged 'udp: - pid .* exit 0'
		[ "$word" != shut ] || until_true opened_anew
	done
	: >"$log"
	say_there $'none\r\nnone'
	until_true backlog_is_512
}

# Between two sockets there is a moment without one.
reach() {
	exec {a}<>"/dev/tcp/127.0.0.1/$base"
} 2>/dev/null

say_there() {
	until_true reach
	hear "$a" hello
	say "$a" "$1"
	hang_up "$a"
	logged 'tcp: - pid .* exit 0'
}

opened_anew() {
	[ "$(times 'p: its socket was shut down: opened anew')" = 2 ] &&
	    [ "$(ss -Haltun "src 127.0.0.1:$base" | wc -l)" = 2 ]
}

backlog_is_512() {
	[[ $(ss -Hltn "src 127.0.0.1:$base") == *' 512 '* ]]
}

@test "clients that nobody accepts do not make it spin" {
	services <<-'EOF'
	0 stream tcp wait @USER@ /bin/true deaf
	EOF
	inetd_start
	before=$(cpu "$inetd")
	dial a deaf
	logged 'deaf: ended at once: next start in 0.2 s'
	[ $(($(cpu "$inetd") - before)) -lt 20 ]
}

@test "unix stream and seqpacket: who calls is in the environment" {
	services <<-'EOF'
	spool/run/one stream unix nowait @USER@ /bin/sh sh -c "echo $PROTO $UNIXREMOTEEUID $UNIXREMOTEEGID $UNIXLOCALPATH; exec cat"
	spool/run/two seqpacket unix nowait @USER@ /usr/bin/perl perl -e "print qq(seq $ENV{PROTO})"
	EOF
	inetd_start
	run -0 nc -N -U "$site/spool/run/one" </dev/null
	[ "$output" = "UNIX $(id -u) $(id -g) spool/run/one" ]
	# shellcheck disable=SC2016	# perl's dollars
	run -0 perl -MSocket -e 'socket S, AF_UNIX, SOCK_SEQPACKET, 0 or die;
	    connect S, pack_sockaddr_un $ARGV[0] or die; recv S, $b, 99, 0;
	    print $b' "$site/spool/run/two"
	[ "$output" = 'seq UNIX' ]
}

@test "unix dgram wait: the program reads what was sent" {
	cat >"$site/drop.pl" <<-'EOF'
	recv STDIN, $b, 99, 0;
	print STDERR "dropped $b\n";
	EOF
	services <<-'EOF'
	spool/run/drop dgram unix wait @USER@ /usr/bin/perl perl drop.pl
	EOF
	inetd_start
	drop "$site/spool/run/drop"
	logged '^dropped hello$'
}

@test "mode= and owner= of a Unix socket; all may connect without" {
	services <<-'EOF'
	spool/run/one stream unix nowait @USER@ /bin/cat one
	spool/run/two stream unix nowait,mode=0620,owner=@USER@ @USER@ /bin/cat two
	EOF
	inetd_start
	[ "$(stat -c %a "$site/spool/run/one")" = 666 ]
	[ "$(stat -c '%a %U' "$site/spool/run/two")" = "620 $user" ]
}

@test "a file that is no socket, or a socket somebody serves, is left alone" {
	services <<-'EOF'
	spool/run/file stream unix nowait @USER@ /bin/cat one
	spool/run/live stream unix nowait @USER@ /bin/cat two
	EOF
	echo precious >"$site/spool/run/file"
	nc -l -k -U "$site/spool/run/live" 3>&- &
	other=$!
	until_true test -S "$site/spool/run/live"
	inetd_start
	logged 'one: cannot listen on spool/run/file: '
	logged 'two: cannot listen on spool/run/live: '
	[ "$(cat "$site/spool/run/file")" = precious ]
	inetd_stop
	kill "$other"
	[ -S "$site/spool/run/live" ]
	[ "$(cat "$site/spool/run/file")" = precious ]
}

@test "a timer runs its program, and never twice at once" {
	cat >"$site/slow.sh" <<-'EOF'
	echo "begin $PROTO" >&2
	sleep 1.5	# longer than the interval
	echo end >&2
	EOF
	services <<-'EOF'
	@1s - - wait @USER@ /bin/sh sh slow.sh
	@1h - - wait @USER@ /bin/sh sh -c "echo once >&2"
	EOF
	inetd_start
	until_true thrice
	grep -E '^(begin|end)' "$log" | head -4 | diff - <(
	    printf 'begin \nend\nbegin \nend\n')
	[ "$(times '^once')" = 1 ]
	[ "$(times 'sh: - pid')" = 0 ]
}

thrice() {
	[ "$(times '^begin')" -ge 3 ]
}

@test "a timer that fails is logged and goes on" {
	services <<-'EOF'
	@1s - - wait @USER@ /bin/false bad
	EOF
	inetd_start
	logged 'bad: - pid .* exit 1'
	until_true twice
}

twice() {
	[ "$(times 'bad: - pid')" -ge 2 ]
}
