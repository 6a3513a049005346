#!/usr/bin/env bats
#
# inetd -t: what services.conf may say, and what is said about the rest.

# shellcheck disable=SC2030,SC2031	# each test is a subshell, and knows it
bats_require_minimum_version 1.5.0

load lib/inetd

setup() {
	site
	echo 'alice:x:20000:20000::/:/' >"$site/etc/passwd"
}

# says LINE MESSAGE: the line is refused, with exactly that.
says() {
	services <<<"$1"
	run -100 "$BIN/inetd" -t -C "$site"
	[ "$output" = "etc/services.conf:1: $2" ] || {
		echo "for: $1"; echo "got: $output"; return 1
	}
}

# fine LINE: nothing is wrong with it.
fine() {
	services <<<"$1"
	run -0 "$BIN/inetd" -t -C "$site"
	[ -z "$output" ] || { echo "for: $1"; echo "got: $output"; return 1; }
}

@test "the shipped configuration is valid" {
	cp "$ROOT/etc/services.conf" "$site/etc"
	grep -v '^#' "$site/etc/services.conf" | awk -F '\t' 'NF >= 6 {
	    sub("[+]", "", $5); print $5 ":!:19001:19001::/:/" }' \
	    >>"$site/etc/passwd"
	run -0 "$BIN/inetd" -t -C "$site"
	[ -z "$output" ]
	# It listens on this machine only.
	run ! grep -E '^[^#]*(\*|0\.0\.0\.0|\[::\]):' "$site/etc/services.conf"
}

@test "all errors of all lines are told, each with its line" {
	services <<-'EOF'
	# a comment
	ftp stream tcp nowait alice /bin/cat cat

	ftp stream tcp
	x stream tcp nowait alice /bin/cat cat
	smtp stream tcp nowait bob /bin/cat cat
	EOF
	run -100 "$BIN/inetd" -t -C "$site"
	[ "${lines[0]}" = 'etc/services.conf:4: 3 columns, want 6 and the arguments' ]
	[ "${lines[1]}" = 'etc/services.conf:5: no port is called "x"' ]
	[ "${lines[2]}" = 'etc/services.conf:6: bob: no such user' ]
	[ "${#lines[@]}" = 3 ]
}

@test "columns: what is wrong" {
	says 'ftp dgram tcp nowait alice /bin/cat' \
	    'no socket is "dgram tcp"'
	says 'ftp stream rpc/tcp nowait alice /bin/cat' \
	    'RPC services are not supported'
	says 'ftp dgram udp nowait alice /bin/cat' \
	    'only a stream service can be nowait'
	says 'ftp stream tcp now alice /bin/cat' \
	    'want wait or nowait, not "now"'
	says 'ftp stream tcp nowait alice internal' \
	    'internal: want echo, discard, chargen, daytime or time, not "ftp"'
	says '21007 stream tcp nowait alice internal' \
	    'internal: want echo, discard, chargen, daytime or time, not "internal"'
	says 'echo stream tcp wait alice internal' \
	    'internal: want stream tcp nowait'
	says 'echo stream unix nowait alice internal' \
	    'internal: want stream tcp nowait'
	says 'qotd dgram udp wait alice internal' \
	    'internal: want echo, discard, chargen, daytime or time, not "qotd"'
	says 'echo stream tcp nowait,nice=1 alice internal' \
	    'nice: an internal service has no process'
	says '1.2.3:ftp stream tcp nowait alice /bin/cat' \
	    'not an address: "1.2.3"'
	says '::1:ftp stream tcp nowait alice /bin/cat' \
	    'write [::1]: an IPv6 address stands in brackets'
	says '[127.0.0.1]:ftp stream tcp6 nowait alice /bin/cat' \
	    '"127.0.0.1" is of the other IP version'
	says ':ftp stream tcp nowait alice /bin/cat' \
	    'no address before the colon'
	says '65536 stream tcp nowait alice /bin/cat' \
	    'no port is called "65536"'
	says '@5 - - wait alice /bin/cat' \
	    'want an interval like @1s, @5m, @1h or @1d, not "@5"'
	says '@5s stream tcp wait alice /bin/cat' \
	    'a timer is "@1s - -"'
	says 'ftp - - wait alice /bin/cat' \
	    'a timer is "@1s - -"'
	says "$(printf '/%0120d' 0) stream unix wait alice /bin/cat" \
	    'the path is too long'
	says 'ftp stream tcp nowait alice:nogrp /bin/cat' \
	    'alice:nogrp: no such group'
	says 'ftp stream tcp nowait, max=3 alice /bin/cat' \
	    "$(printf '%s' '"max=3" stands where the user should: options ' \
	    'follow wait or nowait by commas, without blanks')"
	says '{' "a block of xinetd's: services.conf(5) says what its words are here"
	says 'ftp stream tcp nowait alice /bin/cat cat "a b' \
	    'a quote is not closed'
	says "ftp stream tcp nowait alice /bin/cat $(printf 'x %.0s' {1..33})" \
	    'more than 32 words'
	says 'ftp stream tcp nowait root+ /bin/cat' \
	    'root+: root needs no right to become an account, and gets none'
}

