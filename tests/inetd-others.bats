#!/usr/bin/env bats
#
# inetd with programs that know nothing of it: Debian's, and the two examples
# of service(7).  Those that are not installed are skipped.

# shellcheck disable=SC2030,SC2031	# each test is a subshell, and knows it
bats_require_minimum_version 1.5.0

load lib/inetd-test

# example N: the Nth literal block of service(7)'s examples.
example() {
	awk -v want="$1" '/^\.Sh EXAMPLES/ { on = 1 }
	    on && /^\.Ed/ { in_block = 0 }
	    in_block && n == want { print }
	    on && /^\.Bd/ { in_block = 1; n++ }' \
	    "$ROOT/services/service.7" | sed 's/\\e/\\/g'
}

@test "service(7): the service in shell" {
	example 1 >"$site/upper"
	chmod 755 "$site/upper"
	services <<<'0 stream tcp nowait @USER@ ./upper upper'
	inetd_start
	dial a upper
	hear "$a" 'Hello 127.0.0.1, say something.'
	echo hello >&"$a"
	hear "$a" HELLO
	run -0 env TCPREMOTEIP=192.0.2.7 "$site/upper" <<<hello
	[ "$output" = $'Hello 192.0.2.7, say something.\nHELLO' ]
}

@test "service(7): the service in C" {
	need cc
	example 2 >"$BATS_TEST_TMPDIR/daytime.c"
	cc -Wall -Wextra -Werror -o "$site/daytime" "$BATS_TEST_TMPDIR/daytime.c"
	services <<<'0 stream tcp nowait @USER@ ./daytime daytime'
	inetd_start
	dial a daytime
	hear "$a" "*$(date +%Y)*"
	logged '^daytime: told 127.0.0.1$'
	run -100 "$site/daytime" extra
}

@test "in.tftpd: a dgram wait server" {
	is_root || skip "in.tftpd wants root"
	PATH=$PATH:/usr/sbin need in.tftpd curl
	mkdir "$site/tftp"
	seq 1000 >"$site/tftp/numbers"
	chmod -R a+rX "$site/tftp"
	services <<-EOF
	0 dgram udp wait root /usr/sbin/in.tftpd in.tftpd -s $site/tftp
	EOF
	inetd_start
	for _ in 1 2; do
		curl -s -m 10 -o "$BATS_TEST_TMPDIR/got" \
		    "tftp://127.0.0.1:$(port in.tftpd udp)/numbers"
		cmp "$BATS_TEST_TMPDIR/got" "$site/tftp/numbers"
	done
}

@test "git daemon" {
	need git
	git init -q "$site/repo"
	git -C "$site/repo" -c user.name=a -c user.email=a@b \
	    commit -q --allow-empty -m hello
	services <<-EOF
	0 stream tcp nowait $(id -un) /usr/bin/git git daemon --inetd --export-all --base-path=$site
	EOF
	inetd_start
	timeout 60 git clone -q "git://127.0.0.1:$(port git)/repo" \
	    "$BATS_TEST_TMPDIR/clone"
	[ "$(git -C "$BATS_TEST_TMPDIR/clone" log --format=%s)" = hello ]
}

@test "rsync" {
	need rsync
	mkdir "$site/files"
	seq 1000 >"$site/files/numbers"
	printf '[files]\npath = %s/files\nuse chroot = no\n' "$site" \
	    >"$site/rsyncd.conf"
	services <<-EOF
	0 stream tcp nowait $(id -un) $(command -v rsync) rsync --daemon --config=$site/rsyncd.conf
	EOF
	inetd_start
	timeout 60 rsync -a "rsync://127.0.0.1:$(port rsync)/files/" \
	    "$BATS_TEST_TMPDIR/copy/"
	cmp "$BATS_TEST_TMPDIR/copy/numbers" "$site/files/numbers"
}

@test "stunnel in front of a service" {
	need stunnel openssl
	openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=lab \
	    -keyout "$site/key.pem" -out "$site/cert.pem" 2>/dev/null
	services <<-EOF
	0 stream tcp nowait @USER@ /bin/sh plain -c "echo +OK plain; read x; echo got \$x"
	0 stream tcp nowait $(id -un) $(command -v stunnel) stunnel tls.conf
	EOF
	touch "$site/tls.conf"
	inetd_start
	cat >"$site/tls.conf" <<-EOF
	foreground = quiet
	debug = err
	cert = cert.pem
	key = key.pem
	connect = 127.0.0.1:$(port plain)
	EOF
	run timeout 60 openssl s_client -quiet -ign_eof \
	    -connect "127.0.0.1:$(port stunnel)" <<<hello
	[[ $output == *'+OK plain'*'got hello'* ]]
}

