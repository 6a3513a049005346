#!/usr/bin/env bats
#
# What imapd keeps in labnet.cache: the answers are the same without a cache,
# while it is being filled, when it is full, and when it is damaged.

bats_require_minimum_version 1.5.0

root=${BATS_TEST_DIRNAME%/*}
LABNET_BIN=${LABNET_BIN:-$root/build/bin}

setup() {
	box=$BATS_TEST_TMPDIR/mail
	mkdir -p "$box"/{cur,new,tmp}
}

# N messages of all kinds: no header at all, encoded words, folded lines,
# groups, replies, dates that are none.
fill() {
	python3 - "$box" "$1" <<-'END'
	import sys
	box, n = sys.argv[1], int(sys.argv[2])
	subjects = ["Re: lunch", "lunch", "=?UTF-8?Q?=C3=84pfel?=", "",
	            "Fwd: [list] lunch", "a\n  folded\tone", "apfel"]
	senders = ["Bob <bob@x>", "alice@y", "team: a@x, b@y;",
	           "=?UTF-8?B?w4RubmU=?= <anne@z>", "", "<>"]
	for i in range(n):
	    head = f"Subject: {subjects[i % 7]}\nFrom: {senders[i % 6]}\n"
	    head += f"To: {senders[(i + 1) % 6]}\nCC: {senders[(i + 2) % 6]}\n"
	    head += f"Message-ID: <{i}@x>\n"
	    if i % 3:
	        head += f"References: <{i - i % 5}@x> <none{i % 4}@x>\n"
	    elif i % 2:
	        head += f"In-Reply-To: <{i - 1}@x> of yesterday\n"
	    if i % 4:
	        head += f"Date: Mon, {1 + i % 28} Feb 2026 "
	        head += f"10:00:0{i % 7} +0100\n"
	    else:
	        head += "Date: some day\n"
	    head += f"X-Other: {i}\nsubject: second\n"
	    if i == 17:
	        head = ""
	    if i == 18:
	        head = "Subject: no end of header"
	    with open(f"{box}/cur/{1700000000 + i}.M{i}.h:2,S", "w") as f:
	        f.write(head + "\nbody\n" * (i != 18))
	END
}

# What imapd says to all of it, two times over.
ask() {
	local i commands=(
		'FETCH 1:* (BODY.PEEK[HEADER.FIELDS (From SUBJECT date)])'
		'FETCH 1:* (BODY.PEEK[HEADER.FIELDS (TO CC)]<2.20> ENVELOPE)'
		'FETCH 1:* (BODY.PEEK[HEADER.FIELDS.NOT (FROM)] INTERNALDATE)'
		'FETCH 1:* (BODY.PEEK[HEADER.FIELDS (X-Other Subject)])'
		'SEARCH SUBJECT lunch' 'SEARCH SUBJECT ""' 'SEARCH FROM anne'
		'SEARCH SUBJECT second' 'SEARCH HEADER X-Other 1'
		'SEARCH SENTSINCE 5-Feb-2026'
		$'SEARCH CHARSET UTF-8 SUBJECT {6+}\r\nÄpfel'
		'SORT (SUBJECT) UTF-8 ALL' 'SORT (REVERSE DATE) UTF-8 ALL'
		'SORT (FROM REVERSE SUBJECT TO CC) UTF-8 ALL'
		'SORT (DISPLAYFROM DISPLAYTO) UTF-8 ALL'
		'SORT (ARRIVAL REVERSE SIZE) UTF-8 ALL'
		'THREAD REFERENCES UTF-8 ALL' 'THREAD ORDEREDSUBJECT UTF-8 ALL'
	)
	{
		printf 'a SELECT INBOX\r\n'
		for i in "${commands[@]}" "${commands[@]}"; do
			printf 'b %s\r\n' "$i"
		done
		printf 'c LOGOUT\r\n'
	} | "$LABNET_BIN/imapd" "$box" 2>>"$BATS_TEST_TMPDIR/log" |
		sed '1,/^a OK/d'
}

@test "the same answers without, with and from the cache" {
	fill 120
	ask >"$BATS_TEST_TMPDIR/first"
	[ -s "$box/labnet.cache" ]
	half=$(grep -n '^b OK' "$BATS_TEST_TMPDIR/first" | sed -n '18s/:.*//p')
	head -n "$half" "$BATS_TEST_TMPDIR/first" >"$BATS_TEST_TMPDIR/cold"
	tail -n +$((half + 1)) "$BATS_TEST_TMPDIR/first" | sed '/^\* BYE/,$d' \
		>"$BATS_TEST_TMPDIR/warm"
	diff "$BATS_TEST_TMPDIR/cold" "$BATS_TEST_TMPDIR/warm"
	# Each of them did something.
	[ "$(grep -cE '^\* (SORT|THREAD|SEARCH)( |$)' \
		"$BATS_TEST_TMPDIR/cold")" -eq 14 ]
	run ! grep -E '^b (NO|BAD)|^\* SEARCH.?$' "$BATS_TEST_TMPDIR/cold"
	ask >"$BATS_TEST_TMPDIR/second"
	diff "$BATS_TEST_TMPDIR/first" "$BATS_TEST_TMPDIR/second"
	# Nothing can be written beside it: done without.
	rm "$box/labnet.cache"
	mkdir "$box/labnet.cache"
	ask >"$BATS_TEST_TMPDIR/without"
	diff "$BATS_TEST_TMPDIR/first" "$BATS_TEST_TMPDIR/without"
}