@test "options: what is wrong" {
	try() {
		says "ftp stream tcp nowait,$1 alice /bin/cat" "$2"
	}
	try 'color=red' 'unknown option "color"'
	try 'max' 'max: want max=VALUE'
	try 'max=0' 'max: want a number from 1 to 65536, not "0"'
	try 'max=-1' 'max: want a number from 1 to 65536, not "-1"'
	try 'max=1x' 'max: want a number from 1 to 65536, not "1x"'
	try 'rate=5' 'rate: want a rate like 10/s, 10/m or 10/h, not "5"'
	try 'timeout=5' 'timeout: want a time like 30s, 10m or 2h, not "5"'
	try 'memory=5' 'memory: want a size like 64M or 1G, not "5"'
	try 'calls=' 'calls: want service before all else'
	try 'calls=-fork' 'calls: want service before all else'
	try 'calls=service,net' 'unknown option "net"'
	try 'calls="service -exec"' 'calls: want service, -network or -fork, not "-exec"'
	try 'mode=0600' 'mode: only a Unix socket can have it'
	try 'instances=2' 'instances: only a wait service can have it'
	try 'caps=sys_admin' 'caps: only net_bind_service can be kept'
	try 'allow=10.0.0.1/8' 'allow: not a network: "10.0.0.1/8"'
	try 'deny=fe80::/129' 'deny: not a network: "fe80::/129"'
	try 'refuse="no' 'a quote is not closed'
	says 'ftp stream tcp wait,max=2 alice /bin/cat' \
	    'max: only a nowait service can have it'
	says 'tftp dgram udp wait,backlog=2 alice /bin/cat' \
	    'backlog: only a stream service can have it'
	says 'x/y dgram unix wait,instances=2 alice /bin/cat' \
	    'instances: a Unix socket cannot have it'
	says 'x/y stream unix nowait,owner=bob alice /bin/cat' \
	    'owner: bob: no such user'
	says 'x/y stream unix nowait,mode=888 alice /bin/cat' \
	    'mode: want a mode like 0660, not "888"'
}

@test "a program that is missing is a warning: the others can serve" {
	services <<-'EOF'
	ftp stream tcp nowait alice /bin/cat cat
	21021 stream tcp nowait alice /no/such gone
	21022 stream tcp nowait alice nosuch bare
	21023 stream tcp nowait alice ./etc/passwd text
	21024 stream tcp nowait alice inetctl beside
	EOF
	run -0 "$BIN/inetd" -t -C "$site"
	diff <(echo "$output") - <<-'EOF'
	etc/services.conf:2: warning: /no/such: No such file or directory
	etc/services.conf:3: warning: nosuch: No such file or directory
	etc/services.conf:4: warning: ./etc/passwd: not a program
	EOF
}

@test "everything that may be said" {
	fine '*:ftp stream tcp nowait alice /bin/cat cat'
	fine '*%lo:ftp stream tcp4 nowait alice /bin/cat cat'
	fine '[fe80::1%eth0],127.0.0.1:ftp stream tcp nowait alice /bin/cat'
	fine 'domain dgram udp6 wait,instances=8 alice /bin/cat'
	fine '0 stream tcp nowait,max=9,per-source=2,rate=5/s,source-rate=9/m alice /bin/cat'
	fine '0 stream tcp nowait,timeout=1h,nice=5,memory=64M,files=9,cpu=5s alice /bin/cat'
	fine '0 stream tcp nowait,allow="10.0.0.0/8, fd00::/8",deny=10.1.0.0/16 alice /bin/cat'
	fine '0 dgram udp wait,calls="service -network, -fork" alice /bin/cat'
	fine '0 stream tcp nowait,max=5,timeout=1m alice internal chargen'
	fine 'a/b seqpacket unix wait,mode=0600,owner=alice alice+ /bin/cat'
	fine '@90m - - wait alice /bin/cat'
	fine '0 stream tcp nowait,refuse="421 a, \"b\" \\ c" alice /bin/cat "c a t"'
}

