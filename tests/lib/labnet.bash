# labnet.bash - a whole site for a test: the shipped etc/, alice and bob
#
# On top of inetd.bash:
#
#	whole_site		make the site, every port the kernel's choice
#	whole_start		start inetd in it
#	transcript FILE NAME	play a transcript of tests/transcripts on a port
#	begin_mail VAR USER	a session at smtpd that has said, but for the
#				message, what mail_to says
#	mail_to USER [LINE...]	put a message into a maildir through smtpd
#	box USER		the files in a user's new/
#	has_mail USER		is there any?
#	delivers		the processes of deliver that have a client, an
#				smtpd
#	deliver_waiting		the one that waits for the next
#	is_empty DIRECTORY	no entry in it
#	few_watchers N COMMAND	run it where N instances of inotify can be had;
#				fails where that cannot be arranged

# shellcheck source=tests/lib/inetd.bash
source "${BASH_SOURCE[0]%/*}/inetd.bash"

whole_site() {
	site
	"$BIN/site" -d "$site"
	sed -E -i 's/^(ftp|smtp|pop3|imap|domain)\t/127.0.0.1:0\t/' \
	    "$site/etc/services.conf"
}

whole_start() {
	inetd_start "$@"
}

transcript() {
	"$ROOT/tests/lib/transcript" "$ROOT/tests/transcripts/$1" 127.0.0.1 \
	    "$(port "$2")"
}

begin_mail() {
	local user=$2 session

	dial "$1" smtpd
	session=${!1}
	hear "$session" '220 *'
	say "$session" 'HELO crepes.fr';		hear "$session" '250 *'
	say "$session" 'MAIL FROM:<alice@crepes.fr>';	hear "$session" '250 *'
	say "$session" "RCPT TO:<$user@hamburger.edu>"
	hear "$session" '250 *'
}

mail_to() {
	local user=$1 fd
	shift

	begin_mail fd "$user"
	say "$fd" DATA;					hear "$fd" '354 *'
	printf '%s\r\n' "$@" . >&"$fd";			hear "$fd" '250 *'
	say "$fd" QUIT;					hear "$fd" '221 *'
	hang_up "$fd"
}

# The living children of deliver, or with -n the last of them.
born() {
	pgrep -r RSDt -P "$(children deliver)" -x deliver "$@"
}

born_ahead() {
	[ "$(born | wc -l)" -gt "$(children smtpd | wc -l)" ]
}

# The last waits for the next client.
deliver_waiting() {
	until_true born_ahead
	born -n
}

delivers() {
	local waiting

	waiting=$(deliver_waiting)
	born | grep -vxF "$waiting"
}

box() {
	find "$site/spool/mail/$1/new" -type f
}

has_mail() {
	[ "$(box "$1")" ]
}

is_empty() {
	[ -z "$(find "$1" -mindepth 1 -print -quit)" ]
}

few_watchers() {
	# shellcheck disable=SC2016	# the inner shell's
	unshare -U -r sh -c 'n=$1; shift
	    echo "$n" >/proc/sys/user/max_inotify_instances && exec "$@"' \
	    sh "$@"
}
