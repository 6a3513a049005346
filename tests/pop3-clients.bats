#!/usr/bin/env bats
#
# POP3 through inetd with the clients people use.

bats_require_minimum_version 1.5.0

load lib/claws
load lib/labnet

setup() {
	whole_site
	cd "$BATS_TEST_TMPDIR" || return
	whole_start
	mail_to bob 'From: alice@crepes.fr' 'Subject: one' '' \
	    'Do you like ketchup?' '..a dot'
	mail_to bob 'From: alice@crepes.fr' 'Subject: two' '' \
	    'How about pickles?'
	pop=$(port pop3d)
}

teardown() {
	inetd_stop || :
	cat "$log"			# shown only if the test failed
}

# left N: so many messages are in bob's maildir.
left() {
	local n

	n=$(find "$site/spool/mail/bob/cur" "$site/spool/mail/bob/new" \
	    -type f | wc -l)
	[ "$n" = "$1" ] || { echo "wanted $1 messages, got $n"; return 1; }
}

@test "curl: list, retrieve, top, delete" {
	run curl -sS --max-time 60 "pop3://127.0.0.1:$pop/" -u bob:hungry
	[ "${#lines[@]}" = 2 ]
	curl -sS --max-time 60 "pop3://127.0.0.1:$pop/1" -u bob:hungry >got
	[ "$(tail -n 2 got | tr -d '\r')" = $'Do you like ketchup?\n.a dot' ]
	curl -sS --max-time 60 "pop3://127.0.0.1:$pop/" -u bob:hungry \
	    -X 'TOP 2 0' >got
	grep -q '^Subject: two' got
	run ! grep -q pickles got
	curl -sS --max-time 60 "pop3://127.0.0.1:$pop/1" -u bob:hungry \
	    -X DELE -l
	left 1
	run curl -sS --max-time 60 "pop3://127.0.0.1:$pop/" -u bob:wrong
	[ "$status" = 67 ]
}

@test "Python's poplib: all of it" {
	python3 - "$pop" <<-'EOF'
		import poplib, sys
		p = poplib.POP3('127.0.0.1', int(sys.argv[1]), timeout=20)
		assert 'UTF8' in p.capa() and 'PIPELINING' in p.capa()
		p.utf8()
		p.user('bob')
		p.pass_('hungry')
		count, size = p.stat()
		assert count == 2
		sizes = [int(l.split()[1]) for l in p.list()[1]]
		assert sum(sizes) == size
		for n in 1, 2:
		    lines, octets = p.retr(n)[1:]
		    assert octets == sizes[n - 1], (octets, sizes)
		    assert len(p.top(n, 0)[1]) < len(lines)
		ids = [l.split()[1] for l in p.uidl()[1]]
		assert len(set(ids)) == 2
		assert p.uidl(2).split()[2] == ids[1]
		p.dele(1)
		p.rset()
		p.dele(2)
		p.noop()
		p.quit()
		p = poplib.POP3('127.0.0.1', int(sys.argv[1]), timeout=20)
		p.user('bob')
		p.pass_('hungry')
		assert [l.split()[1] for l in p.uidl()[1]] == ids[:1]
		p.quit()
	EOF
	left 1
}

@test "fetchmail: fetch and keep, then fetch and delete" {
	need fetchmail
	cat >fetchmailrc <<-EOF
		poll 127.0.0.1 service $pop protocol pop3 uidl
		user bob password hungry sslproto ''
		mda "cat >>$PWD/fetched"
	EOF
	chmod 600 fetchmailrc
	chmod 700 .
	HOME=$PWD FETCHMAILHOME=$PWD timeout 60 fetchmail -f fetchmailrc \
	    --keep --pidfile pid
	[ "$(grep -c '^Subject: ' fetched)" = 2 ]
	left 2
	# It has seen them.
	run env HOME="$PWD" FETCHMAILHOME="$PWD" timeout 60 fetchmail \
	    -f fetchmailrc --keep --pidfile pid
	[ "$status" = 1 ]
	[ "$(grep -c '^Subject: ' fetched)" = 2 ]
	HOME=$PWD FETCHMAILHOME=$PWD timeout 60 fetchmail -f fetchmailrc \
	    --nokeep --fetchall --pidfile pid
	[ "$(grep -c '^Subject: ' fetched)" = 4 ]
	left 0
}

