#!/usr/bin/env bats
#
# IMAP through inetd with the clients people use (curl and Python's imaplib
# are in imap.bats).

bats_require_minimum_version 1.5.0

load lib/labnet

setup() {
	whole_site
	cd "$BATS_TEST_TMPDIR" || return
	whole_start
	mail_to bob 'From: Alice <alice@crepes.fr>' 'To: bob@hamburger.edu' \
	    'Subject: one' '' 'Do you like ketchup?' '..a dot'
	mail_to bob 'From: Alice <alice@crepes.fr>' 'To: bob@hamburger.edu' \
	    'Subject: two' '' 'How about pickles?'
	imap=$(port imapd)
	bob=$site/spool/mail/bob
}

teardown() {
	inetd_stop || :
	cat "$log"			# shown only if the test failed
}

# files FOLDER: the names of its messages, sorted.
files() {
	find "$1/cur" "$1/new" -type f -printf '%f\n' | sort
}

@test "fetchmail: fetch and keep, then fetch and delete" {
	need fetchmail
	cat >fetchmailrc <<-END
		poll 127.0.0.1 service $imap protocol imap
		user bob password hungry sslproto ''
		mda "cat >>$PWD/fetched"
	END
	chmod 600 fetchmailrc
	chmod 700 .
	HOME=$PWD FETCHMAILHOME=$PWD timeout 60 fetchmail -f fetchmailrc \
	    --keep --pidfile pid
	[ "$(grep -c '^Subject: ' fetched)" = 2 ]
	grep -q '^\.a dot' fetched
	[ "$(files "$bob" | grep -c ':2,S$')" = 2 ]
	# It has seen them.
	run env HOME="$PWD" FETCHMAILHOME="$PWD" timeout 60 fetchmail \
	    -f fetchmailrc --keep --pidfile pid
	[ "$status" = 1 ]
	HOME=$PWD FETCHMAILHOME=$PWD timeout 60 fetchmail -f fetchmailrc \
	    --nokeep --fetchall --pidfile pid
	[ "$(grep -c '^Subject: ' fetched)" = 4 ]
	[ -z "$(files "$bob")" ]
}

@test "getmail: only what is new, then move it away" {
	need getmail
	mkdir conf
	cat >conf/getmailrc <<-END
		[retriever]
		type = SimpleIMAPRetriever
		server = 127.0.0.1
		port = $imap
		username = bob
		password = hungry
		move_on_delete = Done
		[destination]
		type = MDA_external
		path = /bin/sh
		arguments = ('-c', 'cat >>$PWD/got')
		allow_root_commands = true
		[options]
		read_all = false
		delete = true
		verbose = 0
	END
	"$BIN/imapd" "$bob" < <(printf 'a CREATE Done\r\n') >/dev/null
	[ "$(id -u)" != 0 ] || chown -R --reference="$bob" "$bob"
	HOME=$PWD timeout 60 getmail --getmaildir conf
	[ "$(grep -c '^Subject: ' got)" = 2 ]
	grep -q '^How about pickles' got
	[ "$(files "$bob/.Done" | wc -l)" = 2 ]
	[ -z "$(files "$bob")" ]
}

@test "offlineimap: there and back, and nothing the second time" {
	need offlineimap
	mkdir -p local
	cat >rc <<-END
		[general]
		metadata = $PWD/meta
		accounts = bob
		[Account bob]
		localrepository = near
		remoterepository = far
		[Repository near]
		type = Maildir
		localfolders = $PWD/local
		sep = .
		[Repository far]
		type = IMAP
		remotehost = 127.0.0.1
		remoteport = $imap
		remoteuser = bob
		remotepass = hungry
		ssl = no
		starttls = no
		auth_mechanisms = LOGIN
	END
	HOME=$PWD timeout 60 offlineimap -c rc -o -u quiet
	[ "$(files local/INBOX | wc -l)" = 2 ]
	printf 'Subject: from here\n\nhello\n' >local/INBOX/new/1.x.y
	mkdir -p local/Work/{cur,new,tmp}
	first=$(files local/INBOX | grep U= | head -n 1)
	mv "local/INBOX/cur/$first" "local/INBOX/cur/${first%%:*}:2,FS" \
	    2>/dev/null || mv "local/INBOX/new/$first" \
	    "local/INBOX/cur/${first%%:*}:2,FS"
	HOME=$PWD timeout 60 offlineimap -c rc -o -u quiet
	grep -rq 'from here' "$bob/cur" "$bob/new"
	[ "$(files "$bob" | grep -c ':2,FS')" = 1 ]
	[ -d "$bob/.Work/cur" ]
	before=$(files "$bob")
	HOME=$PWD timeout 60 offlineimap -c rc -o -u quiet
	[ "$(files "$bob")" = "$before" ]
	[ "$(files local/INBOX | wc -l)" = 3 ]
}

