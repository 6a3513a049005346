# inetd-daemons.bash - tests/bench/inetd for the daemons as they are built
#
#	daemons			print both tables
#
# Each runs as the shipped line says, in a site of its own, but for limits on
# the number of sessions.  hello is the same inetd with the smallest program.
# shellcheck shell=bash disable=SC2004,SC2034,SC2154	# the bench's variables

# The site; every client comes from one address here.
daemon_site() {
	local name

	"$bin/site" -d "$dir/daemons" >/dev/null
	chmod 755 "$dir/daemons"
	sed -E -i -n -e '/^(ftp|smtp|pop3|imap)\t/ {
	    s/,max=.*"\t/,max=60000\t/; s/^[a-z0-9]+/127.0.0.1:0/; p; }' \
	    -e '/^spool/p' "$dir/daemons/etc/services.conf"
	echo "127.0.0.1:0 stream tcp nowait,max=60000 $user $dir/hello hello" \
	    >>"$dir/daemons/etc/services.conf"
}

# greet PORT: the process id and page faults of a session that has greeted.
greet() {
	local line fd child

	exec {fd}<>"/dev/tcp/127.0.0.1/$1"
	read -r -t 5 line <&"$fd"
	child=$(pgrep -n -P "$daemon_pid")
	echo "$child $(awk '{ print $10 }' "/proc/$child/stat")"
	exec {fd}>&-
}

# From exec to greeting: counted once, since it is always the same.
starts() {
	local name child faults tracer='' count=-

	echo
	echo "from exec to greeting: page faults, system calls"
	if command -v strace >/dev/null; then
		strace -f -qq -o "$dir/start" -p "$daemon_pid" 2>/dev/null &
		tracer=$!
		pause
	fi
	for name in smtpd pop3d imapd ftpd; do
		read -r child faults < <(greet "${ports[$name]}")
		pause
		[ ! "$tracer" ] || count=$(awk -v pid="$child" '$1 == pid {
			if (on) n++
			if (/exec/) on = 1
			if (on && /(write|send[a-z]*)\(1/) { print n; exit }
		    }' "$dir/start")
		printf '%-12s%10s%10s\n' "$name" "$faults" "$count"
	done
	[ ! "$tracer" ] || kill "$tracer"
}

daemons() {
	local name address port proto daemon_pid names=(hello smtpd pop3d
	    imapd ftpd)

	daemon_site
	"$bin/inetd" -f -C "$dir/daemons" >"$dir/listening" \
	    2>"$dir/daemons.log" &
	daemon_pid=$!
	servers+=(daemons)
	pids[daemons]=$daemon_pid
	until grep -q '^ready$' "$dir/listening"; do
		pause
	done
	while read -r _ name address port proto; do
		pids[$name]=$daemon_pid
		ports[$name]=$port
		say[$name]=$'QUIT\r\n'
	done < <(grep ' tcp$' "$dir/listening")
	say[imapd]=$'a LOGOUT\r\n' say[hello]=
	echo
	measure "${names[@]}" | table \
	    'greeting, QUIT, close: connections a second, CPU us, wait' hello
	starts
}
