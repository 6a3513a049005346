#!/usr/bin/env bats
#
# inetd: calls=, the system calls that a program may make.

# shellcheck disable=SC2030,SC2031	# each test is a subshell, and knows it
# shellcheck disable=SC2016	# the dollars are those of perl
bats_require_minimum_version 1.5.0

load lib/inetd-test

# what NAME: all that the service says.
what() {
	timeout "$DEADLINE" nc -d 127.0.0.1 "$(port "$1")"
}

# Whether calls by number are forbidden: a line each.
ask='$| = 1; for (@ARGV) { my ($name, $number, @args) = split /,/;
    $! = 0; my $got = syscall $number, map { $_ + 0 } @args;
    print "$name ", $!{EPERM} ? "forbidden" : "open", "\n" }'

numbers() {
	case $(uname -m) in
	x86_64)		echo ptrace,101,0,0,0,0 personality,135,4294967295 \
			    add_key,248,0,0,0,0,0 unshare,272,0 kcmp,312,0,0,99,0,0 ;;
	aarch64)	echo ptrace,117,0,0,0,0 personality,92,4294967295 \
			    add_key,217,0,0,0,0,0 unshare,97,0 kcmp,272,0,0,99,0,0 ;;
	*)		skip "which numbers are they here?" ;;
	esac
	echo io_uring_setup,425,0,0 open_tree,428,-1,0,4294967295
	echo pidfd_getfd,438,-1,0,0
}

@test "service: what administers the machine is forbidden, all else goes on" {
	echo "$ask" >"$site/ask.pl"
	chmod 644 "$site/ask.pl"
	list=$(numbers | tr '\n' ' ')
	services <<-EOF
	0 stream tcp nowait @USER@ /usr/bin/perl without ask.pl $list
	0 stream tcp nowait,calls=service @USER@ /usr/bin/perl with ask.pl $list getpid,39
	0 stream tcp nowait,calls=service @USER@ /bin/sh sh -c "echo a pipe | cat; exec nc -z 127.0.0.1 $base; echo no"
	0 stream tcp nowait,calls=service @USER@ /usr/bin/unshare unshare -U /bin/echo made
	EOF
	inetd_start
	what with >"$BATS_TEST_TMPDIR/with"
	what without >"$BATS_TEST_TMPDIR/without"
	[ "$(grep -c forbidden "$BATS_TEST_TMPDIR/with")" = 8 ]
	[ "$(tail -1 "$BATS_TEST_TMPDIR/with")" = 'getpid open' ]
	# Whoever runs the tests may have forbidden some as well, but not all.
	grep -q open "$BATS_TEST_TMPDIR/without"
	[ "$(what sh)" = 'a pipe' ]
	[ -z "$(what unshare)" ]
	logged 'unshare: .* exit 1'
}

@test "calls of another architecture are forbidden" {
	[ "$(uname -m)" = x86_64 ] || skip "x32 is x86-64's"
	echo "$ask" >"$site/ask.pl"
	chmod 644 "$site/ask.pl"
	services <<-EOF
	0 stream tcp nowait,calls=service @USER@ /usr/bin/perl perl ask.pl getpid,39 x32,$((0x40000000 + 39))
	EOF
	inetd_start
	run what perl
	[ "$output" = $'getpid open\nx32 forbidden' ]
}

@test "-network and -fork: no socket, no process; threads and exec remain" {
	need python3
	cat >"$site/try.py" <<-'END'
	import os, socket, threading
	def attempt(name, what):
	    try:
	        what()
	        print(name, "yes", flush=True)
	    except PermissionError:
	        print(name, "no", flush=True)
	    except OSError as e:
	        print(name, e, flush=True)
	def fork():
	    if os.fork() == 0:
	        os._exit(0)
	def thread():
	    t = threading.Thread(target=lambda: None)
	    t.start()
	    t.join()
	attempt("socket", lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM))
	attempt("unix", lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
	attempt("fork", fork)
	attempt("thread", thread)
	os.execv("/bin/echo", ["echo", "exec yes"])
	END
	chmod 644 "$site/try.py"
	python=$(python3 -c 'import sys; print(sys.executable)')
	services <<-EOF
	0 stream tcp nowait,calls="service -network" $(id -un) $python network try.py
	0 stream tcp nowait,calls="service, -fork" $(id -un) $python fork try.py
	0 stream tcp nowait,calls="service -fork -network" $(id -un) $python both try.py
	EOF
	inetd_start
	run what network
	[ "${lines[*]}" = 'socket no unix no fork yes thread yes exec yes' ]
	run what fork
	[ "${lines[*]}" = 'socket yes unix yes fork no thread yes exec yes' ]
	run what both
	[ "${lines[*]}" = 'socket no unix no fork no thread yes exec yes' ]
}

