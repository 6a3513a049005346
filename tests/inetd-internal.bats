#!/usr/bin/env bats
#
# inetd: what it serves itself, without a process.

# shellcheck disable=SC2030,SC2031	# each test is a subshell, and knows it
# shellcheck disable=SC2016	# the dollars are those of perl
bats_require_minimum_version 1.5.0

load lib/inetd-test

all() {
	local name

	for name in echo discard chargen daytime time; do
		echo "0 stream tcp nowait${1:+,$1} @USER@ internal $name"
	done
}

# has_sessions NAME N: so many now, as inetctl has it.
has_sessions() {
	[ "$("$BIN/inetctl" -C "$site" status --json |
	    python3 -c 'import json, sys
for s in json.load(sys.stdin)["services"]:
    if s["name"] == sys.argv[1]: print(s["sessions"])' "$1")" = "$2" ]
}

@test "echo, discard, chargen, daytime, time: as their RFCs want them" {
	all | services
	inetd_start
	now=$(date +%s)
	run -0 timeout 60 nc -d 127.0.0.1 "$(port daytime)"
	[[ $output == [A-Z]*day,\ *\ *,\ 20??\ ??:??:??-UTC$'\r' ]]
	said=$(date -u -d "$(sed 's/^[^,]*, //; s/-UTC\r//' <<<"$output")" +%s)
	((said >= now && said <= $(date +%s)))
	run -0 bash -c 'timeout 60 nc -d 127.0.0.1 "$1" | od -An -tu1' - \
	    "$(port time)"
	read -r a b c d <<<"$output"
	said=$((((a * 256 + b) * 256 + c) * 256 + d - 2208988800))
	((said >= now && said <= $(date +%s)))
	seq 100000 | tee "$BATS_TEST_TMPDIR/in" >"$BATS_TEST_TMPDIR/same"
	timeout 60 nc -N 127.0.0.1 "$(port echo)" <"$BATS_TEST_TMPDIR/in" |
	    cmp "$BATS_TEST_TMPDIR/same"
	run -0 timeout 60 nc -N 127.0.0.1 "$(port discard)" \
	    <"$BATS_TEST_TMPDIR/in"
	[ -z "$output" ]
	timeout 60 nc -d 127.0.0.1 "$(port chargen)" | head -c 703000 \
	    >"$BATS_TEST_TMPDIR/got"
	perl -e 'for my $line (0 .. 9499) { print map({ chr(32 +
	    ($line + $_) % 95) } 0 .. 71), "\r\n" }' |
	    cmp "$BATS_TEST_TMPDIR/got"
	run ! pgrep -P "$inetd"
	logged '^[0-9T:.Z-]+ inetd: echo: 127.0.0.1:[0-9]+ internal wall [0-9]+\.[0-9]{3}$'
}

# Memory of inetd, in KiB.
resident() {
	awk '/^VmRSS/ { print $2 }' "/proc/$inetd/status"
}

@test "clients that never read, never speak or never close cost a slot alone" {
	all max=100 | services
	echo "0 stream tcp nowait $user /bin/cat cat" >>"$site/etc/services.conf"
	inetd_start
	# Forty of each; what they send to echo is more than the kernel keeps.
	perl -MSocket -e '$| = 1;
	    for my $port (@ARGV) { for (1 .. 40) {
		socket my $s, AF_INET, SOCK_STREAM, 0;
		setsockopt $s, SOL_SOCKET, SO_RCVBUF, 4096;
		connect $s, pack_sockaddr_in $port, inet_aton "127.0.0.1" or die;
		push @all, $s } }
	    sub fill { my $s = shift; my ($w, $n) = ("", 1); vec($w, fileno $s,
		1) = 1; while ($n) { syswrite $s, "x" x 65536 if $n =
		select undef, my $ready = $w, undef, 0.2 } }
	    $_->blocking(0) for @all; fill($_) for @all[0, 1];
	    print "full\n"; sleep 60' -MIO::Handle "$(port echo)" \
	    "$(port chargen)" "$(port discard)" \
	    >"$BATS_TEST_TMPDIR/said" 3>&- &
	crowd=$!
	in_file "$BATS_TEST_TMPDIR/said" full
	for name in echo chargen discard; do
		until_true has_sessions "$name" 40
	done
	before=$(cpu "$inetd") held=$(resident)
	for i in {1..50}; do
		dial a echo; echo "$i" >&"$a"; hear "$a" "$i"; hang_up "$a"
		dial a daytime; hear "$a" '*UTC'; hang_up "$a"
		dial a cat; say "$a" "$i"; hear "$a" "$i"; hang_up "$a"
	done
	(($(cpu "$inetd") - before < 50))
	(($(resident) - held < 1000))
	kill "$crowd"
	for name in echo chargen discard; do
		until_true has_sessions "$name" 0
	done
}

