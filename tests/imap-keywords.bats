#!/usr/bin/env bats
#
# Keywords: names in dovecot-keywords, letters in the names of the files.

# shellcheck disable=SC2016	# the dollar of a keyword is no variable's
bats_require_minimum_version 1.5.0

root=${BATS_TEST_DIRNAME%/*}
LABNET_BIN=${LABNET_BIN:-$root/build/bin}

setup() {
	box=$BATS_TEST_TMPDIR/mail
	mkdir -p "$box"/{cur,new,tmp}
}

fill() {
	local i

	for ((i = 101; i <= 100 + $1; i++)); do
		printf 'Subject: %d\n\nx\n' $i >"$box/cur/1700000$i.M$i.h:2,S"
	done
	touch -d '1 hour ago' "$box/cur" "$box/new"
}

# imap COMMAND...: the answers but for those of the last command.
imap() {
	printf '%s\r\n' 'a SELECT INBOX' "${@/#/b }" 'c LOGOUT' |
		"$LABNET_BIN/imapd" "$box" | tr -d '\r' | sed '/^\* BYE/,$d'
}

@test "a mailbox that opens from its index has its keywords" {
	fill 60
	imap 'STORE 1 +FLAGS ($Label1)' >/dev/null
	touch -d '1 hour ago' "$box/cur"
	imap NOOP >"$BATS_TEST_TMPDIR/first"
	[ -e "$box/labnet.index" ]
	grep -q '^\* FLAGS (.*\$Label1)' "$BATS_TEST_TMPDIR/first"
	imap 'SEARCH KEYWORD $Label1' 'FETCH 1 FLAGS' \
		>"$BATS_TEST_TMPDIR/second"
	grep -q '^\* FLAGS (.*\$Label1)' "$BATS_TEST_TMPDIR/second"
	grep -qx '\* SEARCH 1' "$BATS_TEST_TMPDIR/second"
	grep -qx '\* 1 FETCH (FLAGS (\\Seen $Label1))' \
		"$BATS_TEST_TMPDIR/second"
}

@test "56 keywords, and no more" {
	fill 60
	mapfile -t all < <(seq -f 'k%g' 56)
	imap "STORE 1 FLAGS.SILENT (${all[*]})" 'STORE 2 +FLAGS (k57)' \
		'STORE 2:3 +FLAGS (k27 k56 \Flagged)' 'CREATE Other' \
		'COPY 2 Other' >"$BATS_TEST_TMPDIR/said"
	[ "$(grep -c '^b OK' "$BATS_TEST_TMPDIR/said")" = 4 ]
	grep -q '^b NO \[LIMIT\]' "$BATS_TEST_TMPDIR/said"
	[ "$(wc -l <"$box/dovecot-keywords")" = 56 ]
	letters=$(printf '%s' {0..9} {A..Z} {a..z} | tr -d DFPRST)
	[ -e "$box/cur/1700000101.M101.h:2,$letters" ]
	[ -e "$box/cur/1700000102.M102.h:2,9AFS" ]
	# The next session, with an index and without.
	touch -d '1 hour ago' "$box/cur"
	for i in 1 2; do
		imap 'SEARCH KEYWORD k27' 'SEARCH UNKEYWORD k26 SEEN' \
			'FETCH 2 FLAGS' "FETCH 1 FLAGS" >"$BATS_TEST_TMPDIR/said"
		grep -qx '\* SEARCH 1 2 3' "$BATS_TEST_TMPDIR/said"
		grep -q '^\* SEARCH 2 3 4 .* 60$' "$BATS_TEST_TMPDIR/said"
		grep -qx '\* 2 FETCH (FLAGS (\\Flagged \\Seen k27 k56))' \
			"$BATS_TEST_TMPDIR/said"
		grep -qFx "* 1 FETCH (FLAGS (${all[*]}))" \
			"$BATS_TEST_TMPDIR/said"
	done
	# The copy has letters of its own.
	[ "$(cat "$box/.Other/dovecot-keywords")" = $'0 k27\n1 k56' ]
	[ -e "$(echo "$box/.Other/cur/"*:2,FSab)" ]
	imap 'STORE 1 FLAGS (k1)' 'STORE 2 -FLAGS (k56)' >/dev/null
	[ -e "$box/cur/1700000101.M101.h:2,a" ]
	[ -e "$box/cur/1700000102.M102.h:2,AFS" ]
}

@test "letters without a name are another program's" {
	fill 2
	mv "$box/cur/1700000101.M101.h:2,S" "$box/cur/1700000101.M101.h:2,7SXq"
	imap 'FETCH 1 FLAGS' 'STORE 1 FLAGS (\Draft $Label)' \
		>"$BATS_TEST_TMPDIR/said"
	grep -qx '\* 1 FETCH (FLAGS (\\Seen))' "$BATS_TEST_TMPDIR/said"
	grep -qx '\* 1 FETCH (FLAGS (\\Draft $Label))' "$BATS_TEST_TMPDIR/said"
	[ -e "$box/cur/1700000101.M101.h:2,7DXaq" ]
}
