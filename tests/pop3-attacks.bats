#!/usr/bin/env bats
#
# POP3 and the store against clients and neighbours that mean ill.

bats_require_minimum_version 1.5.0

load lib/labnet
load lib/maildrop

setup() {
	maildrop
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	inetd_stop || :
	cat poplog "${log:-/dev/null}" 2>/dev/null || :
}

@test "each command in each state, with all kinds of arguments: one reply" {
	python3 - "$BIN/pop3d" "$box" <<-'EOF'
		import subprocess, sys
		ok, err, many = b"+OK", b"-ERR", b"+OK..."
		def run(argv, *dialogue):
		    """Each line gets the reply that is due, and no more."""
		    for name in "1.a:2,", "2.a:2,S":
		        with open(f"{sys.argv[2]}/cur/{name}", "w") as f:
		            f.write("a: b\n\nc\n")
		    p = subprocess.run(
		        argv, input=b"".join(d[0] + b"\r\n" for d in dialogue),
		        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
		    lines = p.stdout.split(b"\r\n")
		    assert lines.pop() == b"" and p.returncode == 0, p
		    assert lines.pop(0).startswith(ok), p
		    for ask, due in dialogue:
		        said = lines.pop(0)
		        assert len(said) <= 510, (ask, said)
		        word = due.rstrip(b".") + b" "
		        assert said.startswith(word), (ask, said)
		        while due is many and lines.pop(0) != b".":
		            pass
		    assert lines == [], lines
		login, session = sys.argv[1:2], sys.argv[1:3]
		verbs = {b"STAT", b"LIST", b"UIDL", b"RETR", b"TOP", b"DELE",
		         b"NOOP", b"RSET", b"CAPA", b"QUIT", b"USER", b"PASS",
		         b"AUTH", b"STLS", b"UTF8", b"LANG", b"APOP", b"XTND"}
		args = [b"", b" ", b" 1", b" 1 1", b" 3", b" 0", b" x", b" 1 x",
		        b" 1 1 1", b" \xff\xfe", b" " + b"9" * 200, b" %s%n",
		        b"\t1", b" 1\t1", b" +1", b" 1 ", b" 01", b" bob \0"]
		nothing = (b"", b" ")
		one = (b" 1", b" 1 ", b" 01")
		fine = {		# in the session
		    b"STAT": nothing, b"NOOP": nothing, b"RSET": nothing,
		    b"CAPA": nothing, b"QUIT": nothing,
		    b"LIST": nothing + one, b"UIDL": nothing + one,
		    b"RETR": one, b"DELE": one, b"TOP": (b" 1 1",),
		    b"LANG": nothing}
		long = {b"CAPA": nothing, b"LANG": nothing, b"LIST": nothing,
		        b"UIDL": nothing, b"RETR": one, b"TOP": (b" 1 1",)}
		named_long = dict.fromkeys((b"CAPA", b"LANG", b"AUTH"), nothing)
		def play(argv, verb, good, many_of, *before):
		    dialogue = list(before)
		    for arg in args:
		        due = err if arg not in good.get(verb, ()) else \
		            many if arg in many_of.get(verb, ()) else ok
		        if verb == b"QUIT" and due is ok:
		            run(argv, *before, (b"quit" + arg, ok))
		            continue
		        dialogue.append((verb + arg, due))
		        if argv is session:
		            dialogue.append((b"rset", ok))
		    run(argv, *dialogue, (b"QUIT", ok))
		for verb in verbs:
		    play(session, verb, fine, long)
		known = [arg for arg in args[2:]
		         if arg[:1] == b" " and b"\0" not in arg]
		named = {b"USER": known, b"CAPA": nothing, b"UTF8": nothing,
		         b"LANG": nothing, b"AUTH": nothing, b"QUIT": nothing}
		for verb in verbs - {b"PASS"}:
		    play(login, verb, named, named_long)
		    play(login, verb, named, named_long, (b"USER bob", ok))
		run(login, (b"PASS x", err), (b"QUIT", ok))
	EOF
}

# The client's octets in two pieces, cut at each place in turn.
@test "a session in two pieces is one session, login included" {
	whole_site
	whole_start
	mail_to bob 'Subject: x' '' '..' 'text'
	python3 - "$(port pop3d)" <<-'EOF'
		import re, socket, sys
		ask = (b"UTF8\r\nUSER bob\r\nPASS hungry\r\nSTAT\r\nRETR 1\r\n"
		       b"UIDL 1\r\nRSET\r\nQUIT\r\n")
		def session(*pieces):
		    with socket.create_connection(
		            ("127.0.0.1", int(sys.argv[1]))) as s:
		        said = s.recv(4096)
		        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
		        for piece in pieces:
		            s.sendall(piece)
		        s.shutdown(socket.SHUT_WR)
		        while got := s.recv(65536):
		            said += got
		        return said
		whole = session(ask)
		assert whole.count(b"+OK") == 9, whole
		for i in range(1, len(ask)):
		    assert session(ask[:i], ask[i:]) == whole, (i, whole)
	EOF
}

@test "messages that go, shrink, grow, or become something else meanwhile" {
	local n from to

	for n in 1 2 3 4 5 6 7; do
		letter 3000 >"$box/cur/$n.a,S=2996,W=3000:2,"
	done
	coproc "$BIN/pop3d" "$box" 2>>poplog
	exec {from}<&"${COPROC[0]}" {to}>&"${COPROC[1]}"
	hear "$from" '+OK *'
	say "$to" STAT;		hear "$from" '+OK 7 21000'
	cd "$box/cur"
	rm 1.a*
	rm 2.a*; mkdir '2.a,S=2996,W=3000:2,'
	rm 3.a*; ln -s 7.a* '3.a,S=2996,W=3000:2,'
	rm 4.a*; mkfifo '4.a,S=2996,W=3000:2,'
	truncate -s 50 5.a*
	printf 'more\n' >>6.a*
	mv 7.a* ../new/7.a,S=2996,W=3000
	cd "$BATS_TEST_TMPDIR"
	# Not yet looked at: a directory, a link, a FIFO in a message's place.
	for n in 2 3; do
		say "$to" "RETR $n";	hear "$from" '-ERR [[]SYS/TEMP] *'
		say "$to" "TOP $n 1";	hear "$from" '-ERR [[]SYS/TEMP] *'
	done
	for n in 4 5 6; do
		say "$to" "RETR $n";	hear "$from" '+OK *'
		until_dot "$from"
	done
	say "$to" 'RETR 1';		hear "$from" '-ERR *removed*'
	say "$to" 'RETR 2';		hear "$from" '-ERR *removed*'
	say "$to" 'RETR 7';		hear "$from" '+OK *'
	until_dot "$from"
	for n in 1 2 3 4 5 6 7; do
		say "$to" "DELE $n";	hear "$from" '+OK *'
	done
	say "$to" QUIT;			hear "$from" '+OK *'
	[ "$(cd "$box"; find cur new -mindepth 1 | sort | cut -c-5)" = \
	    $'cur/2\ncur/3\ncur/4' ]
}

# until_dot FD: read on until a reply is over.
until_dot() {
	local line

	while IFS= read -r -t "$DEADLINE" line <&"$1"; do
		[ "$line" != $'.\r' ] || return 0
	done
	return 1
}

@test "file names with odd ends: each is one message, and stays the same" {
	python3 - "$BIN/pop3d" "$box" <<-'EOF'
		import os, subprocess, sys
		box = os.fsencode(sys.argv[2])
		names = [b"01:2", b"02:", b"03:2,", b"04:2,S:2,R", b"05:1,S",
		         b"06:2,SSF", b"07:2,\xff", b"08,S=,W=:2,",
		         b"09,S=5:2,",
		         b"10,S=17,S=3:2,", b"11 a b:2,", b"12\xc3\xa9:2,S",
		         b"13:2,S,foo", b"14:2,FPRSTabz", b"15:2,zS",
		         b"16,S=99999999999999999999:2,", b"17,W=-1:2,",
		         b"18;2,S", b"19!2,S", b"20" + b"x" * 250 + b":2,",
		         b"21" + b"y" * 253, b"22,S=17,W=18,U=5:2,D",
		         b"23::2,S"]
		text = b"a: b\n\nlike the name\n"
		wire = text.replace(b"\n", b"\r\n")
		for name in names:
		    with open(box + b"/cur/" + name, "wb") as f:
		        f.write(text + name + b"\n")
		def session(*lines):
		    return subprocess.run(sys.argv[1:], stdout=subprocess.PIPE,
		        input=b"\r\n".join(lines) + b"\r\nQUIT\r\n").stdout
		def bases():
		    return {n.split(b":")[0] for n in os.listdir(box + b"/cur")}
		uidl = session(b"UIDL")
		assert uidl.count(b"\n") == len(names) + 4, uidl
		before = bases()
		for i, name in enumerate(names):
		    said = session(b"RETR %d" % (i + 1))
		    assert b"\r\n" + wire + name + b"\r\n.\r\n" in said, said
		    assert bases() == before, (name, os.listdir(box + b"/cur"))
		assert session(b"UIDL") == uidl
		for i in range(len(names)):
		    session(b"DELE 1")
		    assert len(os.listdir(box + b"/cur")) == len(names) - 1 - i
	EOF
}

@test "300 messages go while mail keeps coming: not looked for one by one" {
	python3 - "$BIN/pop3d" "$box" <<-'EOF'
		import os, subprocess, sys, threading, time
		box, stop = sys.argv[2], threading.Event()
		for i in range(301):
		    with open(f"{box}/cur/{1000 + i}.a:2,", "w") as f:
		        f.write("a: b\n\nc\n")
		def come():
		    while not stop.wait(0.002):
		        os.close(os.open(box + "/new/x", os.O_CREAT))
		        os.unlink(box + "/new/x")
		p = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE,
		                     stdout=subprocess.PIPE)
		assert p.stdout.readline() == b"+OK you has 301 messages\r\n"
		for i in range(300):
		    os.unlink(f"{box}/cur/{1000 + i}.a:2,")
		thread = threading.Thread(target=come)
		thread.start()
		try:
		    start = time.monotonic()
		    said = p.communicate(b"".join(
		        b"DELE %d\r\n" % i for i in range(1, 301)) +
		        b"RETR 301\r\nQUIT\r\n")[0]
		    took = time.monotonic() - start
		finally:
		    stop.set()
		    thread.join()
		assert b"\r\nc\r\n.\r\n+OK goodbye\r\n" in said, said
		assert took < 10, took
	EOF
}