@test "a classic inetd.conf is read as it stands" {
	cat >"$site/etc/inetd.conf" <<-'EOF'
	#:INTERNAL: Internal services
	discard	stream	tcp	nowait	root	internal
	daytime	stream	tcp6	nowait/10	root	internal
	time	stream	tcp	nowait	root	internal internal
	time	dgram	udp	wait	root	internal
	telnet	stream	tcp	nowait	root	/usr/sbin/tcpd	/usr/sbin/in.telnetd
	ftp	stream	tcp	nowait.50	root	/usr/sbin/tcpd	/usr/sbin/in.ftpd -l
	tftp	dgram	udp	wait	nobody	/usr/sbin/tcpd	/usr/sbin/in.tftpd /srv/tftp
	talk	dgram	udp4	wait	nobody.tty	/usr/sbin/in.talkd	in.talkd
	finger	stream	tcp	nowait/20/10/5	nobody:daemon	/usr/sbin/in.fingerd	in.fingerd
	127.0.0.1:pop-3	stream	tcp4	nowait	root	/usr/sbin/popd	popd
	[::1]:imap2	stream	tcp6	nowait	root	/usr/sbin/imapd	imapd
	git	stream	tcp	nowait	nobody	/usr/bin/git git daemon --inetd
	EOF
	run -0 "$BIN/inetd" -t -C "$site" -c etc/inetd.conf
	# Whether their programs are here is another matter.
	grep -v ': warning: /usr/' <<<"$output" | diff - <(echo \
	    'etc/inetd.conf:5: warning: left out: over UDP, time would answer whoever a forged sender names')
}

@test "the same place twice" {
	services <<-'EOF'
	ftp stream tcp nowait alice /bin/cat cat
	smtp stream tcp nowait alice /bin/cat cat
	127.0.0.1:21 stream tcp nowait alice /bin/cat cat
	EOF
	run -100 "$BIN/inetd" -t -C "$site"
	[ "$output" = 'etc/services.conf:3: 127.0.0.1:21 is already taken by line 1 of etc/services.conf' ]
}

@test "bytes: NUL, a line without end, a line and a file that are too long" {
	printf 'ftp stream tcp nowait alice /bin/cat\0x\n' >"$site/etc/services.conf"
	run -100 "$BIN/inetd" -t -C "$site"
	[ "$output" = 'etc/services.conf:1: a NUL byte' ]
	printf 'ftp stream tcp nowait alice /bin/cat' >"$site/etc/services.conf"
	run -100 "$BIN/inetd" -t -C "$site"
	[ "$output" = 'etc/services.conf:1: the line has no end: is the file whole?' ]
	printf '#%02050d\n' 0 >"$site/etc/services.conf"
	run -100 "$BIN/inetd" -t -C "$site"
	[ "$output" = 'etc/services.conf:1: the line is too long' ]
	head -c 2000000 /dev/zero >"$site/etc/services.conf"
	run -100 "$BIN/inetd" -t -C "$site"
	[ "$output" = 'etc/services.conf: File too large' ]
	: >"$site/etc/services.conf"
	run -100 "$BIN/inetd" -t -C "$site"
	[ "$output" = 'no service is configured' ]
}

@test "what is strange in a line cannot act on the terminal" {
	printf 'ftp stream tcp now\033[2J alice /bin/cat\n' >"$site/etc/services.conf"
	run -100 "$BIN/inetd" -t -C "$site"
	[ "$output" = 'etc/services.conf:1: want wait or nowait, not "now\x1b[2J"' ]
}

@test "root does not take a file that anybody may write" {
	is_root || skip "only root cares"
	fine 'ftp stream tcp nowait alice /bin/cat cat'
	chmod o+w "$site/etc/services.conf"
	run -100 "$BIN/inetd" -t -C "$site"
	[ "$output" = 'etc/services.conf: anybody may write it: not read as root' ]
}

@test "include: files in order, errors by their own name and line" {
	mkdir "$site/etc/services.d"
	services <<-'EOF'
	include etc/services.d/*.conf
	127.0.0.1:25 stream tcp nowait alice /bin/cat cat
	EOF
	run -0 "$BIN/inetd" -t -C "$site"
	echo 'ftp stream tcp nowait alice /bin/cat' >"$site/etc/services.d/a.conf"
	printf '\nsmtp stream tcp nowait alice\n' >"$site/etc/services.d/b.conf"
	run -100 "$BIN/inetd" -t -C "$site"
	[ "$output" = 'etc/services.d/b.conf:2: 5 columns, want 6 and the arguments' ]
	echo 'include other' >"$site/etc/services.d/b.conf"
	run -100 "$BIN/inetd" -t -C "$site"
	[ "$output" = 'etc/services.d/b.conf:1: an included file cannot include' ]
	says 'include etc/none.conf' 'the file to include is missing'
}

@test "a missing file, a directory" {
	run -100 "$BIN/inetd" -t -C "$site"
	[ "$output" = 'etc/services.conf: No such file or directory' ]
	mkdir "$site/etc/services.conf"
	run -100 "$BIN/inetd" -t -C "$site"
	[ "$output" = 'etc/services.conf: Is a directory' ]
}
