#!/usr/bin/env bats
#
# imapd tells what others do: NOTIFY (RFC 5465), with two sessions.

bats_require_minimum_version 1.5.0

load lib/labnet

setup() {
	export TZ=UTC
	site
	cd "$site" || return
	bob=spool/mail/bob
	mkdir -p "$bob"/{cur,new,tmp}
}

teardown() {
	inetd_stop || :
	cat "$log" 2>/dev/null || :	# shown only if the test failed
}

# listen [COMMAND...]: a session, S, begun by the command if there is one.
listen() {
	coproc S { "${@:-exec}" "$BIN/imapd" "$bob" 2>notify.log; }
	hear "${S[0]}" '\* PREAUTH*'
}

# others LINE...: another session's commands.
others() {
	run -0 timeout 60 "$BIN/imapd" "$bob" < <(
		printf '%s\r\n' "$@" 'z LOGOUT')
	[[ $output == *'z OK'* && $output != *' BAD '* && $output != *' NO '* ]]
}

hears() {
	for line in "$@"; do
		hear "${S[0]}" "$line"
	done
}

# at_once COMMAND...: the same, and S sees all of it together.
at_once() {
	kill -STOP "$S_PID"
	others "$@"
	kill -CONT "$S_PID"
}

# asks COMMAND LINE...: what S answers to it.
asks() {
	say "${S[1]}" "$1"
	shift
	hears "$@"
}

# append TAG MAILBOX: a command that puts a message there.
append() {
	printf '%s APPEND %s {9+}\r\nSubject:x' "$1" "$2"
}

# until_heard PATTERN: read on to such a line; words is how many lines it took.
until_heard() {
	local line=

	words=0
	# shellcheck disable=SC2053	# a pattern on purpose
	until [[ $line == $1 ]]; do
		read -r -t "$DEADLINE" line <&"${S[0]}"
		words=$((words + 1))
	done
}

@test "other mailboxes: their figures, and their own only" {
	others 'a CREATE Work' 'b CREATE Other'
	listen
	asks 'b NOTIFY SET STATUS (mailboxes (Work Nowhere a/b) (MessageNew MessageExpunge FlagChange)) (mailboxes Other (MailboxName))' \
	    '\* STATUS Work (MESSAGES 0 UIDNEXT 1 UIDVALIDITY * UNSEEN 0 HIGHESTMODSEQ *)' \
	    'b OK*'
	others "$(append c Other)" "$(append d Work)"
	hears '\* STATUS Work (MESSAGES 1 UIDNEXT 2 UIDVALIDITY * UNSEEN 1)'
	others 'a SELECT Work' 'b STORE 1 +FLAGS (\Seen)'
	hears '\* STATUS Work (MESSAGES 1 UIDNEXT 2 UIDVALIDITY * UNSEEN 0)'
	# With CONDSTORE any flag is news.
	asks 'c ENABLE CONDSTORE' '\* ENABLED CONDSTORE' 'c OK*'
	others 'a SELECT Work' 'b STORE 1 +FLAGS (\Flagged)'
	hears '\* STATUS Work (* UNSEEN 0 HIGHESTMODSEQ *)'
	# A delivery is seen as a session is.
	printf 'Subject: y\n\ny\n' >"$bob/.Work/tmp/1"
	mv "$bob/.Work/tmp/1" "$bob/.Work/new/1"
	hears '\* STATUS Work (MESSAGES 2 *)'
	rm "$bob/.Work/new/1"
	hears '\* STATUS Work (MESSAGES 1 UIDNEXT 3 *)'
	asks 'd NOTIFY NONE' 'd OK*'
	others "$(append d Work)"
	asks 'e NOOP' 'e OK*'
	say "${S[1]}" 'f LOGOUT'
}

