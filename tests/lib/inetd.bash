# inetd.bash - a private inetd for a test, and sessions held open by hand
#
# Nothing sleeps: what must happen is waited for, with a deadline.  Nothing
# here touches the host: own site, ports of the kernel's choice, loopback.
#
#	site			make the site ($site) of this test
#	services <<'EOF'	write its services.conf; @USER@ is who we may be
#	inetd_start [ARG...]	start inetd in it and wait until it is ready
#	inetd_stop		end it, if it runs; returns its exit status
#	port NAME [PROTO]	the port that inetd gave to NAME
#	dial VAR NAME [ADDRESS]	open a session; its descriptor goes to VAR
#	say FD LINE		send a line
#	hear FD PATTERN		the next line matches PATTERN
#	gone FD			the server has closed
#	hang_up FD		close
#	logged REGEX		wait until the log has a line
#	until_true COMMAND...	wait until the command succeeds
#	need PROGRAM...		skip the test where one is not installed
#	never_read LINES COMMAND...
#				run a service until its client, who sends these
#				lines and reads nothing, has filled the pipe;
#				$anon is then its memory of its own, in KiB

# shellcheck source=tests/lib/variant.bash
source "${BASH_SOURCE[0]%/*}/variant.bash"
DEADLINE=30

need() {
	local program

	for program; do
		command -v "$program" >/dev/null ||
			skip "$program is not installed"
	done
}

never_read() {
	local pid said=$1
	shift

	mkfifo in out
	exec 8<>in 9<>out
	"$@" <in >out 2>/dev/null 3>&- &
	pid=$!
	printf '%s' "$said" >&8
	timeout 60 python3 - <<-'END'
		import array, fcntl, termios
		held = array.array("i", [0])
		while held[0] < 40000:
		    fcntl.ioctl(9, termios.FIONREAD, held)
	END
	# shellcheck disable=SC2034	# for the caller
	anon=$(awk '/^RssAnon/ { print $2 }' "/proc/$pid/status")
	kill "$pid"
	exec 8>&- 9<&-
}

is_root() {
	[ "$(id -u)" = 0 ]
}

site() {
	site=$BATS_TEST_TMPDIR/site
	out=$BATS_TEST_TMPDIR/out
	log=$BATS_TEST_TMPDIR/log
	inetd=
	if is_root; then user=nobody; else user=$(id -un); fi
	mkdir -p "$site"/etc "$site"/spool/run "$site"/spool/log
	chmod 755 "$BATS_TEST_TMPDIR" "$site"
}

services() {
	sed "s/@USER@/$user/g" >"$site/etc/services.conf"
}

inetd_start() {
	: >"$out"
	"$BIN/inetd" -f -C "$site" "$@" >"$out" 2>>"$log" 3>&- &
	inetd=$!
	in_file "$out" '^ready$'
}

inetd_stop() {
	local status=0

	[ -n "$inetd" ] || return 0
	kill "$inetd" 2>/dev/null || :
	wait "$inetd" || status=$?
	inetd=
	return "$status"
}

reload() {
	: >"$BATS_TEST_TMPDIR/mark"
	kill -HUP "$inetd"
	logged "services.conf: taken"
}

# in_file FILE REGEX: wait until a line of the file matches.
in_file() {
	local tail fd status=0

	exec {fd}< <(exec tail -n +1 -F "$1" 2>/dev/null 3>&-)
	tail=$!
	timeout "$DEADLINE" grep -m 1 -q -E -e "$2" <&"$fd" || status=1
	kill "$tail" 2>/dev/null || :
	exec {fd}<&-
	[ "$status" = 0 ] || echo "no line like $2 in $1"
	return "$status"
}

logged() {
	in_file "$log" "$1"
}

# times REGEX: how many lines of the log match.
times() {
	grep -c -E -e "$1" "$log" || :
}

until_true() {
	local end=$((SECONDS + DEADLINE))

	until "$@"; do
		if [ "$SECONDS" -ge "$end" ]; then
			echo "never true: $*"
			return 1
		fi
		read -r -t 0.02 <> <(:) || :
	done
}

port() {
	awk -v name="$1" -v proto="${2:-tcp}" \
	    '$2 == name && $5 == proto { print $4; exit }' "$out"
}

dial() {
	local -n dialled=$1

	# shellcheck disable=SC2034	# the caller's variable
	exec {dialled}<>"/dev/tcp/${3:-127.0.0.1}/$(port "$2")"
}

say() {
	printf '%s\r\n' "$2" >&"$1"
}

hear() {
	local line

	IFS= read -r -t "$DEADLINE" line <&"$1" || line='(silence)'
	# shellcheck disable=SC2053	# $2 is a pattern on purpose
	[[ ${line%$'\r'} == $2 ]] || { echo "wanted $2, got $line"; return 1; }
}

gone() {
	local line status=0

	IFS= read -r -t "$DEADLINE" line <&"$1" || status=$?
	[ "$status" = 1 ] || { echo "not closed ($status): $line"; return 1; }
}

# silent FD: nothing has come, and nothing comes soon.
silent() {
	local line status=0

	IFS= read -r -t 0.3 line <&"$1" || status=$?
	[ "$status" -gt 128 ] || { echo "wanted silence: $line"; return 1; }
}

hang_up() {
	local fd=$1

	exec {fd}>&-
}

# cpu PID: processor time used so far, in hundredths of a second.
cpu() {
	awk '{ print $14 + $15 }' "/proc/$1/stat"
}

# descriptors PID: those that a process has open, in one line.
descriptors() {
	local list

	list=$(ls "/proc/$1/fd")
	echo "${list//$'\n'/ }"
}

# children NAME: the process ids of inetd's children called NAME.
children() {
	pgrep -P "$inetd" -x "$1" || :
}

has_child() {
	[ -n "$(children "$1")" ]
}

no_child() {
	[ -z "$(children "$1")" ]
}