@test "a damaged cache is as good as none" {
	fill 60
	ask >"$BATS_TEST_TMPDIR/first"
	size=$(stat -c %s "$box/labnet.cache")
	for at in 3 20 100 5000 9001 "$((size - 5))"; do
		printf '\377\001' | dd of="$box/labnet.cache" bs=1 seek="$at" \
			conv=notrunc status=none
		ask | diff "$BATS_TEST_TMPDIR/first" -
	done
	ask >/dev/null
	head -c 7777 "$box/labnet.cache" >"$box/cut"
	mv "$box/cut" "$box/labnet.cache"
	ask | diff "$BATS_TEST_TMPDIR/first" -
	head -c 100000 /dev/urandom >"$box/labnet.cache"
	ask | diff "$BATS_TEST_TMPDIR/first" -
}

@test "the disk gets full while texts of the cache are in use" {
	command -v strace >/dev/null || skip 'strace is not installed'
	strace -o /dev/null true 2>/dev/null || skip 'tracing is not allowed'
	[[ $LABNET_BIN != */san/* ]] || skip 'sanitizers: a tracer'
	local all='FETCH 1:* (ENVELOPE BODYSTRUCTURE'

	cd "$BATS_TEST_TMPDIR" || return
	fill 3000
	all+=' BODY.PEEK[HEADER.FIELDS (SUBJECT)])'
	session() {
		printf '%s\r\n' 'a SELECT INBOX' "$@" 'z LOGOUT'
	}
	# The header fields are there; the rest is more than one write.
	session 'b FETCH 1:* (BODY.PEEK[HEADER.FIELDS (SUBJECT)])' |
		timeout 60 "$LABNET_BIN/imapd" "$box" >/dev/null
	session "b $all" | timeout 60 strace -qq -o /dev/null -e trace=write \
	    -P "$box/labnet.cache" -e inject=write:error=ENOSPC \
	    "$LABNET_BIN/imapd" "$box" >full
	[ ! -e "$box/labnet.cache" ]
	session "b $all" | timeout 60 "$LABNET_BIN/imapd" "$box" >room
	grep -q '^b OK' full
	[ "$(grep -c '^\* 3000 FETCH' full)" = 1 ]
	diff <(grep FETCH full) <(grep FETCH room)
}