# One name twice, as a careless restore or a crash of another program leaves.
@test "two files with one base: nothing goes that was not deleted" {
	letter 100 >"$box/cur/1.a:2,"
	letter 200 >"$box/cur/1.a:2,S"
	letter 300 >"$box/new/1.a"
	letter 400 >"$box/cur/2.a:2,S"
	pop STAT 'RETR 1' QUIT >said
	pop 'DELE 1' QUIT
	[ "$(find "$box" -name '1.a*' | wc -l)" -ge 1 ]
	[ "$(find "$box" -name '2.a*' | wc -l)" = 1 ]
}

# Each line of the list in turn, wrong in many ways.
@test "a damaged list of UIDs: no message is lost, no UID means another" {
	python3 - "$BIN/pop3d" "$box" <<-'EOF'
		import os, subprocess, sys
		box = sys.argv[2]
		list_ = box + "/dovecot-uidlist"
		for i in range(1, 8):		# each known by its size
		    name = f"{i}.a,S={i + 5},W={i + 6}:2,S"
		    with open(f"{box}/cur/{name}", "w") as f:
		        f.write("a: " + "x" * (i + 1) + "\n")
		def session():
		    said = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE,
		        input=b"LIST\r\nUIDL\r\nQUIT\r\n",
		        stderr=subprocess.DEVNULL).stdout.decode().split("\r\n")
		    assert said[1].startswith("+OK 7 "), said
		    assert len(said) == 21, said
		    return {uidl.split()[1]: size.split()[1]
		            for size, uidl in zip(said[2:9], said[11:18])}
		before = session()
		assert len(before) == 7, before
		with open(list_, "rb") as f:
		    sound = f.read().split(b"\n")
		ways = [lambda l: b"", lambda l: b"\0" * len(l),
		        lambda l: l[:3],
		        lambda l: l + l, lambda l: l[::-1], lambda l: b"9" + l,
		        lambda l: l.replace(b":", b" "), lambda l: b"x" * 70000,
		        lambda l: b"4294967295 :x", lambda l: b"0 :1.a",
		        lambda l: b"5 :5.a,S=6,W=7", lambda l: b"3 V1 N1",
		        lambda l: b"\xff" * 9, lambda l: l + b" S1 W1 :y",
		        lambda l: b"-1" + l, lambda l: l.replace(b" ", b"  ")]
		for n in range(len(sound)):
		    for way in ways:
		        lines = list(sound)
		        lines[n] = way(lines[n])
		        with open(list_ + ".new", "wb") as f:
		            f.write(b"\n".join(lines))
		        os.rename(list_ + ".new", list_)
		        for name in "labnet.index", "labnet.index.new":
		            if os.path.exists(f"{box}/{name}"):
		                os.unlink(f"{box}/{name}")
		        now = session()
		        assert len(now) == 7, (n, lines[n], now)
		        assert session() == now, (n, lines[n], now)
		        for uidl, size in now.items():
		            assert before.get(uidl, size) == size, \
		                (n, lines[n], before, now)
		        # A line that says nothing costs its message alone.
		        if n > 0 and way is ways[0]:
		            assert len(set(now) & set(before)) >= 6, (n, now)
	EOF
}

