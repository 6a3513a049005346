#!/usr/bin/env bats
#
# inetctl: ask the running inetd, and tell it what to do.

# shellcheck disable=SC2030,SC2031	# each test is a subshell, and knows it
bats_require_minimum_version 1.5.0

load lib/inetd

setup() {
	site
	services <<-'EOF'
	0 stream tcp nowait,max=2,per-source=2,refuse="no" @USER@ /bin/cat cat
	0 dgram udp wait @USER@ /bin/true deaf
	spool/run/x stream unix nowait @USER@ /bin/cat x
	@1h - - wait @USER@ /bin/true timer
	EOF
}

teardown() {
	inetd_stop || :
	cat "$log" 2>/dev/null || :
}

ctl() {
	"$BIN/inetctl" -C "$site" "$@"
}

@test "status: what runs, for people" {
	inetd_start
	dial a cat; say "$a" 1; hear "$a" 1
	run -0 ctl status
	[[ ${lines[0]} =~ ^inetd\ $inetd,\ up\ 0:00:0 ]]
	[[ ${lines[2]} =~ ^cat\ +127.0.0.1:$(port cat)\ +on\ +1\ +2\ +1\ +0\ +0 ]]
	[[ ${lines[3]} =~ ^deaf\ +127.0.0.1:$(port deaf udp)\ +on\ +0\ +- ]]
	[[ ${lines[4]} =~ ^x\ +spool/run/x\ +on ]]
	[[ ${lines[5]} =~ ^timer\ +-\ +on ]]
}

@test "status --json and --prometheus count starts, refusals and ends" {
	services <<-'EOF'
	0 stream tcp nowait,per-source=1,refuse="no" @USER@ /bin/cat cat
	0 stream tcp nowait @USER@ /bin/false "qu\"ote"
	EOF
	inetd_start
	dial a cat; say "$a" 1; hear "$a" 1
	dial b cat; hear "$b" no
	exec {c}<>"/dev/tcp/127.0.0.1/$(sed -n 's/.*ote 127.0.0.1 \([0-9]*\) tcp/\1/p' "$out")"
	gone "$c"
	logged 'exit 1'
	ctl status --json >"$BATS_TEST_TMPDIR/json"
	python3 - "$BATS_TEST_TMPDIR/json" <<-'EOF'
	import json, sys
	status = json.load(open(sys.argv[1]))
	cat, quote = status["services"]
	assert cat["name"] == "cat" and cat["sessions"] == 1, cat
	assert cat["started_total"] == 1 and cat["refused_total"] == 1, cat
	assert quote["name"] == 'qu"ote', quote
	assert quote["failed_total"] == 1 and quote["sessions"] == 0, quote
	EOF
	run -0 ctl status --prometheus
	[[ $output == *'# TYPE inetd_refused_total counter'* ]]
	[[ $output == *'inetd_refused_total{name="cat",service="0",protocol="tcp",kind="nowait"} 1'* ]]
}

@test "status knows the bytes of open connections" {
	services <<-'EOF'
	127.0.0.1,[::1]:0 stream tcp nowait @USER@ /bin/cat cat
	0.0.0.0:0 stream tcp nowait @USER@ /bin/sh any -c "head -c 1000 /dev/zero; exec cat"
	0 dgram udp wait @USER@ /bin/true deaf
	EOF
	inetd_start
	dial a cat; say "$a" hello; hear "$a" hello
	exec {b}<>"/dev/tcp/::1/$(awk '$3 == "::1" { print $4 }' "$out")"
	say "$b" more; hear "$b" more
	dial c any 127.0.0.3
	head -c 1000 <&"$c" >/dev/null
	ctl status --json >"$BATS_TEST_TMPDIR/json"
	python3 - "$BATS_TEST_TMPDIR/json" <<-'EOF'
	import json, sys
	seen = [(s["received_bytes"], s["sent_bytes"])
	    for s in json.load(open(sys.argv[1]))["services"]]
	if seen[0][0] is None:
	    sys.exit("no sock_diag here")
	assert seen == [(13, 13), (0, 1000), (None, None)], seen
	EOF
	run -0 ctl status
	[[ ${lines[2]} =~ \ 13\ +13$ ]]
	[[ ${lines[4]} =~ \ -\ +-$ ]]
	run -0 ctl status --prometheus
	[[ $output == *'inetd_sent_bytes{name="any",'*'} 1000'* ]]
	[[ $output != *'inetd_sent_bytes{name="deaf"'* ]]
}

@test "reload says what is wrong, line by line" {
	inetd_start
	run -0 ctl reload
	services <<<'nonsense'
	run -100 ctl reload
	[[ $output == *'etc/services.conf:1: 1 column'*'what was in force stays so'* ]]
}

@test "pause lets clients wait, resume takes them" {
	inetd_start
	run -0 ctl pause cat
	dial a cat; say "$a" 1; silent "$a"
	run -0 ctl status
	[[ ${lines[2]} =~ paused ]]
	run -0 ctl reload
	silent "$a"
	run -0 ctl resume cat
	hear "$a" 1
	run -100 ctl pause none
	[ "$output" = 'no service is called none' ]
}

@test "stop" {
	inetd_start
	run -0 ctl stop
	wait "$inetd"
	inetd=
	[ ! -e "$site/spool/run/inetd" ]
	run -111 ctl status
}

@test "only inetd's own user may ask" {
	is_root || skip "only root can be somebody else"
	inetd_start
	[ "$(stat -c %a "$site/spool/run/inetd")" = 600 ]
	chmod 755 "$site/spool" "$site/spool/run"
	run ! setpriv --reuid nobody --clear-groups --inh-caps=-all \
	    "$BIN/inetctl" -C "$site" stop
	run -0 ctl status
}

@test "rubbish on the socket does not matter" {
	inetd_start
	for request in '' x 'status now' 'pause' 'reload 1' "$(printf '%0600d' 0)"; do
		perl -MSocket -e 'socket S, AF_UNIX, SOCK_DGRAM, 0 or die;
		    send S, $ARGV[1], 0, pack_sockaddr_un $ARGV[0]' \
		    "$site/spool/run/inetd" "$request"
	done
	run -0 ctl status
}

@test "wrongly called: 100; no inetd: 111" {
	run -100 "$BIN/inetctl"
	run -100 "$BIN/inetctl" dance
	run -100 "$BIN/inetctl" status --xml
	run -100 "$BIN/inetctl" pause
	run -100 "$BIN/inetctl" trace x maybe
	run -111 "$BIN/inetctl" -C "$site" status
	[[ $output == *'spool/run/inetd: '*': no inetd runs in this site'* ]]
}
