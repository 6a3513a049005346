#!/usr/bin/env bats
#
# pop3d and what lies in the maildir: sizes that lie, quota, very many files.

bats_require_minimum_version 1.5.0

load lib/maildrop

setup() {
	maildrop
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	cat poplog || :			# shown only if the test failed
}

# Fifty and more, so that labnet.index is written as well.
@test "a size in the name that is not so: right once it was read" {
	local i

	for i in {10..70}; do
		letter 100 >"$box/cur/$i.h,S=96,W=100:2,S"
	done
	printf 'a: b\n\nlonger than its name says\n' \
	    >"$box/cur/80.h,S=20,W=22:2,S"
	printf 'a: b\n\nno end' >"$box/cur/81.h,S=12,W=14:2,S"
	letter 100 >"$box/cur/82.h,S=96,W=9:2,S"	# less than S cannot be
	letter 100 >"$box/cur/83.h,S=96,W=500:2,S"	# nor more than twice
	touch -d '1 hour ago' "$box/cur" "$box/new"
	pop 'LIST 62' 'RETR 62' 'LIST 62' 'RETR 63' 'LIST 63' QUIT >said
	[ "$(sed -n 2p said)" = '+OK 62 22' ]
	grep -qx '+OK 62 35' said
	grep -qx '+OK 63 16' said
	for i in 1 2; do
		pop 'LIST 62' 'LIST 63' 'LIST 64' 'LIST 65' 'LIST 1' QUIT |
		    sed '1d;$d' >said
		diff said <(printf '+OK %s\n' '62 35' '63 16' '64 100' \
		    '65 100' '1 100')
	done
}

@test "quota: what QUIT removes is taken off" {
	message 1.alice 120
	message 2.alice 200
	printf '%s\n' 1000S,5C '314 2' >"$box/maildirsize"
	pop 'DELE 1' RSET QUIT
	[ "$(tail -n 1 "$box/maildirsize")" = '314 2' ]
	pop 'DELE 1' QUIT
	[ "$(tail -n 1 "$box/maildirsize")" = '-117 -1' ]
	# Deleted twice, by two sessions: counted once.
	pop 'DELE 1' QUIT
	[ "$(tail -n 1 "$box/maildirsize")" = '-197 -1' ]
	pop QUIT
	[ "$(wc -l <"$box/maildirsize")" = 4 ]
}

# M22, with a tenth of its files: memory grows with their number, and by little.
@test "100,000 messages: a session below 16 MB" {
	not_sanitized 'memory of its own'
	python3 - "$box/cur" "$BIN/pop3d" "$box" <<-'EOF'
		import os, re, subprocess, sys
		os.chdir(sys.argv[1])
		for i in range(100000):
		    os.close(os.open(f"{1700000000 + i}.M{i}P1Q{i}.hamburger,"
		                     "S=4021,W=4102:2,S", os.O_CREAT))
		def ask(p, *lines):
		    p.stdin.write(b"".join(lines))
		    p.stdin.flush()
		    return p.stdout.readline()
		def peak(p):
		    with open(f"/proc/{p.pid}/status") as f:
		        found = re.search(r"VmHWM:\s+(\d+)", f.read())
		    return int(found.group(1))
		for session in range(3):
		    p = subprocess.Popen(sys.argv[2:], stdin=subprocess.PIPE,
		                         stdout=subprocess.PIPE)
		    assert p.stdout.readline().startswith(b"+OK")
		    assert ask(p, b"STAT\r\n") == b"+OK 100000 410200000\r\n"
		    ask(p, b"UIDL\r\n")
		    while (line := p.stdout.readline()) != b".\r\n":
		        last = line
		    assert last.startswith(b"100000 000186a0"), last
		    kib = peak(p)
		    print(session, kib, "KiB")
		    assert kib < 16 * 1024, kib
		    assert ask(p, b"QUIT\r\n").startswith(b"+OK")
		    p.stdin.close()
		    p.wait()
	EOF
}

@test "bodies of any octets: each line end CR LF, dots stuffed, sizes right" {
	LOGIN_TAG=UTF8 python3 - "$BIN/pop3d" "$box" <<-'EOF'
		import random, re, subprocess, sys
		rand, texts = random.Random(5), []
		pieces = [b"\n", b"\r\n", b".", b"\n.", b"\r", b"x", b"ab" * 40,
		          b"\0", b"y" * 997, b"\r\r\n", b"\xff"]
		for i in range(200):
		    size = rand.choice([0, 1, 2, 5, 40, 400, 9000, 70000])
		    text = rand.choice([b"a: b\n", b""])
		    while len(text) < size:
		        text += rand.choice(pieces)
		    texts.append(text)
		    with open(f"{sys.argv[2]}/cur/{1000 + i}.h:2,S", "wb") as f:
		        f.write(text)
		ask = b"".join(b"RETR %d\r\n" % (i + 1) for i in range(200))
		got = subprocess.run(sys.argv[1:], input=ask + b"QUIT\r\n",
		                     stdout=subprocess.PIPE).stdout
		got = got[got.index(b"\n") + 1:]
		for i, text in enumerate(texts):
		    wire = re.sub(rb"(?<!\r)\n", b"\r\n", text)
		    if wire and not wire.endswith(b"\n"):
		        wire += b"\r\n"
		    stuffed = re.sub(rb"^\.", b"..", wire, flags=re.M)
		    whole = b"+OK %d octets\r\n%s.\r\n" % (len(wire), stuffed)
		    assert got.startswith(whole), (i, got[:60], whole[:60])
		    got = got[len(whole):]
	EOF
}

# A file that takes long to open stands for a disk.
@test "a slow disk: the next messages are fetched, each once; not out of turn" {
	not_sanitized 'a tracer'
	command -v strace >/dev/null || skip 'strace is not installed'
	strace -o /dev/null true 2>/dev/null || skip 'tracing is not allowed'
	local i

	for i in {10..70}; do
		letter 100 >"$box/cur/$i.h,S=96,W=100:2,S"
	done
	slow=(strace -f -o calls -e 'trace=openat,fadvise64'
	    -e inject=openat:delay_exit=300)
	printf 'RETR %d\r\n' {1..61} | "${slow[@]}" "$BIN/pop3d" "$box" >said
	[ "$(grep -c 'fadvise64.* = 0$' calls)" = 60 ]
	[ "$(grep -o '"[0-9]*.h,S=.*"' calls | sort | uniq -c |
	    awk '{ print $1 }' | sort -u | tr '\n' ' ')" = '1 2 ' ]
	[ "$(grep -c '^+OK 100 octets' said)" = 61 ]
	printf 'RETR %d\r\n' 61 9 30 2 17 | "${slow[@]}" "$BIN/pop3d" "$box" |
	    grep -c '^+OK 100 octets' | grep -qx 5
	run ! grep -q fadvise64 calls
}
