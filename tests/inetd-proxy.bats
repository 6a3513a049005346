#!/usr/bin/env bats
#
# inetd: clients that come through a front proxy.

# shellcheck disable=SC2030,SC2031	# each test is a subshell, and knows it
bats_require_minimum_version 1.5.0

load lib/inetd

setup() {
	site
	services <<-'EOF'
	0 stream tcp nowait,proxy=127.0.0.0/8,per-source=1,deny=192.0.2.66,refuse="no" @USER@ /bin/sh sh -c "echo $TCPREMOTEIP $TCPREMOTEPORT $TCPLOCALIP $TCPLOCALPORT; exec cat"
	EOF
	inetd_start
}

teardown() {
	inetd_stop || :
	cat "$log" 2>/dev/null || :
}

@test "version 1: the service sees the client, and every byte behind the header" {
	dial a sh
	printf 'PROXY TCP4 192.0.2.1 192.0.2.2 4711 25\r\nhello\r\n' >&"$a"
	hear "$a" '192.0.2.1 4711 192.0.2.2 25'
	hear "$a" hello
	hang_up "$a"
	logged 'sh: 192.0.2.1:4711 pid .* exit 0'
	dial b sh
	say "$b" 'PROXY TCP6 2001:db8::1 2001:db8::2 4711 25'
	hear "$b" '2001:db8::1 4711 2001:db8::2 25'
}

@test "version 2: binary, with more behind the addresses" {
	dial a sh
	printf '\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0f\xc0\0\x02\x01\xc0\0\x02\x02\x12\x67\0\x19\x04\0\0hello\n' >&"$a"
	hear "$a" '192.0.2.1 4711 192.0.2.2 25'
	hear "$a" hello
}

@test "LOCAL and UNKNOWN are the proxy itself" {
	dial a sh
	printf '\r\n\r\n\0\r\nQUIT\n\x20\0\0\0' >&"$a"
	hear "$a" "127.0.0.1 * 127.0.0.1 $(port sh)"
	hang_up "$a"
	until_true no_child cat
	dial b sh
	say "$b" 'PROXY UNKNOWN'
	hear "$b" "127.0.0.1 * 127.0.0.1 $(port sh)"
}

@test "limits and access lists are for the client, not for the proxy" {
	dial a sh
	say "$a" 'PROXY TCP4 192.0.2.1 192.0.2.2 1 25'; hear "$a" '192.0.2.1 *'
	dial b sh
	say "$b" 'PROXY TCP4 192.0.2.9 192.0.2.2 1 25'; hear "$b" '192.0.2.9 *'
	dial c sh
	say "$c" 'PROXY TCP4 192.0.2.1 192.0.2.2 2 25'; hear "$c" no; gone "$c"
	dial d sh
	say "$d" 'PROXY TCP4 192.0.2.66 192.0.2.2 2 25'; hear "$d" no
	logged 'sh: 192.0.2.1 refused: too many sessions'
}

@test "a header in pieces, and none at all" {
	dial a sh
	before=$(cpu "$inetd")
	for piece in P ROXY ' TCP4 192.0.2.1 192.0' '.2.2 1' ' 25'; do
		printf %s "$piece" >&"$a"
		read -r -t 0.1 <> <(:) || :
	done
	printf '\r\n' >&"$a"
	hear "$a" '192.0.2.1 1 192.0.2.2 25'
	dial b sh
	gone "$b"
	logged 'sh: a front proxy sent no header in time'
	[ $(($(cpu "$inetd") - before)) -lt 10 ]
}

@test "a wrong header closes the connection" {
	for header in 'HELO x' 'PROXY TCP4 1.2.3 4.5.6.7 1 2' \
	    'PROXY TCP4 1.2.3.4 4.5.6.7 1 65536' 'PROXY TCP4 ::1 ::1 1 2' \
	    'PROXY TCP4 1.2.3.4 4.5.6.7 1' 'PROXY TCP4 1.2.3.4 4.5.6.7 1 2 3' \
	    'PROXY TCP5 1.2.3.4 4.5.6.7 1 2' 'PROXY'; do
		dial a sh
		say "$a" "$header"
		gone "$a"
	done
	[ "$(times 'no PROXY header')" = 8 ]
	[ "$(times ' pid ')" = 0 ]
}

@test "a client whose header is awaited is let go if its service becomes wait" {
	dial a sh
	services <<-'EOF'
	0 stream tcp wait @USER@ /usr/bin/perl sh -e "accept C, STDIN; print C 2, chr 10"
	EOF
	reload
	say "$a" 'PROXY TCP4 192.0.2.1 192.0.2.2 1 25' || :
	gone "$a"
	dial b sh; hear "$b" 2; gone "$b"
	inetd_stop
	[ "$(times 'sh: - pid')" = 1 ]
}
