#!/usr/bin/env bats
#
# One maildir, two mail servers: labnet's and Dovecot's, in turn and at once.
#
# Dovecot's programs run on a pipe, as labnet's do: nothing listens.  It does
# not serve root, so as root all of this runs as nobody.

# shellcheck disable=SC2016	# the dollar of a keyword is no variable's
bats_require_minimum_version 1.5.0

load lib/maildrop

DOVECOT=/usr/lib/dovecot

setup() {
	if ! [ -x "$DOVECOT/imap" ] || ! [ -x "$DOVECOT/pop3" ]; then
		skip 'Dovecot is not installed'
	fi
	# Not below bats' own directory, which is closed to nobody.
	work=$(mktemp -d "${TMPDIR:-/tmp}/labnet-dovecot-XXXXXX")
	maildrop "$work"
	cd "$work" || return
	mkdir home
	as=()
	if [ "$(id -u)" = 0 ]; then
		as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	fi
	cat >dovecot.conf <<-EOF
		protocols = imap pop3
		base_dir = $PWD/run
		mail_location = maildir:$box
		mail_uid = $("${as[@]}" id -u)
		mail_gid = $("${as[@]}" id -g)
		first_valid_uid = 1
		first_valid_gid = 1
		ssl = no
	EOF
	open_up
}

# Whatever root made belongs to who runs the servers.
open_up() {
	chmod 755 "$work"
	[ "$(id -u)" != 0 ] || chown -R 65534:65534 "$box" home
}

teardown() {
	cat complaints labnet.log dovecot.log 2>/dev/null || :
	cd / && rm -rf "${work:?}"
}

dovecot() {
	"${as[@]}" env USER=bob HOME="$PWD/home" timeout 60 \
	    "$DOVECOT/$1" -c dovecot.conf 2>>dovecot.log | tr -d '\r'
}

labnet() {
	"${as[@]}" env USER=bob timeout 60 "$BIN/$1" "$box" 2>>labnet.log |
	    tr -d '\r'
}

# uidl SERVER: number and unique id a line.
uidl() {
	printf 'UIDL\r\nQUIT\r\n' | "$1" "$2" | grep -E '^[0-9]+ [0-9a-f]{16}$'
}

# state SERVER: UIDVALIDITY, and UID, flags and size of each message.
state() {
	printf '%s\r\n' 'a EXAMINE INBOX' \
	    'b FETCH 1:* (UID FLAGS RFC822.SIZE)' 'c LOGOUT' | "$1" "$2" |
	    grep -E 'UIDVALIDITY|FETCH \(' |
	    sed -E 's/ \\Recent//; s/\\Recent ?//; s/^.*(UIDVALIDITY [0-9]+).*/\1/' |
	    sed -E 's/^(.*)FLAGS \(([^)]*)\)(.*)$/\1\3 \2/' |
	    while read -r head flags; do
		echo "$head $(tr ' ' '\n' <<<"$flags" | sort | tr '\n' ' ')"
	    done
}

# imap SERVER COMMAND...
imap() {
	local server=$1 n=0
	shift
	{
		for c in 'SELECT INBOX' "$@" LOGOUT; do
			printf 'a%d %s\r\n' $((n++)) "$c"
		done
	} | "$server" "$program" >>dialogue
}

# Neither server found anything strange.
no_complaints() {
	grep -hE 'Error|Warning|Panic|Fatal|passed over|cannot|broke' \
	    dovecot.log labnet.log >complaints || return 0
	return 1
}

agree() {
	uidl dovecot pop3 >dovecot.uidl
	uidl labnet pop3d >labnet.uidl
	diff dovecot.uidl labnet.uidl
	state dovecot imap >dovecot.state
	state labnet imapd >labnet.state
	diff dovecot.state labnet.state
	no_complaints
}

deliver() {
	local i

	for ((i = $1; i < $2; i++)); do
		letter $((100 + i)) >"$box/tmp/17000000$i.M$i.h"
		[ "$(id -u)" != 0 ] || chown 65534:65534 "$box/tmp/"*.M$i.h
		mv "$box/tmp/17000000$i.M$i.h" "$box/new/"
	done
}

