#!/usr/bin/env bats
#
# FTP clients as people have them; each that is not installed is left out.

bats_require_minimum_version 1.5.0

load lib/labnet
load lib/ftp

setup() {
	whole_site
	ftp_port
	echo 'umask 022' >"$site/etc/ftpd.conf"
	whole_start
	up=$BATS_TEST_TMPDIR/up
	down=$BATS_TEST_TMPDIR/down
	export HOME=$BATS_TEST_TMPDIR
	mkdir "$up" "$down"
	port=$(port ftpd)
}

teardown() {
	inetd_stop || :
	tail -n 20 "$log" 2>/dev/null || :	# shown only if the test failed
}

# tree N: files of all sizes with awkward names beneath $up.
tree() {
	python3 - "$up" "$1" <<'PY'
import os, random, sys
top, n = sys.argv[1], int(sys.argv[2])
random.seed(959)
awkward = ["a b", "-dash", "quo\"te", "per%20cent", "\u00e9t\u00e9", "hash#",
           "semi;colon", "back\\slash", "star*", "qu?estion", "[x]", "~tilde",
           "dollar$", "amp&", "'tick'", ".hidden", "equals=", "{x}", "plus+"]
for i in range(n):
    folder = os.path.join(top, "d%d" % (i % 10), "sub %d" % (i % 7))
    os.makedirs(folder, exist_ok=True)
    name = "%s%d" % (awkward[i % len(awkward)], i)
    with open(os.path.join(folder, name), "wb") as f:
        f.write(random.randbytes(random.choice((0, 1, 100, 5000))))
PY
}

@test "lftp mirrors a tree of awkward names up and down, in parallel" {
	need lftp
	tree 1000
	timeout 300 lftp -u bob,hungry "ftp://127.0.0.1:$port" -e \
	    "set ftp:use-allo yes; set cmd:fail-exit yes;
	    mirror -R -P 4 $up tree; mirror -P 4 tree $down; bye"
	diff -r "$up" "$down"
	is_root || return 0
	diff -r "$up" "$site/spool/home/bob/tree"
}

@test "lftp goes on with a file that was broken off" {
	need lftp
	head -c 500000 /dev/urandom >"$up/f"
	head -c 200000 "$up/f" >"$down/f"
	timeout 60 lftp -u bob,hungry "ftp://127.0.0.1:$port" -e \
	    "set cmd:fail-exit yes; put $up/f; get -c f -o $down/f;
	    put -c $up/f; rm f; bye"
	cmp "$up/f" "$down/f"
}

@test "curl: store, resume, list, delete, make, rename, passive and active" {
	head -c 500000 /dev/urandom >"$up/f"
	head -c 200000 "$up/f" >"$up/part"
	url=ftp://bob:hungry@127.0.0.1:$port
	curl -sS -T "$up/part" "$url/f"
	curl -sS -C - -T "$up/f" "$url/f"
	curl -sS "$url/f" | cmp - "$up/f"
	head -c 100 "$up/f" >"$down/f"
	curl -sS -C - -o "$down/f" "$url/f"
	cmp "$down/f" "$up/f"
	curl -sS -r 100-199 "$url/f" | cmp - <(tail -c +101 "$up/f" | head -c 100)
	curl -sS -P 127.0.0.1 "$url/f" | cmp - "$up/f"
	curl -sS --disable-epsv "$url/f" | cmp - "$up/f"
	curl -sS --ftp-create-dirs -T "$up/part" "$url/new/dir/g"
	curl -sS -a -T "$up/part" "$url/new/dir/g"
	[ "$(curl -sS "$url/new/dir/" | awk '{ print $5, $9 }')" = "400000 g" ]
	[ "$(curl -sS -l "$url/new/dir/")" = $'g\r' ] ||
	    [ "$(curl -sS -l "$url/new/dir/")" = g ]
	curl -sS -I "$url/f" | grep -q 'Content-Length: 500000'
	curl -sS -Q 'RNFR f' -Q 'RNTO h' -Q 'DELE h' "$url/" >"$down/list"
	run grep -w h "$down/list"
	[ "$status" = 1 ]
}

