#!/usr/bin/env bats
#
# Logins under attack: rows A1 to A10 (A8 is login-kill.bats; A3's table is
# unit/authd_throttle.c).

bats_require_minimum_version 1.5.0

load lib/labnet

setup() {
	whole_site
	cd "$site" || return
}

teardown() {
	inetd_stop || :
	cat "$log" 2>/dev/null || :	# shown only if the test failed
}

many() {
	"$ROOT/tests/lib/many-logins" "$@"
}

ask() {
	"$ROOT/tests/lib/ask-authd" "$@"
}

# authd_pid: of the process that has the socket.
authd_pid() {
	pgrep -P "$inetd" -x authd
}

# children_are N: so many has authd.
children_are() {
	[ "$(pgrep -P "$(authd_pid)" -c)" = "$1" ]
}

# spent USER N: the processor's hundredths of a second that authd has spent on
# N wrong passwords.
spent() {
	local before
	before=$(awk '{ print $16 + $17 }' "/proc/$(authd_pid)/stat")
	many time "$2" "$1:wrong" | grep -q ' N '
	until_true children_are 0
	awk -v before="$before" '{ print $16 + $17 - before }' \
	    "/proc/$(authd_pid)/stat"
}

@test "A1: an unknown user costs the work of a known one, and hears the same" {
	not_sanitized 'a time of its own'
	for method in sha512:60 yescrypt:12; do
		"$BIN/account" -m "${method%:*}" passwd alice <<<hungry
		"$BIN/account" -m "${method%:*}" passwd bob <<<hungry
		whole_start
		[ "$(ask V smtpd bob hungry '' '')" = Y ]
		known=$(spent bob "${method#*:}")
		unknown=$(spent nobody% "${method#*:}")
		inetd_stop
		echo "$method: $known known, $unknown unknown"
		[ "$known" -ge 8 ]
		[ $((known * 5)) -ge $((unknown * 3)) ]
		[ $((unknown * 5)) -ge $((known * 3)) ]
	done
	whole_start
	dial c pop3d;			hear "$c" '+OK*'
	dial d pop3d;			hear "$d" '+OK*'
	say "$c" 'USER bob';		IFS= read -r bob <&"$c"
	say "$d" 'USER nobody';		IFS= read -r nobody <&"$d"
	[ "$bob" = "$nobody" ]
	say "$c" 'PASS wrong';		IFS= read -r bob <&"$c"
	say "$d" 'PASS wrong';		IFS= read -r nobody <&"$d"
	[ "$bob" = "$nobody" ]
}

@test "A2: 1,000 logins at once: all answered, memory bounded, sessions live" {
	not_sanitized 'a memory of its own'
	whole_start
	dial c pop3d;			hear "$c" '+OK*'
	say "$c" 'USER bob';		hear "$c" '+OK*'
	say "$c" 'PASS hungry';		hear "$c" '+OK*'
	before=$(awk '/^VmRSS/ { print $2 }' "/proc/$(authd_pid)/status")
	[ "$(many parallel 1000 bob hungry)" = 'Y 1000' ]
	after=$(awk '/^VmRSS/ { print $2 }' "/proc/$(authd_pid)/status")
	[ "$after" -lt $((before + 512)) ]
	say "$c" NOOP;			hear "$c" '+OK*'
	[ "$(ask V smtpd bob hungry '' '')" = Y ]
	until_true children_are 1
}

@test "A3: many users from one source are slowed; others there are not" {
	whole_start
	begun=${EPOCHREALTIME/./}
	for user in carol dave; do
		[ "$(ask V smtpd "$user" x '' 192.0.2.1)" = N ]
	done
	[ $((${EPOCHREALTIME/./} - begun)) -ge 2000000 ]
	owner=$(ask -t V smtpd bob hungry '' 198.51.100.1)
	[[ $owner == 'Y '* ]]
	[ "${owner#Y }" -lt 2000 ]
}

@test "A4: etc/passwd replaced meanwhile: the old one or the new one, whole" {
	whole_start
	cp -p etc/passwd good
	sed 's/^alice:/carol:/' good >other
	chmod --reference=good other
	! is_root || chown --reference=good other
	( for _ in $(seq 150); do
		cp -p good etc/passwd.x; mv etc/passwd.x etc/passwd
		cp -p other etc/passwd.x; mv etc/passwd.x etc/passwd
	done ) 3>&- &
	writer=$!
	[ "$(many parallel 300 bob hungry)" = 'Y 300' ]
	wait "$writer"
	for name in alice carol; do
		ask A "$name"
	done | grep -c '^Y' | grep -qx 1
	run ! grep -q 'etc/passwd:' "$log"
}

