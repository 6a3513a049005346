#!/usr/bin/env bats
#
# Into the queue: who may send to other sites, and what is written down.

bats_require_minimum_version 1.5.0

load lib/labnet

setup() {
	whole_site
	# Nothing takes it out again.
	sed -i '/relay$/d' "$site/etc/services.conf"
}

teardown() {
	inetd_stop || :
	cat "$log" 2>/dev/null || :	# shown only if the test failed
}

queued() {
	find "$site/spool/queue/new" -type f
}

greet() {
	dial c smtpd
	hear "$c" '220 *'
	say "$c" 'HELO crepes.fr'
	hear "$c" '250 *'
	say "$c" 'MAIL FROM:<alice@hamburger.edu>'
	hear "$c" '250 *'
}

# ask RECIPIENT REPLY
ask() {
	say "$c" "RCPT TO:<$1>"
	hear "$c" "$2"
}

text() {
	say "$c" DATA;			hear "$c" '354 *'
	printf '%s\r\n' "$@" . >&"$c";	hear "$c" "${reply:-250 *}"
}

@test "recipients of other sites share one file, with the envelope on top" {
	whole_start
	greet
	ask one@crepes.fr '250 *'
	ask bob@hamburger.edu '250 *'
	ask '"two words"@elsewhere.example' '250 *'
	ask one@crepes.fr '250 *'
	text 'Subject: x' '' hello
	[ -n "$(box bob)" ]
	run queued
	[ "${#lines[@]}" = 1 ]
	sed -E -e 's/[0-9]{18}/TIME/' -e 's/ +$//' -e '/^Received/,$d' \
	    "${lines[0]}" |
	diff - <(printf '%s\n' 'labnet-queue 1 -' 'arrived TIME' \
	    'from <alice@hamburger.edu>' 'to W- 0000 TIME <one@crepes.fr>' \
	    $'\t' $'\tTIME' \
	    'to W- 0000 TIME <"two words"@elsewhere.example>' $'\t' \
	    $'\tTIME' '')
	tail -n 3 "${lines[0]}" | diff - <(printf 'Subject: x\n\nhello\n')
	is_empty "$site/spool/queue/tmp"
	if is_root; then
		[ "$(stat -c '%u %g %a' "${lines[0]}")" = '19002 19008 660' ]
		[ "$(stat -c '%u %g %a' "$site/spool/queue")" = \
		    '19008 19002 750' ]
	fi
}

@test "relay-from: its networks may, others may not" {
	printf 'relay-from %s\n' 127.0.0.8/30 ::1 >>"$site/etc/mail.conf"
	whole_start
	greet
	ask one@crepes.fr '550 Relaying denied'
	cd "$site"
	for ip in 127.0.0.7:550 127.0.0.8:250 127.0.0.11:250 127.0.0.12:550; do
		printf '%s\r\n' 'HELO x' 'MAIL FROM:<a@b.example>' \
		    'RCPT TO:<one@crepes.fr>' QUIT |
		    TCPREMOTEIP=${ip%:*} "$BIN/smtpd" >"$BATS_TEST_TMPDIR/s" \
		    2>>"$log"
		[[ $(sed -n 4p "$BATS_TEST_TMPDIR/s") == ${ip#*:}\ * ]]
	done
}

@test "an alias leads away from here, whoever writes" {
	echo 'relay-from none' >>"$site/etc/mail.conf"
	echo 'away: carol@elsewhere.example, bob' >>"$site/etc/aliases"
	whole_start
	greet
	ask carol@elsewhere.example '550 *'
	ask away@hamburger.edu '250 *'
	text 'Subject: x' '' hello
	[ -n "$(box bob)" ]
	grep -q '^to W- .* <carol@elsewhere.example>$' "$(queued)"
	grep -q '^Delivered-To: away@hamburger.edu$' "$(queued)"
}

@test "a message that comes back to its alias is a loop" {
	echo 'away: carol@elsewhere.example' >>"$site/etc/aliases"
	whole_start
	greet
	ask away@hamburger.edu '250 *'
	reply='554 Mail loop*' text 'Subject: x' \
	    'Delivered-To: Away@hamburger.edu' '' hello
	[ -z "$(queued)" ]
	is_empty "$site/spool/queue/tmp"
	greet
	ask away@hamburger.edu '250 *'
	text 'Subject: x' 'Delivered-To: away@hamburger.edu.example' '' hello
	[ -n "$(queued)" ]
}

@test "no queue: 451, and nothing is left" {
	whole_start
	rmdir "$site/spool/queue/new"
	greet
	ask one@crepes.fr '250 *'
	reply='451 *' text 'Subject: x' '' hello
	is_empty "$site/spool/queue/tmp"
}

@test "clients who commit at once share the syncs of the queue's folder" {
	is_root || skip "needs root, to watch deliver"
	not_sanitized "its processes trace each other"
	whole_start
	greet
	ask one@crepes.fr '250 *'
	text 'Subject: x' '' hello
	# shellcheck disable=SC2154	# set by inetd_start
	deliver=$(pgrep -x deliver -P "$inetd")
	strace -f -qq -p "$deliver" -e trace=fsync \
	    -e inject=fsync:delay_enter=200ms -o "$BATS_TEST_TMPDIR/syncs" \
	    2>"$BATS_TEST_TMPDIR/strace" 3>&- &
	until_true grep -q TracerPid:.[1-9] "/proc/$deliver/status"
	python3 - "$(port smtpd)" <<-'EOF2'
	import smtplib, sys, threading
	all_there = threading.Barrier(8)
	def send(i):
	    with smtplib.SMTP("127.0.0.1", int(sys.argv[1])) as s:
	        s.helo("x")
	        s.mail("a@crepes.fr")
	        s.rcpt(f"{i}@x.example")
	        s.docmd("DATA")
	        all_there.wait()
	        s.send(b"Subject: x\r\n\r\nx\r\n.\r\n")
	        if s.getreply()[0] == 250:
	            sent.append(i)
	sent, threads = [], [threading.Thread(target=send, args=(i,))
	                     for i in range(8)]
	for t in threads: t.start()
	for t in threads: t.join()
	assert len(sent) == 8, sent
	EOF2
	[ "$(queued | wc -l)" = 9 ]
	# One each for its file; of the eight for the folder two do.
	syncs=$(grep -c 'fsync(' "$BATS_TEST_TMPDIR/syncs")
	echo "$syncs syncs"
	[ "$syncs" -ge 9 ]
	[ "$syncs" -le 13 ]
}
