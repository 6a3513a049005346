# inetd-servers.bash - the servers that tests/bench/inetd compares
#
#	build			compile the load, the floor and the services
#	fetch NAME		unpack the Debian package of a server
#	start_NAME		start it on ${ports[NAME]}; pids and servers know it
#	refresh NAME		start it anew, if it does not last
# shellcheck shell=bash disable=SC2004,SC2154	# dir, root, bin, user: the bench's

build() {
	local cc=gcc

	command -v musl-gcc >/dev/null && cc=musl-gcc
	$cc -O2 -static -o "$dir/hello" "$root/tests/bench/inetd-hello.c"
	$cc -O2 -static -o "$dir/wait" "$root/tests/bench/inetd-wait.c"
	$cc -O2 -static -o "$dir/floor" "$root/tests/bench/inetd-floor.c"
	gcc -O2 -o "$dir/load" "$root/tests/bench/inetd-load.c"
	chmod 755 "$dir"
}

fetch() {
	local package

	case $1 in
	openbsd|inetutils)	package=$1-inetd ;;
	tcpserver)		package=ucspi-tcp ;;
	xinetd|systemd)		package=$1 ;;
	*)			return ;;
	esac
	( cd "$dir" && apt-get download -q "$package" >/dev/null 2>&1 &&
	    dpkg -x "$package"_*.deb peers ) ||
	    echo "# no $package: left out" >&2
}

# A port that is free now.
free_port() {
	perl -MSocket -e 'socket S, AF_INET, SOCK_STREAM, 0;
	    bind S, pack_sockaddr_in 0, inet_aton "127.0.0.1";
	    print +(unpack_sockaddr_in getsockname S)[0]'
}

pause() {
	read -r -t 0.05 <> <(:) || :
}

# serve NAME COMMAND...: start a server; it listens on ${ports[NAME]}.
serve() {
	local name=$1 end=$((SECONDS + 5))
	shift

	"$@" >"$dir/$name.log" 2>&1 &
	pids[$name]=$!
	until (exec 3<>"/dev/tcp/127.0.0.1/${ports[$name]}") 2>/dev/null; do
		if [ "$SECONDS" -ge "$end" ]; then
			echo "# $name does not listen: left out" >&2
			return
		fi
		pause
	done
	[[ " ${servers[*]} " == *" $name "* ]] || servers+=("$name")
}

start_labnet() {
	mkdir -p "$dir/site/etc" "$dir/site/spool/run"
	echo "127.0.0.1:${ports[labnet]} stream tcp nowait,max=60000" \
	    "$user $dir/hello hello" >"$dir/site/etc/services.conf"
	serve labnet "$bin/inetd" -f -C "$dir/site"
}

# A line of inetd's own user: none is changed, as in the bare loop.
start_labnet-same() {
	mkdir -p "$dir/same/etc" "$dir/same/spool/run"
	echo "127.0.0.1:${ports[labnet-same]} stream tcp nowait,max=60000" \
	    "$(id -un) $dir/hello hello" >"$dir/same/etc/services.conf"
	serve labnet-same "$bin/inetd" -f -C "$dir/same"
}

# What ours serves without a process.
start_internal() {
	mkdir -p "$dir/internal/etc" "$dir/internal/spool/run"
	echo "127.0.0.1:${ports[internal]} stream tcp nowait,max=60000" \
	    "$user internal daytime" >"$dir/internal/etc/services.conf"
	serve internal "$bin/inetd" -f -C "$dir/internal"
}

start_openbsd() {
	echo "127.0.0.1:${ports[openbsd]} stream tcp nowait.1000000 $user" \
	    "$dir/hello hello" >"$dir/openbsd.conf"
	serve openbsd "$dir/peers/usr/sbin/inetd" -i -R 100000000 -l \
	    "$dir/openbsd.conf"
}

start_inetutils() {
	echo "127.0.0.1:${ports[inetutils]} stream tcp nowait.100000000 $user" \
	    "$dir/hello hello" >"$dir/inetutils.conf"
	serve inetutils "$dir/peers/usr/sbin/inetutils-inetd" -d \
	    "$dir/inetutils.conf"
}

# After a thousand clients inetutils closes its port, whatever it was told.
refresh() {
	[ "$1" = inetutils ] || return 0
	kill "${pids[inetutils]}" 2>/dev/null || :
	wait "${pids[inetutils]}" 2>/dev/null || :
	ports[inetutils]=$(free_port)
	start_inetutils
}

start_xinetd() {
	cat >"$dir/xinetd.conf" <<-END
	service hello
	{
		type = UNLISTED
		port = ${ports[xinetd]}
		bind = 127.0.0.1
		socket_type = stream
		protocol = tcp
		wait = no
		user = $user
		server = $dir/hello
		instances = UNLIMITED
		per_source = UNLIMITED
		cps = 100000000 1
		flags = NOLIBWRAP
	}
	END
	serve xinetd "$dir/peers/usr/sbin/xinetd" -dontfork -f \
	    "$dir/xinetd.conf"
}

start_tcpserver() {
	serve tcpserver "$dir/peers/usr/bin/tcpserver" -c 20000 -b 512 -H -R \
	    -l0 127.0.0.1 "${ports[tcpserver]}" "$dir/hello"
}

start_systemd() {
	serve systemd "$dir/peers/usr/bin/systemd-socket-activate" --accept \
	    --inetd -l "127.0.0.1:${ports[systemd]}" "$dir/hello"
}

start_floor-user() {
	serve floor-user "$dir/floor" "${ports[floor-user]}" "$dir/hello" \
	    "$(id -u "$user")"
}

start_floor-whole() {
	serve floor-whole "$dir/floor" "${ports[floor-whole]}" "$dir/hello" \
	    "$(id -u "$user")" whole
}

start_floor() {
	serve floor "$dir/floor" "${ports[floor]}" "$dir/hello"
}