@test "the selected one: at once, with the attributes wanted" {
	listen
	asks 'a NOTIFY SET (selected (MessageNew (UID BODY.PEEK[HEADER.FIELDS ({7+}'
	asks 'Subject)]) MessageExpunge FlagChange))' 'a OK*'
	asks 'b SELECT INBOX' '\* FLAGS*' '\* OK*' '\* 0 EXISTS' '\* 0 RECENT' \
	    '\* OK*' '\* OK*' '\* OK*' '\* OK*' 'b OK*'
	others "$(append a INBOX)"
	hears '\* 1 EXISTS' '\* 1 RECENT' \
	    '\* 1 FETCH (UID 1 BODY[[]HEADER.FIELDS (Subject)] {13}' \
	    'Subject:x' '' ')'
	others 'a SELECT INBOX' 'b STORE 1 +FLAGS (\Deleted)'
	hears '\* 1 FETCH (UID 1 FLAGS (\\Deleted \\Recent))'
	others 'a SELECT INBOX' 'b EXPUNGE'
	hears '\* 1 EXPUNGE'
	# What the client itself puts in is not shown to it.
	say "${S[1]}" "$(append c INBOX)"
	hears '\* 1 EXISTS' '\* * RECENT' 'c OK*'
	asks 'd COPY 1 INBOX' '\* 2 EXISTS' '\* * RECENT' 'd OK*'
	say "${S[1]}" 'e LOGOUT'
}

@test "SELECTED-DELAYED: EXPUNGE waits for a command, or IDLE" {
	for i in 1 2 3; do
		printf 'Subject: x\n\nx\n' >"$bob/cur/$i:2,T"
	done
	listen
	asks 'a SELECT INBOX' '\* FLAGS*' '\* OK*' '\* 3 EXISTS' '\* 0 RECENT' \
	    '\* OK*' '\* OK*' '\* OK*' '\* OK*' '\* OK*' 'a OK*'
	asks 'b NOTIFY SET (selected-delayed (MessageNew MessageExpunge))' \
	    'b OK*'
	others 'a SELECT INBOX' 'b UID EXPUNGE 1' "$(append c INBOX)"
	hears '\* 4 EXISTS' '\* * RECENT'
	asks 'c FETCH 2 UID' '\* 2 FETCH (UID 2)' 'c OK*'
	asks 'd NOOP' '\* 1 EXPUNGE' 'd OK*'
	others 'a SELECT INBOX' 'b STORE 1 +FLAGS (\Seen)' 'c UID EXPUNGE 2'
	# No FlagChange was asked for; IDLE is told what NOTIFY wants (4).
	asks 'e IDLE' '\* 1 EXPUNGE' '+ *'
	others 'a SELECT INBOX' 'b UID EXPUNGE 3'
	hears '\* 1 EXPUNGE'
	asks 'DONE' 'e OK*'
	# What nobody wanted to hear comes when somebody does.
	others 'a SELECT INBOX' 'b STORE 1 +FLAGS (\Flagged)'
	asks 'f NOOP' 'f OK*'
	asks 'g NOTIFY SET (selected (MessageNew MessageExpunge FlagChange))' \
	    '\* 1 FETCH (UID 4 FLAGS (\\Flagged*))' 'g OK*'
	say "${S[1]}" 'h LOGOUT'
}

@test "without SELECTED the mailbox stays as it was" {
	for i in 1 2; do
		printf 'Subject: x\n\nx\n' >"$bob/cur/$i:2,T"
	done
	listen
	asks 'a SELECT INBOX' '\* FLAGS*' '\* OK*' '\* 2 EXISTS' '\* 0 RECENT' \
	    '\* OK*' '\* OK*' '\* OK*' '\* OK*' '\* OK*' 'a OK*'
	others "$(append a INBOX)"
	asks 'b NOTIFY SET (personal (MessageNew MessageExpunge))' \
	    '\* 3 EXISTS' '\* * RECENT' 'b OK*'
	others "$(append a INBOX)" 'b SELECT INBOX' 'c UID EXPUNGE 1'
	asks 'c NOOP' 'c OK*'
	asks 'd FETCH 1 BODY[]' 'd NO [[]EXPUNGEISSUED]*'
	asks 'e UID STORE 2 +FLAGS.SILENT (\Deleted)' '\* 1 EXPUNGE' 'e OK*'
	asks 'f EXPUNGE' '\* 1 EXPUNGE' 'f OK*'
	# What the others did is told of it when it is left.
	asks 'g UNSELECT' 'g OK*'
	hears '\* STATUS INBOX (MESSAGES 2 UIDNEXT 5 UIDVALIDITY *)'
	say "${S[1]}" 'h LOGOUT'
}