@test "root: stunnel in front of our POP3, on port 995" {
	need stunnel openssl
	is_root || skip "only root can have port 995"
	# shellcheck source=tests/lib/labnet.bash
	source "$ROOT/tests/lib/labnet.bash"
	whole_site
	mail_is="Subject: ketchup"
	openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=lab \
	    -keyout "$site/etc/key.pem" -out "$site/etc/cert.pem" 2>/dev/null
	chmod 644 "$site/etc/key.pem"
	touch "$site/etc/pop3s.conf"
	# An address of its own: nobody else's 995 is in the way.
	echo "127.0.9.95:pop3s stream tcp nowait root" \
	    "/usr/bin/stunnel stunnel etc/pop3s.conf" >>"$site/etc/services.conf"
	inetd_start
	cat >"$site/etc/pop3s.conf" <<-EOF
	foreground = quiet
	debug = err
	cert = etc/cert.pem
	key = etc/key.pem
	connect = 127.0.0.1:$(port pop3d)
	EOF
	mail_to bob "$mail_is" '' 'Do you like it?'
	run -0 timeout 60 openssl s_client -quiet -crlf -no_ign_eof \
	    -connect 127.0.9.95:995 < <(
	    printf '%s\n' 'USER bob' 'PASS hungry' 'RETR 1' QUIT
	    read -r -t 3 <> <(:) || :)
	[[ $output == *'+OK '*"$mail_is"*'Do you like it?'* ]]
	logged 'pop3s: 127.0.0.1:[0-9]+ pid .* exit 0'
}

@test "telnetd begins to negotiate" {
	telnetd=$(command -v telnetd in.telnetd /usr/sbin/telnetd \
	    /usr/sbin/in.telnetd | head -1) || :
	[ -n "$telnetd" ] || skip "no telnetd here"
	is_root || skip "telnetd wants root"
	services <<<"0 stream tcp nowait root $telnetd telnetd"
	inetd_start
	dial a telnetd
	IFS= read -r -t "$DEADLINE" -n 1 -d '' first <&"$a" || :
	[ "$(printf %s "$first" | od -An -tx1)" = ' ff' ]	# IAC
}

@test "cat is an echo server" {
	services <<<'0 stream tcp nowait @USER@ /bin/cat echo'
	inetd_start
	dial a echo
	say "$a" hello; hear "$a" hello
}

# The others are inetd's own: inetd-internal.bats.
@test "services.conf(5): the quote of the day" {
	echo 'A word a day.' >"$site/motd"
	chmod 644 "$site/motd"
	sed -n 's/^\.Dl qotd /127.0.0.1:0 /p' "$ROOT/inetd/services.conf.5" |
	    sed "s/ nobody / $user /; s|/etc/motd|motd|" \
	    >"$site/etc/services.conf"
	inetd_start
	dial a cat
	hear "$a" 'A word a day.'
}

@test "idle, inetd has less than 150 KiB of its own for all services" {
	not_sanitized "memory of their own"
	for i in {1..20}; do
		echo "127.0.0.$i:0 stream tcp nowait,max=1000 @USER@ /bin/cat c$i"
	done | services
	inetd_start
	dial a c1; say "$a" 1; hear "$a" 1
	private=$(awk '/^Anonymous/ { kb += $2 } END { print kb }' \
	    "/proc/$inetd/smaps")
	echo "$private KiB"
	[ "$private" -lt 150 ]
}

@test "memory does not grow with the number of connections, served or refused" {
	not_sanitized "memory of their own"
	services <<-'EOF'
	0 stream tcp nowait,per-source=9,source-rate=1000000/s @USER@ /bin/true true
	0 stream tcp nowait,source-rate=1/h @USER@ /bin/true refused
	EOF
	inetd_start
	load() {
		perl -MSocket -e 'for (1 .. 500) {
		    socket S, AF_INET, SOCK_STREAM, 0;
		    connect S, pack_sockaddr_in $ARGV[0], inet_aton "127.0.0.1"
		    or die; sysread S, $b, 9 }' "$(port "$1")"
	}
	rss() {
		awk '/^VmRSS/ { print $2 }' "/proc/$inetd/status"
	}
	load true
	load refused
	before=$(rss)
	load true
	load true
	load refused
	load refused
	[ "$(rss)" -le $((before + 8)) ]
}
