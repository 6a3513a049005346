#!/usr/bin/env bats
#
# The house: what make, README and the tree promise.

bats_require_minimum_version 1.5.0

load lib/labnet

setup() {
	cd "$ROOT" || return
}

# clone: a fresh clone of what is committed, with the programs under test.
clone() {
	git clone -q "$ROOT" "$BATS_TEST_TMPDIR/clone"
	cd "$BATS_TEST_TMPDIR/clone" || return
	mkdir -p build
	cp -r "$BIN" build/bin
	sed -i "s|^samples=.*|samples=$PWD/etc|" build/bin/site
}

@test "the top level is what it was fixed to be" {
	run git ls-tree --name-only HEAD
	[ "$(printf '%s\n' "${lines[@]}" | grep -v '^\.' | tr '\n' ' ')" = \
	    'Makefile README.md etc inetd services spool tests ' ]
}

@test "touching a header rebuilds what uses it, and only that" {
	[ -e build/bin/smtpd ] || skip "build/ is not built"
	run make -n -W services/smtpd/smtpd.h build/bin/smtpd build/bin/deliver
	[[ $output == *services/smtpd/commands.c* ]]
	[[ $output != *services/deliver/place.c* ]]
	run make -n -W services/lib/io/output.h build/bin/smtpd
	[[ $output == *services/smtpd/commands.c* ]]
	[[ $output == *services/lib/io/input.c* ]]
}

@test "make help lists the targets that README and the manual name" {
	run make help
	for target in run test site install lint fuzz bench check-quick; do
		[[ $output == *"make $target"* ]]
	done
}

@test "every program has a man page, and every man page is in order" {
	for program in "$BIN"/*; do
		name=${program##*/}
		[ "$(find inetd services -name "$name.[1-9]")" ] ||
		    { echo "no man page for $name"; return 1; }
	done
	mandoc -Tlint -W warning inetd/*.[1-9] services/*.[1-9] \
	    services/*/*.[1-9]
}

@test "a word wrongly given to a program is 100, never a crash" {
	for program in "$BIN"/*; do
		run "$program" -Q two </dev/null
		[ "$status" = 100 ] ||
		    { echo "$program: $status"; return 1; }
	done
}

@test "make site: a second site beside the first, complete and private" {
	make -s site SITE="$BATS_TEST_TMPDIR/two" B="${BIN%/bin}"
	cd "$BATS_TEST_TMPDIR/two"
	"$BIN/inetd" -t -C .
	[ "$(stat -c %a etc/passwd)" = 640 ]
	[ -d spool/mail ] && [ -d spool/dns ]
	[ "$("$BIN/account" -C . list | wc -l)" = 1 ]
	# Run over again it changes nothing that an admin has edited.
	echo '# mine' >>etc/services.conf
	make -s -C "$ROOT" site SITE="$PWD" B="${BIN%/bin}"
	tail -n 1 etc/services.conf | grep -qx '# mine'
}

@test "make install: programs, man pages, and a site made by them" {
	make -s install PREFIX=/opt/labnet DESTDIR="$BATS_TEST_TMPDIR/root" \
	    B="${BIN%/bin}"
	there=$BATS_TEST_TMPDIR/root/opt/labnet
	[ -L "$there/sbin/inetd" ] && [ -x "$there/sbin/inetd" ]
	[ -e "$there/share/man/man8/inetd.8" ]
	[ -e "$there/share/man/man5/services.conf.5" ]
	sed -i "s|^samples=.*|samples=$there/share/labnet/etc|" \
	    "$there/libexec/labnet/site"
	"$there/sbin/site" "$BATS_TEST_TMPDIR/installed"
	"$there/sbin/inetd" -t -C "$BATS_TEST_TMPDIR/installed"
	echo pw | "$there/sbin/account" -C "$BATS_TEST_TMPDIR/installed" add me
}

# own_network: may this test make a network namespace?
own_network() {
	is_root || skip "needs root for a network of its own"
	unshare -n true 2>/dev/null || skip "no network namespaces here"
}

@test "README's first command: five ports answer, as root on their numbers" {
	own_network
	clone
	# The clone lies below a directory that only root may enter, as in
	# /root: the services' users must get at their programs all the same.
	chmod 700 "$BATS_TEST_TMPDIR"
	unshare -n "$ROOT/tests/lib/five-ports" 0
}

@test "README's first command, not as root: the same ports + 8000" {
	own_network
	clone
	chown -R 65534:65534 .
	chmod 755 "$BATS_TEST_TMPDIR" "${BATS_TEST_TMPDIR%/*}" \
	    "${BATS_TEST_TMPDIR%/*/*}"
	unshare -n "$ROOT/tests/lib/five-ports" 8000 \
	    setpriv --reuid 65534 --regid 65534 --clear-groups env HOME=/
}