@test "neomutt: flag, copy, delete, and leave" {
	need neomutt
	cat >muttrc <<-END
		set imap_user=bob imap_pass=hungry imap_authenticators=plain
		set ssl_starttls=no ssl_force_tls=no confirmappend=no
		set delete=yes quit=yes sort=date confirmcreate=no
		set header_cache=$PWD/cache folder=imap://127.0.0.1:$imap/
		set move=no mark_old=no record='' spoolfile=+INBOX sleep_time=0
		set use_threads=no imap_condstore=yes imap_qresync=yes
	END
	keys='<first-entry><flag-message><copy-message>=Kept<enter>'
	keys+='<last-entry><delete-message><sync-mailbox><quit>'
	HOME=$PWD "$ROOT/tests/lib/terminal" 30 "neomutt -n -F muttrc -f imap://127.0.0.1:$imap/INBOX \
	    -e 'push \"$keys\"'"
	[ "$(files "$bob/.Kept" | wc -l)" = 1 ]
	[ "$(files "$bob" | grep -c ':2,FS\?$')" = 1 ]
	[ "$(files "$bob" | wc -l)" = 1 ]
	# With its cache, and QRESYNC.
	HOME=$PWD "$ROOT/tests/lib/terminal" 30 "neomutt -n -F muttrc -f imap://127.0.0.1:$imap/INBOX \
	    -e 'push \"<first-entry><clear-flag>!<quit>\"'"
	[ "$(files "$bob" | grep -c 'F')" = 0 ]
}

@test "alpine: read one, delete one" {
	need alpine
	cat >pinerc <<-END
		user-domain=hamburger.edu
		feature-list=expunge-without-confirm,quit-without-confirm,
		    enable-msg-view-urls,no-enable-full-header-cmd,
		    disable-password-caching,disable-password-file-saving
		last-version-used=9.99
		initial-keystroke-list=
		disable-these-authenticators=GSSAPI,CRAM-MD5
	END
	: >.pwd
	HOME=$PWD "$ROOT/tests/lib/terminal" 30 "alpine -p $PWD/pinerc -i \
	    -f '{127.0.0.1:$imap/notls/user=bob/novalidate-cert}INBOX'" \
	    PASSWORD 'hungry\r' 'opened with 2' v pickles d DEL q \
	    Expunge y
	[ "$(files "$bob" | wc -l)" = 1 ]
}

# With MBSYNC_MESSAGES=10000 it takes a minute or two.
@test "mbsync: three folders there and back, and nothing the second time" {
	need mbsync
	# Half on each side, in three folders.
	python3 - "$bob" local "${MBSYNC_MESSAGES:-600}" <<-'END'
		import os, sys
		far, near, n = sys.argv[1], sys.argv[2], int(sys.argv[3])
		names = ["/", "/.Work/", "/.Work.Sub/", "/INBOX/", "/Work/",
		         "/Work/Sub/"]
		for name in names:
		    for sub in "cur", "new", "tmp":
		        top = near if names.index(name) > 2 else far
		        os.makedirs(f"{top}{name}{sub}", exist_ok=True)
		for i in range(n):
		    which = names[i % 6]
		    top = near if i % 6 > 2 else far
		    flags = "".join(c for k, c in enumerate("FRS") if i >> k & 1)
		    with open(f"{top}{which}cur/{i}.x.y:2,{flags}", "w") as f:
		        f.write(f"From: a@b\nMessage-ID: <{i}@x>\n"
		                f"Subject: number {i}\n\n" + "text\n" * (i % 50))
	END
	cat >mbsyncrc <<-END
		FSync no

		IMAPAccount here
		Host localhost
		User bob
		Tunnel "$BIN/imapd $bob"

		IMAPStore far
		Account here

		MaildirStore near
		Path $PWD/local/
		Inbox $PWD/local/INBOX
		SubFolders Verbatim

		Channel all
		Far :far:
		Near :near:
		Patterns *
		Create Both
		Expunge Both
		SyncState *
	END
	timeout 170 mbsync -q -c mbsyncrc all
	[ "$(find "$bob" -path '*/[cn][ue][rw]/*' | wc -l)" -ge \
	    "${MBSYNC_MESSAGES:-600}" ]
	# The same messages with the same flags on both sides.
	for side in "$bob" local; do
		find "$side" -path '*/[cn][ue][rw]/*' -print0 | xargs -0 \
		    grep -H -m1 '^Message-ID' | sed 's/.*:2,//; s/, *U=[^:]*//' |
		    sort >"list${side//\//.}"
	done
	cmp list*
	find "$bob" local -type f -path '*/[cn][ue][rw]/*' | sort >before
	timeout 60 mbsync -q -c mbsyncrc all
	find "$bob" local -type f -path '*/[cn][ue][rw]/*' | sort | cmp - before
}