@test "from Dovecot to labnet and back: UIDs, flags, keywords, sizes" {
	deliver 10 20
	open_up
	program=imap imap dovecot 'STORE 2 +FLAGS (\Seen $Label1)' \
	    'STORE 3:4 +FLAGS (\Answered \Flagged $Label2)'
	agree
	cp dovecot.uidl before
	deliver 20 23
	program=imapd imap labnet 'STORE 1 +FLAGS ($Label2 \Draft)' \
	    'STORE 5 +FLAGS (\Deleted)' 'STORE 3 -FLAGS (\Flagged)' EXPUNGE
	agree
	[ "$(wc -l <labnet.uidl)" = 12 ]
	# Those that both knew kept their ids.
	[ "$(grep -cFf <(sed 's/.* //' before) labnet.uidl)" = 9 ]
}

@test "from labnet to Dovecot: the UIDs stay, and new ones go on" {
	deliver 10 15
	open_up
	uidl labnet pop3d >first
	program=imapd imap labnet 'STORE 5 +FLAGS (\Deleted)' EXPUNGE
	agree
	head -4 first | diff - dovecot.uidl
	deliver 15 17
	agree
	# The UID of the one that is gone did not come again.
	run ! grep -qF "$(sed -n '5s/.* //p' first)" dovecot.uidl
	printf 'DELE 1\r\nQUIT\r\n' | dovecot pop3 >dialogue
	agree
	[ "$(wc -l <labnet.uidl)" = 5 ]
}

@test "keywords beyond the 26 of Dovecot: it leaves them as they are" {
	local all

	deliver 10 12
	open_up
	mapfile -t all < <(seq -f 'k%g' 30)
	program=imapd imap labnet "STORE 1 +FLAGS (${all[*]})"
	program=imap imap dovecot 'STORE 1 +FLAGS (\Answered)' \
	    'STORE 1 -FLAGS (k2)' 'STORE 2 +FLAGS (k3 Other)' \
	    'STORE 2 FLAGS (k3)' CHECK
	state dovecot imap >dovecot.state
	state labnet imapd >labnet.state
	# k2 went, all others are there, and Dovecot shows its 26.
	[ "$(grep 'UID 1 ' labnet.state | grep -ow 'k[0-9]*' | wc -l)" = 29 ]
	[ "$(grep 'UID 1 ' dovecot.state | grep -ow 'k[0-9]*' | wc -l)" = 25 ]
	grep 'UID 1 ' labnet.state | grep -q ' .Answered .* k30 '
	run ! grep -qE ' k2 | Other' labnet.state
	[ "$(wc -l <"$box/dovecot-keywords")" = 30 ]
	[ -e "$box/cur/1700000010.M10.h:2,ABCERacdefghijklmnopqrstuvwxyz" ]
	no_complaints
}

@test "a maildir with ids of its own: the field P of the list" {
	deliver 10 13
	open_up
	uidl labnet pop3d >first
	sed -i '2s/ :/ Pmy-own-id :/' "$box/dovecot-uidlist"
	printf 'UIDL\r\nQUIT\r\n' | dovecot pop3 | grep -x '1 my-own-id'
	printf 'UIDL\r\nUIDL 1\r\nQUIT\r\n' | labnet pop3d >said
	[ "$(grep -cE '^(\+OK )?1 my-own-id$' said)" = 2 ]
}

# One writer and two readers, none of whom waits for the others.
@test "both at once, while mail arrives: no UID twice, none changed" {
	local i pids=()

	deliver 10 12
	open_up
	uidl labnet pop3d >first
	deliver 12 60 & pids+=($!)
	for i in 1 2 3 4 5 6; do
		uidl labnet pop3d >>ids.labnet
	done & pids+=($!)
	for i in 1 2 3 4 5 6; do
		uidl dovecot pop3 >>ids.dovecot
	done & pids+=($!)
	wait "${pids[@]}"
	agree
	[ "$(wc -l <labnet.uidl)" = 50 ]
	# Whatever either of them ever said is what both say now.
	sort -u first ids.labnet ids.dovecot | sed 's/.* //' | sort -u |
	    while read -r id; do
		grep -qF "$id" labnet.uidl || { echo "lost: $id"; false; }
	    done
}