# faulty FAULT LINE...: a session in which a system call fails; its words and
# its exit status.
faulty() {
	local fault=$1
	shift

	printf '%s\r\n' "$@" | strace -qq -o /dev/null -e trace="${fault%%:*}" \
	    -e inject="$fault" "${only[@]}" "$BIN/pop3d" "$box" 2>>poplog |
	    tr -d '\r' | grep -vE '^(x*|From:.*)$' | tr '\n' ' '
	echo "${PIPESTATUS[1]}"
}

@test "the disk fails: said, nothing lost, nothing called done" {
	not_sanitized 'a tracer'
	command -v strace >/dev/null || skip 'strace is not installed'
	strace -o /dev/null true 2>/dev/null || skip 'tracing is not allowed'
	local n only=()

	message 1.a 100
	[[ $(faulty linkat:error=ETIMEDOUT STAT) = '-ERR [IN-USE] '*' 111' ]]
	[ -e "$box/new/1.a" ]
	[[ $(faulty fsync:error=EIO STAT UIDL QUIT) = \
	    *'+OK 1 100 -ERR [SYS/TEMP] '*'+OK goodbye 0' ]]
	pop UIDL QUIT >ids
	for n in 2 3; do
		letter 90000 >"$box/cur/$n.a,S=89996,W=90000:2,S"
	done
	pop UIDL QUIT >ids
	[[ $(faulty unlinkat:error=EROFS 'DELE 1' QUIT) = \
	    *'-ERR [SYS/TEMP] 1 deleted messages not removed 0' ]]
	[[ $(faulty fsync:error=EIO 'DELE 1' QUIT) = \
	    *'-ERR [SYS/TEMP] 1 deleted messages not removed 0' ]]
	pop UIDL QUIT | grep -cE '^[12] ' | grep -qx 2
	# It cannot be opened; cannot be read; breaks off in the middle, where
	# there is no way to say so but to hang up.
	only=(-P "$box/cur/2.a,S=89996,W=90000:2,S")
	[[ $(faulty read:error=EIO 'RETR 1' 'RETR 2' QUIT) = \
	    *' -ERR [SYS/TEMP] '*'+OK 90000 octets . +OK goodbye 0' ]]
	[[ $(faulty read:error=EIO:when=2 'RETR 1' 'RETR 2' QUIT) = \
	    *' +OK 90000 octets 111' ]]
	# As much as there is was read, but whether that is all is not known.
	[[ $(faulty read:error=EIO:when=3 'RETR 1' 'RETR 2' QUIT) = \
	    *' +OK 90000 octets 111' ]]
	only=()
	[[ $(faulty renameat:error=ENOSPC 'RETR 1' QUIT) = \
	    *' . +OK goodbye 0' ]]
}

