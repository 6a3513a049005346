#!/usr/bin/env bats
#
# smtpd and deliver when the machine is against them: rows O4 to O15.
#
# O4 is the readers': neither of the two ever reads a mail.  O11, and of O12
# the 36 hours, are unit/mail_clock's.

bats_require_minimum_version 1.5.0

load lib/labnet

setup() {
	whole_site
}

teardown() {
	inetd_stop || :
	for mount in "${mounts[@]}"; do umount -l "$mount"; done
	cat "$log" 2>/dev/null || :	# shown only if the test failed
}

mounts=()

# until_data VAR: a session that is to say its message.
until_data() {
	dial "$1" smtpd
	hear "${!1}" '220 *'
	say "${!1}" 'HELO crepes.fr';			hear "${!1}" '250 *'
	say "${!1}" 'MAIL FROM:<alice@crepes.fr>';	hear "${!1}" '250 *'
	say "${!1}" 'RCPT TO:<bob@hamburger.edu>';	hear "${!1}" '250 *'
	say "${!1}" DATA;				hear "${!1}" '354 *'
}

message() {
	printf 'Subject: x\r\n\r\nhello\r\n.\r\n' >&"$1"
}

count() {
	box bob | wc -l
}

# It may be a zombie for a second.
has_ended() {
	! grep -q '^State:	[RSD]' "/proc/$1/status" 2>/dev/null
}

@test "O10: whichever process the kernel kills, the other sessions go on" {
	whole_start
	until_data one
	first=$(children smtpd)
	its=$(delivers)
	until_data two
	others=$(delivers)
	until_data three
	last=$(delivers | grep -vxF "$others")
	kill -KILL "$first"
	gone "$one"
	message "$two";					hear "$two" '250 *'
	# The deliver of one session: that session hears 451, and no other.
	until_true has_ended "$its"
	kill -KILL "$last"
	message "$three";				hear "$three" '451 *'
	say "$three" 'MAIL FROM:<alice@crepes.fr>';	hear "$three" '250 *'
	say "$three" 'RCPT TO:<bob@hamburger.edu>';	hear "$three" '250 *'
	say "$three" DATA;				hear "$three" '354 *'
	# The deliver that waits for the next one: there is another.
	parent=$(children deliver)
	kill -KILL "$(deliver_waiting)"
	until_data five
	# Their parent: they go on, and inetd starts another.
	waiting=$(deliver_waiting)
	kill -KILL "$parent"
	until_true has_ended "$waiting"
	message "$three";				hear "$three" '250 *'
	message "$five";				hear "$five" '250 *'
	until_data four
	[ "$(children deliver)" != "$parent" ]
	message "$four";				hear "$four" '250 *'
	[ "$(count)" = 4 ]
}

@test "a recipient after deliver's death is 451, not 503" {
	whole_start
	begin_mail c bob
	kill -KILL "$(delivers)"
	for to in bob alice; do
		say "$c" "RCPT TO:<$to@hamburger.edu>";	hear "$c" '451 *'
	done
	say "$c" DATA;					hear "$c" '354 *'
	message "$c";					hear "$c" '451 *'
	say "$c" RSET;					hear "$c" '250 *'
	hang_up "$c"
	mail_to bob hello
}

@test "a message may take as long as smtpd lets it: deliver has no clock then" {
	is_root || skip "needs root, to watch deliver"
	not_sanitized "its processes trace each other"
	whole_start
	begin_mail c bob
	its=$(delivers)
	calls=$BATS_TEST_TMPDIR/calls
	strace -qq -p "$its" -e trace=setitimer,alarm,sendmsg,sendto,recvfrom \
	    -o "$calls" 2>"$BATS_TEST_TMPDIR/strace" 3>&- {c}>&- &
	until_true grep -q TracerPid:.[1-9] "/proc/$its/status"
	say "$c" DATA;					hear "$c" '354 *'
	# Behind DATA's reply it stands still, and from COMMIT's on ticks.
	in_file "$calls" '354 Write'
	message "$c";					hear "$c" '250 *'
	cat "$calls"
	clock=$(sed -n '/354 Write/,/COMMIT/p' "$calls" |
	    grep 'alarm(\|setitimer(')
	[[ $clock == *'alarm(0)'* || $clock == *'it_value={tv_sec=0,'* ]]
	in_file "$calls" 'alarm\(3600\)|it_value=\{tv_sec=3600,'
}

half_written() {
	[ -n "$(find "$site/spool/mail/bob/tmp" -size +20k)" ]
}

@test "O12: all dies within a message: what was acknowledged is there" {
	whole_start
	mail_to bob 'acknowledged'
	until_data c
	printf 'Subject: cut\r\n\r\n' >&"$c"
	head -c 100000 /dev/zero | tr '\0' x >&"$c"
	until_true half_written
	victims=$(delivers; pgrep -P "$inetd")
	# shellcheck disable=SC2086	# words on purpose
	kill -KILL $victims "$inetd"
	wait "$inetd" || :
	for victim in $victims; do
		until_true has_ended "$victim"
	done
	[ "$(count)" = 1 ]
	whole_start
	mail_to bob 'again'
	[ "$(count)" = 2 ]
	# Its writer might be alive on another host: a reader cleans, later.
	[ "$(find "$site/spool/mail/bob/tmp" -type f | wc -l)" = 1 ]
}

@test "O14: without /etc, /proc, /dev/urandom of the system: mail arrives all the same" {
	is_root || skip "needs chroot"
	not_sanitized "dynamic programs"
	mkdir "$site/bin" "$site/dev"
	: >"$site/dev/null"	# inetd's
	cp "$BIN"/{inetd,smtpd,deliver,authd} "$site/bin"
	chmod 755 "$site" "$site/bin" "$site"/bin/*
	sed -i -E '/^(@|spool.run.relay|127.0.0.1:0.*(ftpd|pop3d|imapd|dnsd))/d' \
	    "$site/etc/services.conf"
	echo 'spf yes' >>"$site/etc/mail.conf"
	[ ! -e "$site/etc/resolv.conf" ]
	: >"$out"
	chroot "$site" /bin/inetd -f -C / >"$out" 2>>"$log" 3>&- &
	inetd=$!
	in_file "$out" '^ready$'
	mail_to bob hello
	[ "$(count)" = 1 ]
}

@test "O15: tmp/ and new/ on two file systems: 451 and a word, until mended" {
	is_root || skip "mounts a tmpfs"
	whole_start
	new=$site/spool/mail/bob/new
	owner=$(stat -c %u "$new")
	mount -t tmpfs -o size=1m,mode=700,uid="$owner",gid="$owner" none "$new"
	mounts=("$new")
	until_data c
	message "$c";					hear "$c" '451 *'
	logged 'deliver.*bob: .*[Cc]ross-device link'
	[ "$(count)" = 0 ]
	is_empty "$site/spool/mail/bob/tmp"
	umount -l "$new"
	mounts=()
	mail_to bob hello
	[ "$(count)" = 1 ]
}
