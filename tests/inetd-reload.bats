#!/usr/bin/env bats
#
# inetd: a new services.conf while services run.

# shellcheck disable=SC2030,SC2031	# each test is a subshell, and knows it
bats_require_minimum_version 1.5.0

load lib/inetd-test

@test "a listener in both files keeps its sessions, its queue and its limit" {
	services <<-EOF
	127.0.0.5:$base stream tcp nowait,max=1 @USER@ /bin/cat cat
	EOF
	inetd_start
	connect a "127.0.0.5/$base"; say "$a" 1; hear "$a" 1
	connect b "127.0.0.5/$base"; say "$b" 2; silent "$b"
	services <<-EOF
	# moved down, another limit and another one beside it
	127.0.0.5:$((base + 1)) stream tcp nowait @USER@ /bin/cat new
	127.0.0.5:$base stream tcp nowait,max=2 @USER@ /bin/cat cat
	EOF
	kill -HUP "$inetd"
	hear "$b" 2
	connect c "127.0.0.5/$((base + 1))"; say "$c" 3; hear "$c" 3
	say "$a" 4; hear "$a" 4
	connect d "127.0.0.5/$base"; say "$d" 5; silent "$d"
	hang_up "$a"
	hear "$d" 5
}

@test "a removed service stops listening; its sessions go on to their end" {
	services <<-EOF
	127.0.0.5:$base stream tcp nowait @USER@ /bin/cat stays
	127.0.0.5:$((base + 1)) stream tcp nowait @USER@ /bin/cat goes
	127.0.0.5:$((base + 2)) stream tcp wait @USER@ /bin/sleep sleep 1000
	spool/run/goes stream unix nowait @USER@ /bin/cat unix
	EOF
	inetd_start
	connect a "127.0.0.5/$((base + 1))"; say "$a" 1; hear "$a" 1
	connect b "127.0.0.5/$((base + 2))"
	until_true has_child sleep
	services <<-EOF
	127.0.0.5:$base stream tcp nowait @USER@ /bin/cat stays
	EOF
	kill -HUP "$inetd"
	logged 'services.conf: taken'
	until_true refused "127.0.0.5/$((base + 1))"
	until_true refused "127.0.0.5/$((base + 2))"
	until_true test ! -e "$site/spool/run/goes"
	say "$a" 2; hear "$a" 2
	hang_up "$a"
	logged 'goes: 127.0.0.1:[0-9]+ pid .* exit 0'
	logged 'sleep: - pid .* signal 15'
	connect c "127.0.0.5/$base"; say "$c" 3; hear "$c" 3
}

@test "one error keeps the old configuration whole, and names file and line" {
	services <<-EOF
	127.0.0.5:$base stream tcp nowait @USER@ /bin/cat cat
	EOF
	inetd_start
	connect a "127.0.0.5/$base"; say "$a" 1; hear "$a" 1
	broken() {
		services
		: >"$log"
		kill -HUP "$inetd"
		logged "$1"
		logged 'services.conf: not taken: what was in force stays so'
		say "$a" 2; hear "$a" 2
		connect b "127.0.0.5/$base"; say "$b" 3; hear "$b" 3
		hang_up "$b"
	}
	broken 'etc/services.conf:3: want wait or nowait, not "never"' <<-EOF
	127.0.0.5:$((base + 1)) stream tcp nowait @USER@ /bin/cat new

	127.0.0.5:$base stream tcp never @USER@ /bin/cat cat
	EOF
	broken 'services.conf:1: no-such-user: no such user' <<-EOF
	127.0.0.5:$base stream tcp nowait no-such-user /bin/cat cat
	EOF
	broken 'services.conf:2: the line has no end: is the file whole' < <(
	    printf '127.0.0.5:%d stream tcp nowait @USER@ /bin/cat cat\n127.' \
	    "$base")
	broken 'no service is configured' </dev/null
	run ! nc -z 127.0.0.5 "$((base + 1))"
}

@test "a missing file keeps the old configuration too" {
	services <<-EOF
	127.0.0.5:$base stream tcp nowait @USER@ /bin/cat cat
	EOF
	inetd_start
	rm "$site/etc/services.conf"
	kill -HUP "$inetd"
	logged 'etc/services.conf: No such file or directory'
	connect a "127.0.0.5/$base"; say "$a" 1; hear "$a" 1
}

@test "a file that is half written closes nothing" {
	services <<-EOF
	127.0.0.5:$base stream tcp nowait @USER@ /bin/cat one
	127.0.0.5:$((base + 1)) stream tcp nowait @USER@ /bin/cat two
	EOF
	inetd_start
	whole=$(cat "$site/etc/services.conf")
	rounds=0
	for _ in {1..30}; do
		before=${EPOCHREALTIME/./}
		echo "${whole%%$'\n'*}" >"$site/etc/services.conf"
		kill -HUP "$inetd"
		answers=yes
		two_answers || answers=no
		echo "$whole" >"$site/etc/services.conf"
		# Half written for longer than a moment, it is taken as it is.
		if [ $((${EPOCHREALTIME/./} - before)) -ge 100000 ]; then
			kill -HUP "$inetd"
			until_true two_answers
			continue
		fi
		[ "$answers" = yes ]
		[ $((++rounds)) -lt 5 ] || break
	done
	[ "$rounds" -gt 0 ] || skip 'the machine is too slow'
	logged 'services.conf: just written, and it lacks a listener'
	logged 'services.conf: taken'
	until_true two_answers
	# What stays away is taken for removed.
	echo "${whole%%$'\n'*}" >"$site/etc/services.conf"
	kill -HUP "$inetd"
	until_true refused "127.0.0.5/$((base + 1))"
}