@test "the list of unique ids cannot be read: no other ids are made up" {
	not_sanitized 'a tracer'
	command -v strace >/dev/null || skip 'strace is not installed'
	strace -o /dev/null true 2>/dev/null || skip 'tracing is not allowed'
	local i reads only=(-P "$box/dovecot-uidlist")

	echo '3 V7 N401 G0123456789abcdef0123456789abcdef' >"$BATS_TEST_TMPDIR/l"
	for i in {1..400}; do
		letter 60 >"$box/cur/$((1000 + i)).x:2,S"
		printf '%d Pold-%060d :%s.x\n' "$i" "$i" $((1000 + i))
	done >>"$BATS_TEST_TMPDIR/l"
	mv "$BATS_TEST_TMPDIR/l" "$box/dovecot-uidlist"
	touch -d '1 hour ago' "$box/cur" "$box/new"
	pop UIDL QUIT | grep -c '^[0-9]* old-' | grep -qx 400
	strace -qq -o reads "${only[@]}" -e trace=pread64 "$BIN/pop3d" "$box" \
	    <<<QUIT
	reads=$(wc -l <reads)
	[[ $(faulty "pread64:error=EIO:when=$((reads + 1))" UIDL 'UIDL 9' QUIT) = \
	    *' -ERR [SYS/TEMP] '*' +OK 9 old-'*' +OK goodbye 0' ]]
	[[ $(faulty "pread64:error=EIO:when=$((reads + 2))" 'UIDL 400' QUIT) = \
	    *' -ERR [SYS/TEMP] '*' +OK goodbye 0' ]]
	faulty "pread64:error=EIO:when=$((reads + 2))" UIDL QUIT >said
	run ! grep -qE ' [0-9a-f]{16} | \. ' said
	grep -q ' old-.* 111$' said
}