@test "getmail: only what is new, then delete" {
	need getmail
	mkdir conf
	cat >conf/getmailrc <<-EOF
		[retriever]
		type = SimplePOP3Retriever
		server = 127.0.0.1
		port = $pop
		username = bob
		password = hungry
		[destination]
		type = MDA_external
		path = /usr/bin/tee
		arguments = ("-a", "$PWD/got")
		allow_root_commands = true
		[options]
		read_all = false
		delivered_to = false
		received = false
	EOF
	timeout 60 getmail --getmaildir="$PWD/conf"
	[ "$(grep -c '^Subject: ' got)" = 2 ]
	timeout 60 getmail --getmaildir="$PWD/conf"
	[ "$(grep -c '^Subject: ' got)" = 2 ]
	left 2
	timeout 60 getmail --getmaildir="$PWD/conf" --all --delete
	[ "$(grep -c '^Subject: ' got)" = 4 ]
	left 0
}

@test "mpop: pipelined, kept and deleted" {
	need mpop
	mkdir -p got/{cur,new,tmp}
	cat >mpoprc <<-EOF
		account lab
		host 127.0.0.1
		port $pop
		user bob
		password hungry
		auth user
		tls off
		pipelining on
		received_header off
		delivery maildir $PWD/got
		uidls_file $PWD/uidls
	EOF
	chmod 600 mpoprc
	timeout 60 mpop -C mpoprc --keep=on lab
	[ "$(find got/new -type f | wc -l)" = 2 ]
	timeout 60 mpop -C mpoprc --keep=on lab
	[ "$(find got/new -type f | wc -l)" = 2 ]
	left 2
	timeout 60 mpop -C mpoprc --keep=off --auth=plain lab
	left 0
}

# mutt KEYS: neomutt on bob's maildrop presses them; it needs a terminal.
mutt() {
	cat >muttrc <<-EOF
		set ssl_starttls=no ssl_force_tls=no pop_checkinterval=0
		set mbox_type=Maildir folder=$PWD spool_file=$PWD/spool
		set confirm_append=no confirm_create=no delete=yes quit=yes
		set pop_host="pop://bob:hungry@127.0.0.1:$pop"
		set pop_delete=${2-no} pop_last=no wait_key=no
		set header_cache="" message_cachedir="" sendmail=/bin/false
		push "$1"
	EOF
	TERM=xterm HOME=$PWD timeout 60 script -qec \
	    "neomutt -n -F muttrc -f '${3-$PWD/spool}'" screen </dev/null \
	    >/dev/null
}

@test "mutt: fetch and keep, fetch and delete" {
	need neomutt
	need script
	mkdir -p spool/{cur,new,tmp}
	mutt '<fetch-mail><exit>'
	[ "$(find spool -type f | wc -l)" = 2 ]
	grep -rq '^Subject: two' spool
	left 2
	mutt '<fetch-mail><exit>' yes
	[ "$(find spool -type f | wc -l)" = 4 ]
	left 0
}

@test "mutt: the maildrop as a mailbox: copied, one deleted" {
	need neomutt
	need script
	mkdir -p spool/{cur,new,tmp} got/{cur,new,tmp}
	keys='<tag-pattern>.<enter><tag-prefix><copy-message>=got<enter>'
	mutt "$keys<first-entry><delete-message><quit>" no \
	    "pop://bob:hungry@127.0.0.1:$pop"
	[ "$(find got -type f | wc -l)" = 2 ]
	grep -rqx 'Do you like ketchup?' got
	left 1
}

# claws FILES SETTING...: fetch until there are so many files in its inbox, and
# the session is over.
claws() {
	local files=$1 sessions
	shift

	claws_home protocol=0 receive_server=127.0.0.1 user_id=bob \
	    set_popport=1 pop_port="$pop" inbox='#mh/m/inbox' "$@"
	printf '%s\n' '[config_version:4]' '[account:1]' 'recv hungry' \
	    >"$HOME/.claws-mail/passwordstorerc"
	sessions=$(grep -c 'session pop3d user bob' "$log") || :
	cat >"$HOME/fetch" <<-EOF
	exec {never}<> <(:)
	claws-mail --receive-all & first=\$!
	until [ "\$(grep -c 'session pop3d user bob' "$log")" -gt $sessions ]; do
		read -rt 0.1 <&"\$never" || :
	done
	kill "\$first"
	EOF
	claws_run "$HOME/fetch"
	[ "$(find "$HOME/Mail/inbox" -name '[0-9]*' | wc -l)" = "$files" ]
}

@test "claws-mail: fetch and keep, only what is new, delete" {
	HOME=$BATS_TEST_TMPDIR/home
	claws 2 remove_mail=0
	left 2
	grep -rqx '\.a dot' "$HOME/Mail/inbox"
	mail_to bob 'From: alice@crepes.fr' 'Subject: three' '' 'Chips?'
	claws 3 remove_mail=0
	left 3
	claws 3 remove_mail=1 message_leave_time=0
	left 0
}
