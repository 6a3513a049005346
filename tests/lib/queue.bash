# queue.bash - a site whose queue is filled and run by hand
#
# On top of sites.bash:
#
#	queue_site		a site whose relay nobody starts
#	settings LINE...	more lines for etc/mail.conf
#	sink [WORD...]		start tests/lib/smtp-sink; its port is $sink,
#				what it says in $said, its messages in $kept
#	sinks_stop
#	enqueue NAME FROM WITH [TO...]	a queue file with the message on
#				standard input; WITH and what is behind a
#				blank in each TO are parameters of SMTP
#	pass			run relay over it, until nothing is due
#	queued			the files in the queue
#	no_queue		there are none

# shellcheck source=tests/lib/sites.bash
source "${BASH_SOURCE[0]%/*}/sites.bash"

declare -ga SINKS=()
declare -gi SINK=0

queue_site() {
	site_new crepes crepes.fr
	sed -i '/relay$/d' "$site/etc/services.conf"
}

settings() {
	printf '%s\n' "$@" >>"$site/etc/mail.conf"
}

sink() {
	kept=$BATS_TEST_TMPDIR/sink.$((++SINK))
	said=$kept.said
	mkdir "$kept"
	"$ROOT/tests/lib/smtp-sink" "$kept" "$@" >"$said" 2>"$kept.err" 3>&- &
	SINKS+=("$!")
	in_file "$said" '^port '
	# shellcheck disable=SC2034	# for the tests
	sink=$(sed -n 's/^port //p' "$said")
}

sinks_stop() {
	[ "${#SINKS[@]}" = 0 ] || kill "${SINKS[@]}" 2>/dev/null || :
	SINKS=()
}

enqueue() {
	local file=$site/spool/queue/new/$1 now path
	printf -v now %018d "${ARRIVED:-$EPOCHSECONDS}"
	{
		printf 'labnet-queue 1 -\narrived %s\nfrom <%s>\n' "$now" "$2"
		[ -z "$3" ] || printf 'with %s\n' "$3"
		shift 3
		for path; do
			printf 'to %s- 0000 %s <%s>\n\t%-200s\n' \
			    "${STATE:-W}" "$now" "${path%% *}" ''
			printf '\t%018d %-255s\n' 0 ''
			[ "$path" = "${path#* }" ] ||
			    printf 'with %s\n' "${path#* }"
		done
		echo
		cat
	} >"$file"
	! is_root || chown 19008:19002 "$file"
}

pass() {
	(cd "$site" && "$BIN/relay" </dev/null 2>>"$log")
}

queued() {
	find "$site/spool/queue/new" -type f
}

no_queue() {
	[ -z "$(queued)" ]
}