@test "a clock that was set back: mail comes, goes, and keeps its ids" {
	message 1.alice 120
	message 2.alice 200
	pop UIDL QUIT | sed -n '3,4s/^[0-9]* //p' >ids
	touch -d '1 day' "$box/cur" "$box/new" "$box/dovecot-uidlist" \
	    "$box/dovecot-uidvalidity"*
	pop UIDL QUIT | sed -n '3,4s/^[0-9]* //p' | diff ids -
	message 3.alice 100
	touch -d '1 day' "$box/cur" "$box/new"
	pop 'DELE 1' QUIT
	touch -d '1 day' "$box/cur"
	pop UIDL QUIT | sed -n '3,4s/^[0-9]* //p' >again
	[ "$(sed -n 2p ids)" = "$(sed -n 1p again)" ]
	run ! grep -qxF "$(sed -n 2p again)" ids
	# A new list must have a UIDVALIDITY above the last one given.
	rm "$box/dovecot-uidlist"
	touch -d '1 day' "$box/dovecot-uidvalidity"*
	pop UIDL QUIT | sed -n '3,4s/^[0-9]* //p' >anew
	[ "$(cat ids again anew | sort | uniq -d | wc -l)" = 1 ]
}

@test "a client that never reads: memory stays small (M10)" {
	not_sanitized 'memory of its own'
	local anon

	printf 'a: b\n\n' >"$box/cur/1.a:2,"
	truncate -s 2G "$box/cur/1.a:2,"
	never_read $'TOP 1 999999\r\n' "$BIN/pop3d" "$box"
	[ "$anon" -lt 1024 ]
}

@test "strangers that hang about: so many a source, the next is told (M13)" {
	local a b c d

	whole_site
	sed -i '/pop3d$/s/per-source=20/per-source=2/' "$site/etc/services.conf"
	whole_start
	dial a pop3d;	hear "$a" '+OK *'
	dial b pop3d;	hear "$b" '+OK *'
	dial c pop3d;	hear "$c" '-ERR [[]SYS/TEMP] Not now*';	gone "$c"
	# Who has logged in makes room.
	say "$b" "AUTH PLAIN $(printf '\0bob\0hungry' | base64)"
	hear "$b" '+OK *'
	logged 'pop3d.*exit 0'
	dial d pop3d;	hear "$d" '+OK *'
	say "$b" STAT;	hear "$b" '+OK 0 0'
}