@test "names: made, removed, renamed, subscribed" {
	others 'a CREATE Work' 'b CREATE Work.Sub'
	listen
	asks 'a NOTIFY SET (personal (MailboxName SubscriptionChange)) (mailboxes Work.Sub (MessageNew MessageExpunge))' \
	    'a OK*'
	others 'a CREATE New.Deep'
	hears '\* LIST (\\NonExistent \\HasChildren) "." New' \
	    '\* LIST (\\HasNoChildren) "." New.Deep'
	# Children go along and are not mentioned; what is known of them too.
	others 'a RENAME Work Job'
	hears '\* LIST (\\HasChildren) "." Job ("OLDNAME" (Work))'
	others 'a SUBSCRIBE Job' 'b SUBSCRIBE Job.Sub'
	hears '\* LIST (\\Subscribed \\HasChildren) "." Job' \
	    '\* LIST (\\Subscribed \\HasNoChildren) "." Job.Sub'
	others 'a DELETE Job'
	hears '\* LIST (\\NonExistent \\Subscribed \\HasChildren) "." Job'
	others 'a UNSUBSCRIBE Job'
	hears '\* LIST (\\NonExistent \\HasChildren) "." Job'
	others 'a RENAME Job.Sub One'
	hears '\* LIST (\\HasNoChildren) "." One ("OLDNAME" (Job.Sub))'
	# Another one of the same name is new.
	others 'a DELETE One' 'b CREATE One'
	until_heard '\* LIST (\\HasNoChildren) "." One*'
	others 'a UNSUBSCRIBE Job.Sub'
	hears '\* LIST (\\NonExistent \\HasNoChildren) "." Job.Sub'
	say "${S[1]}" 'b LOGOUT'
}

@test "names: what happens at once is told so that it can be followed" {
	others 'a CREATE A' 'b CREATE A.x' 'c CREATE B'
	listen
	asks 'a NOTIFY SET (personal (MailboxName MessageNew MessageExpunge))' \
	    'a OK*'
	# A new name goes for all that is below: here some stayed.
	at_once 'a RENAME A C' 'b RENAME C.x A.x'
	hears '\* LIST (\\NonExistent \\HasChildren) "." A' \
	    '\* LIST (\\HasNoChildren) "." C'
	# And here there is no free name to begin with.
	at_once 'a RENAME B D' 'b RENAME C B' 'c RENAME D C'
	hears '\* LIST (\\NonExistent \\HasNoChildren) "." B' \
	    '\* LIST (\\NonExistent \\HasNoChildren) "." C' \
	    '\* LIST (\\HasNoChildren) "." B' '\* LIST (\\HasNoChildren) "." C'
	# Another one of the same name is new; so is one that was renamed to it.
	at_once 'a DELETE B' 'b CREATE B'
	hears '\* LIST (\\NonExistent \\HasNoChildren) "." B' \
	    '\* LIST (\\HasNoChildren) "." B'
	at_once 'a DELETE B' 'b RENAME C B'
	hears '\* LIST (\\NonExistent \\HasNoChildren) "." B' \
	    '\* LIST (\\HasNoChildren) "." B ("OLDNAME" (C))'
	others "$(append a B)"
	hears '\* STATUS B (MESSAGES 1 UIDNEXT 2 *)'
	say "${S[1]}" 'b LOGOUT'
}

@test "names: what the client did itself is not told" {
	listen
	asks 'a NOTIFY SET (personal (MailboxName SubscriptionChange MessageNew MessageExpunge))' \
	    'a OK*'
	asks 'b CREATE Work' 'b OK*'
	asks 'c SUBSCRIBE Work' 'c OK*'
	say "${S[1]}" "$(append d Work)"
	hears 'd OK*'
	# What others do is told behind what might have been told of that.
	others 'a CREATE Other'
	hears '\* LIST (\\HasNoChildren) "." Other'
	others 'a CREATE More'
	hears '\* LIST (\\HasNoChildren) "." More'
	asks 'e RENAME Work Job' 'e OK*'
	asks 'f DELETE Job' 'f OK*'
	others 'a CREATE Last'
	hears '\* LIST (\\HasNoChildren) "." Last'
	say "${S[1]}" 'g LOGOUT'
}

