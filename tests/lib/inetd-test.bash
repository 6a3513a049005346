# inetd-test.bash - how the tests of inetd itself begin and end
#
# On top of inetd.bash: each test has a site of its own, the number of a port
# that is free ($base, and three behind it; below those that the kernel gives
# to clients), and shows the log if it fails.
#
#	free_base			such a number, to $base
#	connect VAR ADDRESS/PORT	like dial, where no name is known
#	refused ADDRESS/PORT		nobody listens there
#	ended N				so many sessions have ended
#	upgrade				exchange inetd's program, and wait

# shellcheck source=tests/lib/inetd.bash
source "${BASH_SOURCE[0]%/*}/inetd.bash"

setup() {
	site
	free_base
}

free_base() {
	local four

	# The kernel's lists: "0: 0100007F:4E20 ..." is local address and port.
	while
		base=$((20000 + RANDOM % 12000))
		four=$(printf '%04X|' "$base" $((base + 1)) $((base + 2)))
		four+=$(printf '%04X' $((base + 3)))
		grep -qsE "^ *[0-9]+: [0-9A-F]+:($four) " \
		    /proc/net/{tcp,tcp6,udp,udp6}
	do :; done
}

teardown() {
	inetd_stop || :
	cat "$log" 2>/dev/null || :	# shown only if the test failed
}

connect() {
	local -n connected=$1

	# shellcheck disable=SC2034	# the caller's variable
	exec {connected}<>"/dev/tcp/$2"
}

refused() {
	! nc -z "${1%/*}" "${1#*/}"
}

ended() {
	[ "$(times ' pid [0-9]+ wall')" -ge "$1" ]
}

upgraded_more_than() {
	[ "$(times upgraded)" -gt "$1" ]
}

upgrade() {
	local before

	before=$(times upgraded)
	kill -USR2 "$inetd"
	until_true upgraded_more_than "$before"
}
