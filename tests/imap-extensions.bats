#!/usr/bin/env bats
#
# imapd's extensions: one transcript for each RFC, its examples and grammar.

bats_require_minimum_version 1.5.0

load lib/labnet

setup() {
	export TZ=UTC
	site
	cd "$site" || return
	mkdir -p spool/mail/bob/{cur,new,tmp}
	cp "$ROOT/tests/transcripts/imap/parts.eml" \
	    spool/mail/bob/cur/1.M1P1.host:2,
	printf '%s\n' 'From: Alice <alice@crepes.fr>' 'Subject: Food' '' \
	    'Do you like ketchup?' >spool/mail/bob/cur/2.M1P1.host:2,S
	touch -d '2026-03-03T09:00:00Z' spool/mail/bob/cur/*
}

teardown() {
	cat "$log" 2>/dev/null || :	# shown only if the test failed
}

play() {
	"$ROOT/tests/lib/transcript" "$ROOT/tests/transcripts/imap/$1.txt" -- \
	    "$BIN/imapd" spool/mail/bob
}

@test "transcript: ENABLE, UTF8=ACCEPT and IMAP4rev2 (RFC 5161, 6855, 9051)" {
	play enable
}

@test "transcript: CREATE-SPECIAL-USE (RFC 6154)" {
	play use
}

@test "transcript: BINARY (RFC 3516)" {
	play binary
}

@test "transcript: OBJECTID (RFC 8474)" {
	play objectid
}

@test "transcript: SAVEDATE (RFC 8514)" {
	play savedate
}

@test "transcript: PREVIEW (RFC 8970)" {
	play preview
}

@test "transcript: QUOTA (RFC 9208)" {
	printf '1000000S,4C\n' >spool/mail/bob/maildirsize
	printf '%d 2\n' "$(cat spool/mail/bob/cur/* | wc -c)" \
	    >>spool/mail/bob/maildirsize
	play quota
}

@test "transcript: CATENATE, and APPEND UTF8 (RFC 4469, 6855)" {
	play catenate
}

@test "CATENATE: a mailbox is opened once for all URLs of it" {
	not_sanitized 'a tracer'
	need strace
	strace -o /dev/null true 2>/dev/null || skip 'tracing is not allowed'
	urls=$(printf 'URL "/INBOX/;UID=%d" ' {1,1,1,1,1}{,,,,})
	printf 'a APPEND INBOX CATENATE (%s)\r\nb LOGOUT\r\n' "${urls% }" |
	    strace -qq -o trace -e trace=openat "$BIN/imapd" spool/mail/bob |
	    grep '^a OK'
	[ "$(grep -c '"dovecot-uidlist", O_RDONLY' trace)" -lt 10 ]
}

@test "transcript: REPLACE (RFC 8508)" {
	play replace
}

@test "transcript: CONDSTORE (RFC 7162)" {
	play condstore
}

@test "transcript: PARTIAL (RFC 9394)" {
	play partial
}

@test "transcript: THREAD=REFS" {
	play refs
}

@test "transcript: ESORT and CONTEXT (RFC 5267)" {
	play context
}

@test "CONTEXT: what is kept up to date is what a new search finds" {
	for seed in 1 2; do
		timeout 150 "$ROOT/tests/lib/imap-context" -s $seed \
		    "$BIN/imapd" spool/mail/bob
	done
}

@test "QRESYNC: after any absence the cache is the mailbox (RFC 7162)" {
	for seed in 1 2; do
		timeout 150 "$ROOT/tests/lib/imap-resync" -s $seed -r 40 \
		    "$BIN/imapd" spool/mail/bob
	done
}

@test "transcript: QRESYNC (RFC 7162)" {
	play qresync
}

@test "THREAD: chains of 100,000 ids, threads 4,000 deep, each message once" {
	python3 - spool/mail/bob/cur <<-'END'
		import sys
		def message(n, own, above):
		    with open(f"{sys.argv[1]}/{n + 10}.M1P1.host:2,", "w") as f:
		        f.write(f"Message-ID: <{own}@x>\n"
		                f"References: {above}\n\nx\n")
		for i in range(1000):	# each chain goes on above the one before
		    message(i, f"m{i}", " ".join(f"<{99 * i + 99 - k}@x>"
		                                 for k in range(100)))
		for i in range(1000, 5000):
		    message(i, f"m{i}", f"<m{i + 1}@x>")
		    message(i + 4000, f"n{i}", f"<m{i + 1}@x>")
	END
	for way in REFS REFERENCES; do
		run -0 timeout 150 "$BIN/imapd" spool/mail/bob < <(
			printf 'a SELECT INBOX\r\nb THREAD %s UTF-8 ALL\r\n' $way)
		[[ $output == *$'\nb OK '* ]]
		[ "$(grep '^[*] THREAD' <<<"$output" | grep -o '[0-9][0-9]*' |
		    sort -u | wc -l)" -eq 9002 ]
	done
}
