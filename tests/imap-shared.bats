#!/usr/bin/env bats
#
# imapd: what one session does with messages that another has changed, and
# does not know of yet.

bats_require_minimum_version 1.5.0

load lib/labnet

setup() {
	site
	cd "$site" || return
	mkdir -p spool/mail/bob/{cur,new,tmp}
}

# messages COUNT: so many, all alike.
messages() {
	local i
	for ((i = 1; i <= $1; i++)); do
		printf 'Subject: x\n\nx\n' >"spool/mail/bob/cur/$i.M1P1.host:2,"
	done
}

# two LINE...: these commands of sessions A and B; their answers are in output.
two() {
	run -0 timeout 120 "$ROOT/tests/lib/imap-two" "$BIN/imapd" \
	    spool/mail/bob < <(printf '%s\n' "$@")
}

@test "EXPUNGE and CLOSE: what others unflagged stays, what they flagged goes" {
	messages 4
	two 'A SELECT INBOX' 'B SELECT INBOX' 'A STORE 1:2 +FLAGS (\Deleted)' \
	    'B STORE 1 -FLAGS (\Deleted)' 'B STORE 3 +FLAGS (\Deleted)' \
	    'A EXPUNGE' 'A UID SEARCH ALL'
	[[ $output == *$'\nA * SEARCH 1 4\n'* ]]
	two 'A SELECT INBOX' 'B SELECT INBOX' 'A STORE 1 +FLAGS (\Deleted)' \
	    'B STORE 1 -FLAGS (\Deleted)' 'B STORE 2 +FLAGS (\Deleted)' \
	    'A CLOSE' 'A EXAMINE INBOX' 'A UID SEARCH ALL'
	[[ $output == *$'\nA * SEARCH 1\n'* ]]
}

@test "UID EXPUNGE: what comes with \\Deleted is told before it goes" {
	messages 2
	two 'A SELECT INBOX' 'B SELECT INBOX' 'B STORE 1 +FLAGS (\Deleted)' \
	    'B COPY 1 INBOX' 'A UID EXPUNGE 3' 'A UID SEARCH ALL'
	[[ $output == *$'\nA * 3 EXISTS\n'*$'\nA * 3 EXPUNGE\n'* ]]
	[[ $output == *$'\nA * SEARCH 1 2\n'* ]]
}

@test "COPY and MOVE take the flags along that another session set" {
	messages 2
	two 'A SELECT INBOX' 'B SELECT INBOX' 'A CREATE x' \
	    'B STORE 1 +FLAGS (\Flagged new)' 'A COPY 1 x' \
	    'B STORE 2 +FLAGS (\Seen newer)' 'A MOVE 2 x' 'A SELECT x' \
	    'A FETCH 1:2 FLAGS'
	[[ $output == *$'\nA * 1 FETCH (FLAGS (\Flagged new))\n'* ]]
	[[ $output == *$'\nA * 2 FETCH (FLAGS (\Seen newer))\n'* ]]
}

@test "COPY of hundreds of messages that another session has just flagged" {
	messages 300
	two 'A SELECT INBOX' 'B SELECT INBOX' 'A CREATE x' \
	    'B STORE 1:* +FLAGS.SILENT (\Flagged)' 'A COPY 1:* x' \
	    'A STATUS x (MESSAGES)'
	[[ $output == *$'\nA * STATUS x (MESSAGES 300)\n'* ]]
}

@test "REPLACE: says what is wrong, and that another removed the message" {
	messages 2
	mkdir -p spool/mail/bob/.x/{cur,new,tmp,labnet.undo}
	two 'A SELECT INBOX' 'B SELECT INBOX' \
	    'A REPLACE 1 x CATENATE (URL "/INBOX/;UID=1")' \
	    'B STORE 2 +FLAGS (\Deleted)' 'B EXPUNGE' \
	    'A REPLACE 2 INBOX CATENATE (URL "/INBOX/;UID=1")' \
	    'A UID SEARCH ALL'
	[[ $output == *$'\nA x NO [UNAVAILABLE] '*$'\nB x OK Exp'* ]]
	[[ $output == *$'\nA x NO [EXPUNGEISSUED] '*$'\nA * SEARCH 1\n'* ]]
}