@test "in.tftpd, which confines itself by chroot" {
	is_root || skip "in.tftpd wants root"
	PATH=$PATH:/usr/sbin need in.tftpd curl
	mkdir "$site/tftp"
	seq 1000 >"$site/tftp/numbers"
	chmod -R a+rX "$site/tftp"
	services <<-EOF
	0 dgram udp wait,calls=service root /usr/sbin/in.tftpd in.tftpd -s $site/tftp
	EOF
	inetd_start
	curl -s -m 10 -o "$BATS_TEST_TMPDIR/got" \
	    "tftp://127.0.0.1:$(port in.tftpd udp)/numbers"
	cmp "$BATS_TEST_TMPDIR/got" "$site/tftp/numbers"
}

@test "git daemon and rsync, which fork" {
	need git rsync
	git init -q "$site/repo"
	git -C "$site/repo" -c user.name=a -c user.email=a@b \
	    commit -q --allow-empty -m hello
	mkdir "$site/files"
	seq 1000 >"$site/files/numbers"
	printf '[files]\npath = %s/files\nuse chroot = no\n' "$site" \
	    >"$site/rsyncd.conf"
	services <<-EOF
	0 stream tcp nowait,calls="service -network" $(id -un) /usr/bin/git git daemon --inetd --export-all --base-path=$site
	0 stream tcp nowait,calls=service $(id -un) /usr/bin/rsync rsync --daemon --config=$site/rsyncd.conf
	EOF
	inetd_start
	timeout 20 git clone -q "git://127.0.0.1:$(port git)/repo" \
	    "$BATS_TEST_TMPDIR/clone"
	[ "$(git -C "$BATS_TEST_TMPDIR/clone" log --format=%s)" = hello ]
	timeout 20 rsync "rsync://127.0.0.1:$(port rsync)/files/numbers" \
	    "$BATS_TEST_TMPDIR/got"
	cmp "$BATS_TEST_TMPDIR/got" "$site/files/numbers"
}

@test "a user with + can still become another" {
	is_root || skip "only root gives capabilities"
	services <<-'EOF'
	0 stream tcp nowait,calls=service nobody+ /usr/bin/perl perl -MPOSIX -e "POSIX::setgid(4711); POSIX::setuid(4711); print $<, '.', $>, '.', $( + 0"
	EOF
	inetd_start
	[ "$(what perl)" = 4711.4711.4711 ]
}

@test "wait services have it too, before and after an upgrade" {
	services <<-EOF
	$base stream tcp wait,calls="service -network" @USER@ /usr/bin/perl wait -MSocket -e "accept C, STDIN; print C socket(S, AF_INET, SOCK_STREAM, 0) ? 'open' : 'forbidden'"
	EOF
	inetd_start
	for _ in 1 2; do
		run timeout "$DEADLINE" nc -d 127.0.0.1 "$base"
		[ "$output" = forbidden ]
		upgrade
	done
}

@test "trace: between them, if it may start them" {
	not_sanitized "at its end the tracer would trace itself"
	services <<-'EOF'
	0 stream tcp nowait,calls="service -network" @USER@ /bin/cat cat
	0 stream tcp nowait,calls="service -fork" @USER@ /bin/cat alone
	EOF
	inetd_start
	"$BIN/inetctl" -C "$site" trace cat on
	dial a cat; say "$a" hello; hear "$a" hello; hang_up "$a"
	logged 'cat: .* exit 0'
	grep -rq hello "$site/spool/trace/cat"
	run -100 "$BIN/inetctl" -C "$site" trace alone on
	[[ $output == *'its calls= would keep the tracer from starting it'* ]]
	dial a alone; say "$a" hello; hear "$a" hello
}
