#!/usr/bin/env bats
#
# imapd against the grammar of RFC 3501, RFC 9051 and the extensions.

bats_require_minimum_version 1.5.0

load lib/labnet

setup() {
	export TZ=UTC
	site
	cd "$site" || return
	bob=spool/mail/bob
	mkdir -p "$bob"/{cur,new,tmp}
	cp "$ROOT/tests/transcripts/imap/parts.eml" "$bob/cur/1.M1P1.host:2,"
	printf '%s\n' 'From: "A \"x\"" <alice@crepes.fr>' 'Subject: Food' \
	    'To: group: a@b, c@d; , <@r,@s:e@f>, plain (comment)' '' \
	    'Do you like ketchup?' >"$bob/cur/2.M1P1.host:2,S"
	printf '%s\n' $'From: \303\251 <a@b>' \
	    'Content-Type: multipart/x; boundary=y; a*0=b; a*1="c\"d"' '' \
	    'no part' >"$bob/cur/3.M1P1.host:2,FS"
}

teardown() {
	cat "$log" 2>/dev/null || :	# shown only if the test failed
}

@test "a command for each line of the grammar, each answer read by it" {
	timeout 150 "$ROOT/tests/lib/imap-conformance" "$BIN/imapd" "$bob"
}

@test "capabilities: just those of each state" {
	login='IMAP4rev1 IMAP4rev2 LITERAL+ SASL-IR AUTH=PLAIN AUTH=LOGIN ID'
	session='IMAP4rev1 IMAP4rev2 LITERAL+ ID ENABLE UTF8=ACCEPT NAMESPACE
	    IDLE NOTIFY MOVE MULTIAPPEND ESEARCH SEARCHRES WITHIN STATUS=SIZE
	    APPENDLIMIT=4294967295 UIDPLUS SORT SORT=DISPLAY ESORT
	    CONTEXT=SEARCH CONTEXT=SORT THREAD=ORDEREDSUBJECT THREAD=REFERENCES
	    THREAD=REFS UNSELECT LIST-EXTENDED LIST-STATUS SPECIAL-USE
	    CREATE-SPECIAL-USE CONDSTORE QRESYNC INPROGRESS PARTIAL CATENATE
	    URL-PARTIAL REPLACE BINARY OBJECTID SAVEDATE PREVIEW QUOTA
	    QUOTA=RES-STORAGE QUOTA=RES-MESSAGE CHILDREN'
	sorted() {
		sed -n 's/^\* CAPABILITY //p' | tr -d '\r' | tr -s ' ' '\n' |
		    sort
	}
	printf 'a CAPABILITY\r\nb LOGOUT\r\n' |
	    env TCPREMOTEIP=127.0.0.1 "$BIN/imapd" 2>/dev/null | sorted >before
	tr -s ' \t\n' '\n' <<<"$login" | sed '/^$/d' | sort | diff - before
	for select in NOOP 'SELECT INBOX'; do
		printf 'a %s\r\nb CAPABILITY\r\n' "$select" |
		    "$BIN/imapd" "$bob" | sorted >after
		tr -s ' \t\n' '\n' <<<"$session" | sed '/^$/d' | sort |
		    diff - after
	done
}