@test "A6: passwords count octet by octet: empty, long, NUL, 8-bit, TAB" {
	whole_start
	for secret in $'t\tab' $'\xff\xfe\x01' ' blank ' $'\xc3\xa4' "$(
	    printf '%0511d' 7)"; do
		printf '%s\n' "$secret" | "$BIN/account" passwd bob
		[ "$(ask V smtpd bob "$secret" '' '')" = Y ]
		[ "$(ask V smtpd bob "${secret%?}" '' '')" = N ]
		[ "$(ask V smtpd bob "${secret% }x" '' '')" != Y ]
		[ "$(ask V smtpd bob '' '' '')" = N ]
	done
	dial c pop3d;				hear "$c" '+OK*'
	printf 'USER bob\r\nPASS %010240d\r\n' 7 >&"$c"
	hear "$c" '+OK*'
	hear "$c" '-ERR*'
	dial d imapd;				hear "$d" '\* OK*'
	printf 'a LOGIN bob "0\0x"\r\n' >&"$d";	hear "$d" '\* BAD*'
}

@test "A7: what follows the password reaches the session once, byte by byte" {
	whole_start
	text=$'USER bob\r\nPASS hungry\r\nNOOP\r\nSTAT\r\nQUIT\r\n'
	dial c pop3d
	for ((i = 0; i < ${#text}; i++)); do
		printf '%s' "${text:i:1}" >&"$c"
	done
	for want in '+OK*' '+OK*' '+OK bob*' '+OK*' '+OK 0 0*' '+OK*'; do
		hear "$c" "$want"
	done
	gone "$c"
	dial c imapd
	printf '%s\r\n' 'a LOGIN {3+}' 'bob {6+}' 'hungry' 'b NOOP' \
	    'c LOGOUT' >&"$c"
	for want in '\* OK*' 'a OK*' 'b OK*' '\* BYE*' 'c OK*'; do
		hear "$c" "$want"
	done
	gone "$c"
	dial c ftpd
	printf '%s\r\n' 'USER bob' 'PASS hungry' NOOP PWD QUIT >&"$c"
	for want in '220 *' '331 *' '230 *' '200 *' '257 *' '221 *'; do
		hear "$c" "$want"
	done
	gone "$c"
}

@test "A9: huge, empty and mute askers do not end authd" {
	whole_start
	[ "$(ask V smtpd bob hungry '' '')" = Y ]
	pid=$(authd_pid)
	[ "$(many huge)" = '(closed)' ]
	[ "$(many empty)" = '(closed)' ]
	for _ in 1 2 3; do
		many mute
	done
	[ "$(ask V smtpd bob hungry '' '')" = Y ]
	[ "$(authd_pid)" = "$pid" ]
}

# held NAME: the session of bob that c talks to.
held() {
	local p

	for p in $(pgrep -x -P "$(authd_pid)" "$1"); do
		[ "$(readlink "/proc/$p/cwd")" != "$site" ] || echo "$p"
	done
}

has_session() {
	[ "$(held "$1")" ]
}

@test "A10: sessions: descriptors 0 to 2, no groups, no core, no tracer" {
	not_sanitized 'traced and dumped on purpose'
	is_root || skip 'needs a second user'
	whole_start
	bob=$(stat -c %u spool/home/bob)
	for one in 'pop3d:USER bob:PASS hungry' 'imapd::a LOGIN bob hungry' \
	    'ftpd:USER bob:PASS hungry'; do
		IFS=: read -r name user password <<<"$one"
		dial c "$name"
		[ -z "$user" ] || { say "$c" "$user"; IFS= read -r _ <&"$c"; }
		IFS= read -r _ <&"$c"
		say "$c" "$password"
		IFS= read -r _ <&"$c"
		until_true has_session "$name"
		pid=$(held "$name")
		echo "$name $pid"
		# Sockets are the client alone; what is open else is the user's.
		[ "$(for fd in "/proc/$pid/fd"/*; do
			readlink "$fd"; done | grep socket: | sort -u |
		    wc -l)" -le 1 ]
		run ! grep -q "$site/etc" <(ls -l "/proc/$pid/fd")
		[ "$(awk '/^Groups/ { print $2 }' "/proc/$pid/status")" = '' ]
		[ "$(awk '/^Seccomp:/ { print $2 }' "/proc/$pid/status")" = 2 ]
		grep -qE '^Max core file size +0 +0' "/proc/$pid/limits"
		# The user's own debugger may not look in.
		run setpriv --reuid "$bob" --regid "$bob" --clear-groups \
		    head -c 1 "/proc/$pid/environ"
		[ "$status" -ne 0 ]
		hang_up "$c"
		until_true test ! -e "/proc/$pid/exe"
	done
}