@test "a folder that comes later is watched, in UTF-8 where enabled" {
	listen
	asks 'a ENABLE UTF8=ACCEPT' '\* ENABLED UTF8=ACCEPT' 'a OK*'
	asks 'b NOTIFY SET (subtree "Großes" (MessageNew MessageExpunge))' 'b OK*'
	others 'a CREATE Gro&AN8-es.x' \
	    "$(append b 'Gro&AN8-es.x')"
	hears '\* STATUS "Großes.x" (MESSAGES 1 UIDNEXT 2 *)'
	say "${S[1]}" 'c LOGOUT'
}

@test "more than can be watched: NOTIFICATIONOVERFLOW" {
	mkdir "$bob"/.{0..1000} "$bob"/.{0..1000}/{cur,new,tmp}
	for i in {0..1000}; do	# so that none has to be made, and synced
		printf '3 V1 N1 G%032d\n' "$i" >"$bob/.$i/dovecot-uidlist"
	done
	listen
	asks 'a NOTIFY SET (personal (MessageNew MessageExpunge))' \
	    'a NO [[]NOTIFICATIONOVERFLOW]*'
	rm -r "$bob"/.{999..1000}
	asks 'b NOTIFY SET (personal (MessageNew MessageExpunge))' 'b OK*'
	others 'a CREATE x' 'b CREATE y'
	hears '\* OK [[]NOTIFICATIONOVERFLOW]*'
	others 'a DELETE x'
	asks 'c NOOP' 'c OK*'
	say "${S[1]}" 'd LOGOUT'
}

@test "without inotify: looked at now and then" {
	few_watchers 0 true || skip 'no user namespaces here'
	others 'a CREATE Work'
	listen few_watchers 0
	asks 'a NOTIFY SET (personal (MessageNew MessageExpunge MailboxName SubscriptionChange))' \
	    'a OK*'
	grep 'watch: ' notify.log
	others "$(append a Work)" 'b CREATE Work.Sub'
	hears '\* LIST (\\HasChildren) "." Work' \
	    '\* LIST (\\HasNoChildren) "." Work.Sub' \
	    '\* STATUS Work (MESSAGES 1 UIDNEXT 2 *)'
	asks 'b IDLE' '+ *'
	others 'a SUBSCRIBE Work'
	hears '\* LIST (\\Subscribed \\HasChildren) "." Work'
	asks 'DONE' 'b OK*'
	say "${S[1]}" 'c LOGOUT'
}

@test "3,000 deliveries: told of in few words" {
	mkdir -p "$bob/.Work"/{cur,new,tmp}
	touch "$bob/.Work/maildirfolder"
	listen
	asks 'a NOTIFY SET (mailboxes Work (MessageNew MessageExpunge))' 'a OK*'
	seq 3000 | sed "s|.*|$bob/.Work/new/1700&.M&.h,S=10,W=12|" | xargs touch
	until_heard '\* STATUS Work (MESSAGES 3000 *'
	[ "$words" -lt 50 ]
	say "${S[1]}" 'b LOGOUT'
}

@test "what two others do at random is known in the end" {
	for seed in 4 51; do
		timeout 60 "$ROOT/tests/lib/imap-notify" -s $seed \
		    "$BIN/imapd" "$bob"
		rm -r "$bob"
	done
}

@test "in the sandbox of a whole site" {
	rm -r "$bob"
	whole_site
	whole_start
	for n in 1 2; do
		dial c imapd
		hear "$c" '\* OK *'
		say "$c" 'a LOGIN bob hungry'
		hear "$c" 'a OK *'
		session[n]=$c
	done
	say "${session[1]}" \
	    'b NOTIFY SET (personal (MessageNew MessageExpunge MailboxName))'
	hear "${session[1]}" 'b OK*'
	say "${session[2]}" 'b CREATE Work'
	hear "${session[1]}" '\* LIST (\\HasNoChildren) "." Work'
	say "${session[2]}" "$(append c Work)"
	hear "${session[1]}" '\* STATUS Work (MESSAGES 1 *'
	hang_up "${session[1]}"
	hang_up "${session[2]}"
}