@test "max, per-source, source-rate, deny and refuse hold for them as well" {
	services <<-'EOF'
	0.0.0.0:0 stream tcp nowait,max=2,per-source=1,refuse="no: %s",deny=127.0.0.9 @USER@ internal echo
	0 stream tcp nowait,source-rate=2/m,refuse="slowly" @USER@ internal daytime
	EOF
	inetd_start
	mkfifo "$BATS_TEST_TMPDIR/in"
	nc -N -s 127.0.0.8 127.0.0.1 "$(port echo)" <"$BATS_TEST_TMPDIR/in" \
	    >"$BATS_TEST_TMPDIR/other" 3>&- &
	exec {in}>"$BATS_TEST_TMPDIR/in"
	echo 0 >&"$in"
	in_file "$BATS_TEST_TMPDIR/other" 0
	run -0 timeout 60 nc -s 127.0.0.9 127.0.0.1 "$(port echo)" </dev/null
	[ "$output" = $'no: this network is not admitted\r' ]
	run -0 timeout 60 nc -s 127.0.0.8 127.0.0.1 "$(port echo)" </dev/null
	[ "$output" = $'no: too many sessions\r' ]
	dial a echo; say "$a" 1; hear "$a" 1
	# It is full: the next one waits in the kernel's queue.
	dial c echo; say "$c" 3; silent "$c"
	hang_up "$a"
	hear "$c" 3
	exec {in}>&-
	for _ in 1 2; do
		dial d daytime; hear "$d" '*UTC'; gone "$d"
	done
	dial d daytime; hear "$d" slowly
	run -0 "$BIN/inetctl" -C "$site" status
	grep -Eq '^echo .* on +1 +2 +3 +2 +0 ' <<<"$output"
	grep -Eq '^daytime .* on +0 +256 +2 +1 +0 ' <<<"$output"
}

@test "timeout ends them, and a pause keeps new ones out" {
	services <<-'EOF'
	0 stream tcp nowait,timeout=1s @USER@ internal echo
	0 stream tcp nowait,timeout=1s @USER@ internal chargen
	EOF
	inetd_start
	dial a echo; say "$a" 1; hear "$a" 1
	dial b chargen	# and never reads
	gone "$a"
	logged 'echo: a client has taken too long: ended'
	logged 'chargen: a client has taken too long: ended'
	logged 'chargen: 127.0.0.1:[0-9]+ internal wall [1-9]'
	"$BIN/inetctl" -C "$site" pause echo
	dial a echo; say "$a" 2; silent "$a"
	"$BIN/inetctl" -C "$site" resume echo
	hear "$a" 2
	run -100 "$BIN/inetctl" -C "$site" trace echo on
	[[ $output == *'echo cannot be traced: it has no program'* ]]
}

@test "a front proxy's header is heard, and not echoed" {
	services <<-'EOF'
	0 stream tcp nowait,proxy=127.0.0.1,deny=192.0.2.66 @USER@ internal echo
	EOF
	inetd_start
	dial a echo
	printf 'PROXY TCP4 192.0.2.7 192.0.2.1 4711 7\r\nhello\r\n' >&"$a"
	hear "$a" hello
	hang_up "$a"
	logged 'echo: 192.0.2.7:4711 internal'
	dial a echo
	say "$a" 'PROXY TCP4 192.0.2.66 192.0.2.1 4711 7'
	gone "$a"
}

@test "a reload keeps them, unless the line says something else now" {
	services <<-EOF
	$base stream tcp nowait @USER@ internal echo
	$((base + 1)) stream tcp nowait @USER@ internal echo
	$((base + 2)) stream tcp nowait @USER@ /bin/cat cat
	EOF
	inetd_start
	connect a "127.0.0.1/$base"; say "$a" 1; hear "$a" 1
	connect b "127.0.0.1/$((base + 1))"; say "$b" 2; hear "$b" 2
	connect c "127.0.0.1/$((base + 2))"; say "$c" 3; hear "$c" 3
	services <<-EOF
	$base stream tcp nowait,max=7 @USER@ internal echo
	$((base + 1)) stream tcp nowait @USER@ internal discard
	$((base + 2)) stream tcp nowait @USER@ internal echo
	EOF
	reload
	gone "$b"
	say "$a" 4; hear "$a" 4
	say "$c" 5; hear "$c" 5
	connect b "127.0.0.1/$((base + 1))"; say "$b" 6; silent "$b"
	services <<-EOF
	$((base + 2)) stream tcp nowait @USER@ /bin/cat cat
	EOF
	reload
	gone "$a"
	gone "$b"
	say "$c" 7; hear "$c" 7
	hang_up "$c"
	connect c "127.0.0.1/$((base + 2))"; say "$c" 8; hear "$c" 8
	until_true has_child cat
}

@test "an upgrade ends them; their counts go on, and so does the service" {
	services <<<'0 stream tcp nowait @USER@ internal echo'
	inetd_start
	dial a echo; say "$a" 1; hear "$a" 1
	upgrade
	gone "$a"
	dial a echo; say "$a" 2; hear "$a" 2
	run -0 "$BIN/inetctl" -C "$site" status
	grep -Eq '^echo .* on +1 +256 +2 +0 +0 ' <<<"$output"
	inetd_stop
	gone "$a"
	logged 'echo: 127.0.0.1:[0-9]+ internal wall'
	[ "$(times internal)" = 2 ]
}

@test "echo: a client that reads late gets back what it sent, all of it" {
	services <<<'0 stream tcp nowait @USER@ internal echo'
	inetd_start
	timeout 60 perl -MSocket -MIO::Handle -e '
	    socket my $s, AF_INET, SOCK_STREAM, 0;
	    setsockopt $s, SOL_SOCKET, SO_RCVBUF, 4096;
	    connect $s, pack_sockaddr_in $ARGV[0], inet_aton "127.0.0.1" or die;
	    $s->blocking(0);
	    my ($out, $in, $full, $bits) = (0, "", 0, "");
	    vec($bits, fileno $s, 1) = 1;
	    my $all = join "", map "$_\n", 1 .. 1000000;
	    while (length $in < length $all) {
		my $w = $out < length $all ? $bits : "";
		my $r = $full ? $bits : "";
		$full = 1 if !select $r, $w, undef, 0.2;
		$out += syswrite($s, $all, 30011, $out) || 0 if vec $w, fileno $s, 1;
		next if !vec $r, fileno $s, 1;
		sysread($s, $in, 50021, length $in) or die "closed";
	    }
	    exit($in ne $all || !$full)' "$(port echo)"
}