two_answers() {
	connect a "127.0.0.5/$((base + 1))" && say "$a" 1 && hear "$a" 1
} 2>/dev/null

@test "a new port answers" {
	services <<-EOF
	127.0.0.5:$base stream tcp nowait @USER@ /bin/cat cat
	EOF
	inetd_start
	services <<-EOF
	127.0.0.5:$((base + 1)) stream tcp nowait @USER@ /bin/cat cat
	EOF
	kill -HUP "$inetd"
	until_true nc -z 127.0.0.5 "$((base + 1))"
	until_true refused "127.0.0.5/$base"
}

@test "a wait program whose line changed is replaced, the socket is not" {
	cat >"$site/tcp.pl" <<-'EOF'
	while (accept C, STDIN) { syswrite C, "$ARGV[0]\n"; close C }
	EOF
	services <<-EOF
	127.0.0.5:$base stream tcp wait @USER@ /usr/bin/perl perl tcp.pl old
	EOF
	inetd_start
	connect a "127.0.0.5/$base"; hear "$a" old
	services <<-EOF
	127.0.0.5:$base stream tcp wait @USER@ /usr/bin/perl perl tcp.pl new
	EOF
	kill -HUP "$inetd"
	logged 'perl: - pid .* signal 15'
	connect b "127.0.0.5/$base"; hear "$b" new
	kill -HUP "$inetd"
	connect c "127.0.0.5/$base"; hear "$c" new
	[ "$(times 'signal 15')" = 1 ]
	# It was told to: that is no failure, and nothing to wait for.
	[ "$(times 'ended at once')" = 0 ]
}

@test "mode of a Unix socket changes in place" {
	services <<<'spool/run/x stream unix nowait @USER@ /bin/cat x'
	inetd_start
	inode=$(stat -c %i "$site/spool/run/x")
	services <<<'spool/run/x stream unix nowait,mode=0600 @USER@ /bin/cat x'
	kill -HUP "$inetd"
	logged taken
	[ "$(stat -c '%i %a' "$site/spool/run/x")" = "$inode 600" ]
}

@test "what has taken the place of a Unix socket is neither changed nor removed" {
	services <<-'EOF'
	spool/run/x stream unix nowait,mode=0600 @USER@ /bin/cat x
	spool/run/y stream unix nowait,mode=0600 @USER@ /bin/cat y
	spool/run/z stream unix nowait,mode=0600 @USER@ /bin/cat z
	EOF
	inetd_start
	cd "$site/spool/run"
	touch precious
	chmod 600 precious
	ln -sf precious x
	mv z y
	sed -i 's/0600/0666/' "$site/etc/services.conf"
	reload
	logged 'x: the change of its line: the file is not our socket'
	logged 'y: the change of its line: the file is not our socket'
	[ "$(stat -c %a precious y)" = $'600\n600' ]
	# In an upgrade it could take them for its own.
	upgrade
	[ "$(stat -c %a precious y)" = $'600\n600' ]
	inetd_stop
	[ -L x ]
	[ -S y ]
}

@test "200 HUPs under load: every client is served" {
	services <<-EOF
	127.0.0.5:$base stream tcp nowait @USER@ /bin/cat cat
	EOF
	inetd_start
	( for i in {1..200}; do kill -HUP "$inetd"; done ) 3>&- &
	for i in {1..100}; do
		connect a "127.0.0.5/$base"
		say "$a" "$i"; hear "$a" "$i"
		hang_up "$a"
	done
	wait $!
	[ "$(descriptors "$inetd" | wc -w)" -lt 12 ]
}

@test "demo passwords keep a service on this machine until they are changed" {
	other=$(other_address) || skip "only loopback here"
	services <<-EOF
	127.0.0.5:$base stream tcp nowait @USER@ /bin/cat local
	$other:$base stream tcp nowait @USER@ /bin/cat open
	EOF
	cat >"$site/etc/passwd" <<-'EOF'
	root:x:0:0:root:/:/bin/sh
	alice:$6$x$y:20000:20000:demo account:/:/
	EOF
	inetd_start
	logged "etc/passwd:2: alice still has its demo password: not listening on $other:$base; change it with 'account passwd alice'"
	run ! nc -z "$other" "$base"
	connect a "127.0.0.5/$base"; say "$a" 1; hear "$a" 1
	sed -i 's/demo account/Alice/' "$site/etc/passwd"
	until_true nc -z "$other" "$base"
}

# An address of this machine that is not loopback; nothing leaves it.
other_address() {
	ip -4 -o addr show scope global 2>/dev/null |
	    awk '{ sub("/.*", "", $4); print $4; found = 1; exit }
	    END { exit !found }'
}