@test "Python's ftplib" {
	ftp_py "$port" <<'PY'
import ftplib, io
f = ftplib.FTP()
f.connect("127.0.0.1", int(sys.argv[1]), DEADLINE)
f.login("bob", "hungry")
for passive in True, False:
    f.set_pasv(passive)
    f.storbinary("STOR b", io.BytesIO(b"\r\n\0\xff" * 10000))
    got = []
    f.retrbinary("RETR b", got.append)
    same(b"".join(got), b"\r\n\0\xff" * 10000)
    f.storlines("STOR t", io.BytesIO(b"one\ntwo\n"))
    lines = []
    f.retrlines("RETR t", lines.append)
    same(lines, ["one", "two"])
    same(sorted(f.nlst()), ["b", "t"])
    facts = dict(f.mlsd())
    same(facts["b"]["size"], "40000")
    same(facts["t"]["type"], "file")
    f.voidcmd("TYPE I")
    same(f.size("t"), 8)
    same(f.mkd('d"d'), '/d"d')
    f.cwd('d"d')
    same(f.pwd(), '/d"d')
    f.cwd("..")
    same(f.pwd(), "/")
    f.rmd('d"d')
    f.rename("t", "u")
    f.delete("u")
    conn = f.transfercmd("RETR b")
    f.abort()
    conn.close()
    f.voidcmd("NOOP")
f.quit()
PY
}

@test "wget fetches a guest's tree" {
	need wget
	mkdir -p "$site/spool/ftp/pub/deep er"
	echo one >"$site/spool/ftp/pub/one"
	echo two >"$site/spool/ftp/pub/deep er/two"
	(cd "$down" && wget -q -r -nH "ftp://127.0.0.1:$port/pub/")
	find "$down" -name .listing -delete
	diff -r "$site/spool/ftp/pub" "$down/pub"
}

@test "ncftp puts and gets a tree" {
	need ncftpput
	tree 100
	ncftpput -V -u bob -p hungry -P "$port" -R 127.0.0.1 / "$up"
	(cd "$down" && ncftpget -V -u bob -p hungry -P "$port" -R 127.0.0.1 . /up)
	diff -r "$up" "$down/up"
}

@test "tnftp: a script, active and passive, ASCII and binary" {
	need tnftp
	printf 'one\ntwo\n' >"$up/text"
	head -c 100000 /dev/urandom >"$up/octets"
	for mode in -p -A; do
		tnftp -n -v $mode 127.0.0.1 "$port" <<-EOF
			user bob hungry
			ascii
			put $up/text text
			get text $down/text
			binary
			put $up/octets octets
			get octets $down/octets
			mkdir d
			ls
			mdelete text
			y
			rename octets d/octets
			cd d
			delete octets
			cdup
			rmdir d
			quit
		EOF
		cmp "$up/text" "$down/text"
		cmp "$up/octets" "$down/octets"
		is_empty "$site/spool/home/bob" || ! is_root
		rm "$down"/*
	done
}

@test "inetutils ftp: a script" {
	need inetutils-ftp
	head -c 100000 /dev/urandom >"$up/octets"
	printf '%s\n' "user bob hungry" binary "put $up/octets octets" \
	    "get octets $down/octets" dir "delete octets" quit |
	    inetutils-ftp -n -v 127.0.0.1 "$port"
	cmp "$up/octets" "$down/octets"
}

# What GNOME's file manager browses with, driven by its own commands.
@test "GVfs: a folder is made, filled, listed, read, renamed and emptied" {
	need gio
	need dbus-run-session
	need /usr/lib/gvfs/gvfsd-ftp
	tree 20
	export GVFS_DISABLE_FUSE=1 XDG_RUNTIME_DIR=$BATS_TEST_TMPDIR/run
	mkdir -m 700 "$XDG_RUNTIME_DIR"
	cd "$down"
	timeout 120 dbus-run-session -- bash -eu -s \
	    "ftp://bob@127.0.0.1:$port" "$up" <<-'GVFS'
		url=$1 up=$2
		gio mount "$url/" <<<hungry
		gio mkdir "$url/up"
		find "$up" -type f -exec gio copy {} "$url/up/" \;
		gio list -h "$url/up" | sort >listed
		find "$up" -type f -printf '%f\n' | sort | diff - listed
		# A name in a URL is escaped: what a copy is given is none.
		gio list -u -h "$url/up" | while read -r one; do
			gio copy "$one" .
		done
		for f in "$up"/*/*/*; do cmp "$f" "./${f##*/}"; done
		one=$(gio list -u "$url/up" | head -1)
		gio rename "$one" renamed
		gio info -a standard::size "$url/up/renamed"
		gio list -u -h "$url/up" | while read -r one; do
			gio remove "$one"
		done
		gio remove "$url/up"
		gio mount -u "$url/"
	GVFS
	[ ! -e "$site/spool/home/bob/up" ]
}
