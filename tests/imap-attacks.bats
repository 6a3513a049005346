#!/usr/bin/env bats
#
# imapd against what is hostile, broken or at the same time.

bats_require_minimum_version 1.5.0

load lib/labnet

setup() {
	export TZ=UTC
	site
	cd "$site" || return
	mkdir -p spool/mail/bob/{cur,new,tmp}
	bob=spool/mail/bob
}

teardown() {
	cat "$log" 2>/dev/null || :	# shown only if the test failed
}

# imap LINE...: a session of these commands; the answers are in the output.
imap() {
	run -0 timeout 60 "$BIN/imapd" "$bob" < <(printf '%s\r\n' "$@")
}

# answered PATTERN...: each matches a line, in this order.
answered() {
	local line pattern=$1

	for line in "${lines[@]}"; do
		# shellcheck disable=SC2053	# a pattern on purpose
		if [[ ${line%$'\r'} == $pattern ]]; then
			shift
			[ $# -gt 0 ] || return 0
			pattern=$1
		fi
	done
	echo "no $pattern in:"
	printf '%s\n' "${lines[@]:0:50}"
	return 1
}

message() {
	printf 'From: a@b\nSubject: %s\n\n%s\n' "$1" "${2:-text}" \
	    >"$bob/cur/$1:2,"
}

@test "names in cur/ that are no messages are passed over" {
	message one
	: >"$bob/cur/.hidden"
	mkdir "$bob/cur/directory"
	mkfifo "$bob/cur/fifo"
	ln -s /nowhere "$bob/cur/dangling"
	ln -s /etc/passwd "$bob/cur/link"
	: >"$bob/cur/line"$'\n'"feed"
	imap 'a SELECT INBOX' 'b FETCH 1:* (UID BODY.PEEK[])' 'c LOGOUT'
	answered '\* 1 EXISTS' 'a OK*' 'Subject: one' 'b OK*' 'c OK*'
	[[ $output != *root:* ]]
}

@test "messages nested 10,000 deep, with 100,000 parts, of one long line" {
	python3 - "$bob" <<-'END'
		import sys
		box = sys.argv[1] + "/cur/"
		with open(box + "1:2,", "w") as f:
		    for i in range(10000):
		        f.write(f"Content-Type: multipart/x; boundary=b{i}\n\n"
		                f"--b{i}\n")
		with open(box + "2:2,", "w") as f:
		    f.write("Content-Type: multipart/x; boundary=b\n\n")
		    f.write("--b\n\nx\n" * 100000)
		with open(box + "3:2,", "w") as f:
		    f.write("To: " + "a@b, " * 500000 + "\n\nx\n")
		with open(box + "4:2,", "w") as f:
		    f.write("Subject: " + "x" * 10000000 + "\n\nx\n")
		with open(box + "5:2,", "w") as f:
		    f.write("To: a@b\n" * 500000 + "\nx\n")
	END
	imap 'a SELECT INBOX' 'b FETCH 1:* BODYSTRUCTURE' \
	    'c FETCH 1:3,5 ENVELOPE' 'd FETCH 4 BODY.PEEK[HEADER]<0.20>' \
	    'e SEARCH SUBJECT y' 'f SEARCH BODY y' 'g LOGOUT'
	answered 'b OK*' 'c OK*' 'd OK*' 'e OK*' 'f OK*' 'g OK*'
}

@test "searches that are deep, wide and slow" {
	message one
	deep=$(printf 'NOT %.0s' {1..10000})
	ors=$(printf 'OR ANSWERED %.0s' {1..900})
	imap 'a SELECT INBOX' "b SEARCH ${deep}ALL" "c SEARCH ${ors}SEEN" \
	    "d SEARCH $(printf '(%.0s' {1..5000})" 'e LOGOUT'
	answered 'a OK*' 'b BAD*' 'c OK*' 'd BAD*' 'e OK*'
}

@test "sets of 100 KB, patterns of 500 wildcards" {
	message one
	sets=$(printf '1:*,%.0s' {1..20000})1
	stars=$(printf '*%%%.0s' {1..500})
	imap 'a SELECT INBOX' "b FETCH $sets (UID)" "c UID FETCH $sets (UID)" \
	    "d LIST \"\" $stars" "e LIST \"\" ${stars}x" \
	    "f NOOP $(printf 'x%.0s' {1..300000})" 'g LOGOUT'
	answered '\* 1 FETCH (UID 1)' 'b OK*' '\* 1 FETCH (UID 1)' 'c OK*' \
	    '\* LIST * INBOX' 'd OK*' 'e OK*' '\* BAD*' 'g OK*'
}

@test "an APPEND that breaks off leaves nothing" {
	run -0 "$BIN/imapd" "$bob" < <(
		printf 'a APPEND INBOX {1000000+}\r\nSubject: x\r\n')
	imap 'a STATUS INBOX (MESSAGES UIDNEXT)' 'b LOGOUT'
	answered '\* STATUS INBOX (MESSAGES 0 *' 'b OK*'
	[ -z "$(find "$bob" -type f -size +0 -path '*/[cnt][ume][rwp]/*')" ]
}

@test "a full disk: NO, and nothing of it to be seen" {
	is_root || skip 'needs root for a small file system'
	mount -t tmpfs -o size=512k none "$bob" || skip 'no tmpfs here'
	mkdir -p "$bob"/{cur,new,tmp}
	message one "$(head -c 100000 /dev/zero | tr '\0' x)"
	run -0 "$BIN/imapd" "$bob" < <(
		printf 'a APPEND INBOX {1000000+}\r\n'
		head -c 1000000 /dev/zero | tr '\0' x
		printf '\r\nb STATUS INBOX (MESSAGES)\r\nc LOGOUT\r\n')
	umount -l "$bob"
	answered 'a NO [[]OVERQUOTA] *' '\* STATUS INBOX (MESSAGES 1)' 'c OK*'
}

@test "another session expunges: no number changes in the middle of work" {
	for i in 1 2 3; do message "$i"; done
	coproc S { exec "$BIN/imapd" "$bob" 2>/dev/null; }
	say "${S[1]}" 'a SELECT INBOX'
	timeout 60 grep -q '^a OK' <&"${S[0]}"
	imap 'a SELECT INBOX' 'b STORE 1 +FLAGS (\Deleted)' 'c EXPUNGE' \
	    'd STORE 2 +FLAGS (\Flagged)' 'e LOGOUT'
	say "${S[1]}" 'b FETCH 3 (FLAGS)'
	hear "${S[0]}" '\* 3 FETCH (FLAGS (*))'
	hear "${S[0]}" '\* 3 FETCH (UID 3 FLAGS (\\Flagged*))'
	hear "${S[0]}" 'b OK*'
	say "${S[1]}" 'c FETCH 1 BODY[]'
	hear "${S[0]}" 'c NO [[]EXPUNGEISSUED]*'
	say "${S[1]}" 'd NOOP'
	hear "${S[0]}" '\* 1 EXPUNGE'
	hear "${S[0]}" 'd OK*'
	say "${S[1]}" 'e LOGOUT'
}

@test "the answer to STORE does not wait for the look at the mailbox" {
	for i in 1 2; do message "$i"; done
	coproc S { exec "$BIN/imapd" "$bob" 2>/dev/null; }
	say "${S[1]}" 'a SELECT INBOX'
	timeout 60 grep -q '^a OK' <&"${S[0]}"
	message 3
	say "${S[1]}" 'b STORE 1 +FLAGS (\Flagged)'
	hear "${S[0]}" '\* 1 FETCH (FLAGS (\\Flagged*))'
	hear "${S[0]}" 'b OK*'
	hear "${S[0]}" '\* 3 EXISTS'
	hear "${S[0]}" '\* * RECENT'
	say "${S[1]}" 'c LOGOUT'
}

@test "the selected mailbox is renamed, by the client and by another" {
	imap 'a CREATE A' 'b APPEND A {1+}' 'x' 'c SELECT A' 'd RENAME A B.C' \
	    'e RENAME B Z' 'f STATUS A (MESSAGES)' 'g STATUS Z.C (MESSAGES)' \
	    'h CREATE A' 'i STATUS A (MESSAGES)' 'j DELETE A' \
	    'k FETCH 1 BODY[]' 'l LOGOUT'
	answered 'e OK*' 'f NO [[]NONEXISTENT]*' \
	    '\* STATUS Z.C (MESSAGES 1)' 'g OK*' 'h OK*' \
	    '\* STATUS A (MESSAGES 0)' 'j OK*' '\* 1 FETCH*' 'k OK*'
	coproc S { exec "$BIN/imapd" "$bob" 2>/dev/null; }
	say "${S[1]}" 'a SELECT Z.C'
	timeout 60 grep -q '^a OK' <&"${S[0]}"
	imap 'a RENAME Z.C Y' 'b CREATE Z.C' 'c LOGOUT'
	answered 'b OK*'
	say "${S[1]}" 'b STATUS Z.C (MESSAGES)'
	hear "${S[0]}" '\* STATUS Z.C (MESSAGES 0)'
	hear "${S[0]}" 'b OK*'
	say "${S[1]}" 'c DELETE Z.C'
	hear "${S[0]}" 'c OK*'
	say "${S[1]}" 'd FETCH 1 UID'
	hear "${S[0]}" '\* 1 FETCH (UID 1)'
	hear "${S[0]}" 'd OK*'
	say "${S[1]}" 'e DELETE Y'
	hear "${S[0]}" '\* OK [[]CLOSED]*'
	hear "${S[0]}" 'e OK*'
	say "${S[1]}" 'f LOGOUT'
}

@test "IDLE tells of mail within a second" {
	coproc S { exec "$BIN/imapd" "$bob" 2>/dev/null; }
	say "${S[1]}" 'a SELECT INBOX'
	timeout 60 grep -q '^a OK' <&"${S[0]}"
	say "${S[1]}" 'b IDLE'
	hear "${S[0]}" '+ *'
	# The machine may be busy for a moment, but not each time.
	for _ in {1..5}; do
		began=${EPOCHREALTIME/./}
		message one
		hear "${S[0]}" '\* 1 EXISTS'
		hear "${S[0]}" '\* * RECENT'
		rm "$bob/cur/one"*
		hear "${S[0]}" '\* 1 EXPUNGE'
		took=$((${EPOCHREALTIME/./} - began))
		[ "$took" -ge 1000000 ] || break
	done
	[ "$took" -lt 1000000 ]
	say "${S[1]}" 'DONE'
	hear "${S[0]}" 'b OK*'
	say "${S[1]}" 'c LOGOUT'
}

@test "mbsync: there and back, and the second time nothing changes" {
	command -v mbsync || skip 'no mbsync here'
	for i in {1..50}; do message "$i" "text $i"; done
	imap 'a CREATE Work.Sub' 'b SELECT INBOX' 'c COPY 1:9 Work.Sub' \
	    'd LOGOUT'
	mkdir -p local/INBOX/{cur,new,tmp}
	printf 'Subject: from the client\n\nhello\n' >local/INBOX/new/1.x.y
	cat >mbsyncrc <<-END
		IMAPAccount here
		Host localhost
		User bob
		Tunnel "$BIN/imapd $PWD/$bob"

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
	timeout 60 mbsync -q -c mbsyncrc all
	grep -rq 'from the client' "$bob/cur" "$bob/new"
	[ "$(find local -path '*/Work/Sub/*' -name '*:2,*' -o \
	    -path '*/Work.Sub/*' -name '*:2,*' | wc -l)" = 9 ]
	find "$bob" local -type f -path '*/[cn][ue][rw]/*' | sort >before
	timeout 60 mbsync -q -c mbsyncrc all
	find "$bob" local -type f -path '*/[cn][ue][rw]/*' | sort | cmp - before
}

@test "eight clients with random commands in one mailbox agree" {
	timeout 120 "$ROOT/tests/lib/imap-stress" -c 8 \
	    -t "${STRESS_SECONDS:-5}" "$BIN/imapd" "$bob"
}

@test "the cache: the same answers with it, without it, and when it is bad" {
	for i in {1..30}; do message "$i"; done
	cp "$ROOT/tests/transcripts/imap/parts.eml" "$bob/cur/99:2,"
	ask=('a SELECT INBOX' 'b FETCH 1:* (ENVELOPE BODY BODYSTRUCTURE)'
	    'c FETCH 1:* (BODYSTRUCTURE ENVELOPE)' 'd LOGOUT')
	imap "${ask[@]}"
	first=$(grep FETCH <<<"$output")
	[ "$(grep -c . <<<"$first")" = 62 ]
	[ -s "$bob/labnet.cache" ]
	imap "${ask[@]}"
	[ "$(grep FETCH <<<"$output")" = "$first" ]
	size=$(stat -c %s "$bob/labnet.cache")
	for at in 3 9 17 22 30 50 500 $((size - 3)); do
		cp "$bob/labnet.cache" keep
		printf '\377\377' |
		    dd of="$bob/labnet.cache" bs=1 seek="$at" conv=notrunc \
		    status=none
		imap "${ask[@]}"
		[ "$(grep FETCH <<<"$output")" = "$first" ]
		cp keep "$bob/labnet.cache"
		truncate -s "$at" "$bob/labnet.cache"
		imap "${ask[@]}"
		[ "$(grep FETCH <<<"$output")" = "$first" ]
		cp keep "$bob/labnet.cache"
	done
	rm "$bob/labnet.cache"
	imap "${ask[@]}"
	[ "$(grep FETCH <<<"$output")" = "$first" ]
}

@test "literals of impossible sizes: BAD, and nothing is allocated (M1)" {
	for n in 4294967295 18446744073709551616 -1 '5' 5x 99999999999999999999; do
		brace='}'
		[ "$n" != 5 ] || brace=
		run -0 timeout 60 "$BIN/imapd" "$bob" < <(
			printf 'a SELECT {%s%s\r\nb NOOP\r\n' "$n" "$brace")
		answered 'a BAD*' 'b OK*'
		run -0 timeout 60 "$BIN/imapd" "$bob" < <(
			printf 'a APPEND INBOX {%s+%s\r\n' \
			    "${n/4294967295/9999999999}" "$brace"
			printf 'b NOOP\r\n')
		answered '[a\*] B[AY][DE]*'
	done
}

@test "NUL in quoted strings, atoms, literals and messages (M3)" {
	printf 'Sub\0ject: x\nTo: a\0b@c\nSubject: y\0z\n\nte\0xt\n' \
	    >"$bob/cur/1:2,"
	run -0 timeout 60 "$BIN/imapd" "$bob" < <(
		printf 'a SELECT "IN\0BOX"\r\nb SEL\0ECT INBOX\r\n'
		printf 'c SELECT {5+}\r\nIN\0BO\r\nd SELECT INBOX\r\n'
		printf 'e SEARCH TEXT "te\0xt"\r\nf FETCH 1 (ENVELOPE '
		printf 'BODYSTRUCTURE RFC822.SIZE BODY.PEEK[])\r\n')
	answered '[*a] BAD*' '[*b] BAD*' 'c BAD*' 'd OK*' '[*e] BAD*' \
	    '\* 1 FETCH*' 'f OK*'
}

@test "a client that never reads: memory stays small (M10)" {
	not_sanitized 'memory of their own'
	local anon

	message one
	truncate -s 2G "$bob/cur/one:2,"
	never_read $'a SELECT INBOX\r\nb FETCH 1 BODY.PEEK[]\r\n' \
	    "$BIN/imapd" "$bob"
	[ "$anon" -lt 1024 ]
}

@test "the disk fails in a message: NO, and the next is whole" {
	not_sanitized 'a tracer'
	need strace
	strace -o /dev/null true 2>/dev/null || skip 'tracing is not allowed'
	message 1.one
	message 2.two
	# What was read is the whole of it, as only the next read would say.
	run -0 timeout 60 strace -qq -o /dev/null -P "$bob/cur/1.one:2," \
	    -e trace=pread64 -e inject=pread64:error=EIO:when=2 \
	    "$BIN/imapd" "$bob" < <(printf '%s\r\n' 'a SELECT INBOX' \
	    'b FETCH 1 BODY[]' 'c FETCH 2 BODY[TEXT]' 'd FETCH 1 BODY[TEXT]')
	answered 'b NO *' '\* 2 FETCH (*BODY\[TEXT\] {6}' 'c OK*' \
	    '\* 1 FETCH (*BODY\[TEXT\] {6}' 'd OK*'
	[[ $output != *'1 FETCH (BODY[] '* ]]
}

# Reading a directory in which files are renamed passes some of them over.
@test "while another session flags thousands, nothing is told as gone" {
	python3 - "$BIN/imapd" "$bob" <<-'END'
		import subprocess, sys
		for i in range(10000):
		    name = f"{1700000000 + i}.M{i}.h,S=8,W=11:2,"
		    with open(f"{sys.argv[2]}/cur/{name}", "w") as f:
		        f.write("a: b\n\nc\n")
		class Session:
		    def __init__(self):
		        self.p = subprocess.Popen(sys.argv[1:], bufsize=0,
		            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
		    def say(self, line):
		        self.p.stdin.write(b"a " + line + b"\r\n")
		    def hear(self):
		        said = b"\n"
		        while b"\na OK" not in said[-200:]:
		            more = self.p.stdout.read(1 << 20)
		            assert more, said[-200:]
		            said += more
		        return said
		    def ask(self, line):
		        self.say(line)
		        return self.hear()
		one, other = Session(), Session()
		for s in one, other:
		    assert b"* 10000 EXISTS" in s.ask(b"SELECT INBOX")
		for sign in b"+-+":
		    other.say(b"STORE 1:* %cFLAGS.SILENT (\\Flagged)" % sign)
		    said = one.ask(b"NOOP")
		    other.hear()
		    assert b"EXPUNGE" not in said and b"EXISTS" not in said
		said = one.ask(b"UID SEARCH RETURN (COUNT MAX) ALL")
		assert b"EXPUNGE" not in said, said[:1000]
		assert b'* ESEARCH (TAG "a") UID MAX 10000 COUNT 10000' in said
		for s in one, other:
		    s.p.stdin.close()
		    assert s.p.wait() == 0
	END
}

@test "200 sessions in IDLE are all told of mail, most without inotify (M13)" {
	few_watchers 20 true || skip 'no user namespaces here'
	few_watchers 20 python3 - "$BIN/imapd" "$bob" <<-'END'
		import os, subprocess, sys, time
		idle = []
		for i in range(200):
		    p = subprocess.Popen(sys.argv[1:3], stdin=subprocess.PIPE,
		                         stdout=subprocess.PIPE)
		    p.stdin.write(b"a SELECT INBOX\r\nb IDLE\r\n")
		    p.stdin.flush()
		    idle.append(p)
		for p in idle:
		    while not p.stdout.readline().startswith(b"+"):
		        pass
		with open(sys.argv[2] + "/tmp/1", "w") as f:
		    f.write("Subject: x\n\nx\n")
		os.rename(sys.argv[2] + "/tmp/1", sys.argv[2] + "/new/1")
		start = time.monotonic()
		for p in idle:
		    assert p.stdout.readline() == b"* 1 EXISTS\r\n"
		print("told within", time.monotonic() - start)
		assert time.monotonic() - start < 20
		for p in idle:
		    p.stdin.write(b"DONE\r\nc LOGOUT\r\n")
		    p.stdin.close()
		    p.stdout.read()
		    assert p.wait(10) == 0
	END
}

@test "COPY and MOVE onto a full disk: all or none (M15)" {
	is_root || skip 'needs root for a small file system'
	mount -t tmpfs -o size=400k none "$bob" || skip 'no tmpfs here'
	mkdir -p "$bob"/{cur,new,tmp}
	for i in {1..40}; do message "$i"; done
	imap 'a CREATE Work' 'b SELECT INBOX' 'c LOGOUT'
	dd if=/dev/zero of="$bob/tmp/full" bs=1k 2>/dev/null || :
	imap 'a SELECT INBOX' 'b COPY 1:40 Work' 'c MOVE 1:20 Work' \
	    'd SEARCH ALL' 'e LOGOUT'
	said=$output
	rm "$bob/tmp/full"
	imap 'a STATUS Work (MESSAGES)' 'b STATUS INBOX (MESSAGES)' 'c LOGOUT'
	umount -l "$bob"
	echo "$said"
	answered '\* STATUS Work (MESSAGES 0)' '\* STATUS INBOX (MESSAGES 40)' \
	    'c OK*'
	output=$said
	mapfile -t lines <<<"$said"
	answered 'b NO [[]OVERQUOTA]*' 'c NO [[]OVERQUOTA]*' 'e OK*'
}

@test "UIDs that no disk keeps: UIDNOTSTICKY (M17)" {
	is_root || skip 'needs root for a small file system'
	mount -t tmpfs -o size=100k none "$bob" || skip 'no tmpfs here'
	mkdir -p "$bob"/{cur,new,tmp}
	for i in {1..5}; do message "$i"; done
	dd if=/dev/zero of="$bob/tmp/full" bs=1k 2>/dev/null || :
	imap 'a SELECT INBOX' 'b FETCH 1:* (UID BODY.PEEK[TEXT])' 'c LOGOUT'
	umount -l "$bob"
	answered '\* 5 EXISTS' '\* NO [[]UIDNOTSTICKY]*' 'a OK*' 'b OK*'
}

# With MAILDIR_FILES=1000000 it takes a minute, and 100 MB.
@test "a maildir of many files: bounded memory, opens in seconds (M22)" {
	not_sanitized 'memory of their own'
	files=${MAILDIR_FILES:-50000}
	seq "$files" | sed "s|.*|$bob/cur/1700&.M&.h,S=10,W=12:2,S|" |
	    xargs touch
	printf 'a SELECT INBOX\r\nb FETCH %s (UID)\r\nc LOGOUT\r\n' "$files" \
	    >commands
	# Seconds of the processor's: others have it, too, and the disk.
	TIMEFORMAT='%U %S'
	{ time (ulimit -v $((16384 + files / 8)) &&
	    timeout 150 "$BIN/imapd" "$bob" <commands 2>>"$log") >said; } 2>cpu
	cat cpu
	[ "$(awk '{ print int($1 + $2) }' cpu)" -lt $((10 + files / 10000)) ]
	grep -q "^\* $files FETCH (UID $files)" said
}
