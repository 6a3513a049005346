# resolver.bash - a resolver, and servers that do as they are told
#
# On top of inetd.bash:
#
#	tree			root, edu, umass.edu and cs.umass.edu on
#				127.0.1.1 to .4, and the resolver, in a site
#	scripted SCENARIO [LINE...]
#				tests/lib/dns-script as the root, and a site
#				whose resolver.conf has these lines
#	script_stop		end it
#	resolve NAME TYPE...	resolver -q
#	lookup ARG...		dig at the resolver that inetd runs
#	queries [REGEX]		how many the scripted server was asked
#	place			where the resolver saves ($saved) and counts
#	counter NAME		what it counted in that row

# shellcheck source=tests/lib/inetd.bash
source "${BASH_SOURCE[0]%/*}/inetd.bash"

# A port that is free on four addresses.
common_port() {
	python3 - <<'PYTHON'
import socket
while True:
    socks = [socket.socket(socket.AF_INET, kind) for kind in
             (socket.SOCK_DGRAM, socket.SOCK_STREAM) for _ in range(4)]
    try:
        port = 0
        for i, s in enumerate(socks):
            s.bind(("127.0.1.%d" % (i % 4 + 1), port))
            port = port or s.getsockname()[1]
        print(port)
        break
    except OSError:
        for s in socks:
            s.close()
PYTHON
}

# zone N NAME < TEXT: what the server 127.0.1.N serves.
zone() {
	mkdir -p "$site/etc/zones$1" "$site/spool/dns$1"
	cat >"$site/etc/zones$1/$2.zone"
	(cd "$site" && "$BIN/zonec" -z "etc/zones$1" -d "spool/dns$1" \
	    2>>"$log")
	chmod -R a+rX "$site"
}

# shellcheck disable=SC2016	# $TTL is the zone file's
root_hints() {
	printf '%s\n' '$TTL 1d' '. NS a.root.' "a.root. A $1" \
	    >"$site/etc/root.hints"
}

tree() {
	local i common

	site
	common=$(common_port)
	zone 1 root <<'EOF_ZONE'
$TTL 172800
@	SOA a.root. x. 1 2 3 4 300
@	NS a.root.
a.root.	A 127.0.1.1
edu.	NS dns.edu.
dns.edu. A 127.0.1.2
EOF_ZONE
	zone 2 edu <<'EOF_ZONE'
$TTL 172800
@	SOA dns x. 1 2 3 4 300
@	NS dns
dns	A 127.0.1.2
umass	NS dns.umass
dns.umass A 127.0.1.3
EOF_ZONE
	zone 3 umass.edu <<'EOF_ZONE'
$TTL 3600
@	SOA dns x. 1 2 3 4 300
@	NS dns
dns	A 127.0.1.3
www	A 128.119.8.148
alias	CNAME gaia.cs
cs	NS dns.cs
dns.cs	A 127.0.1.4
EOF_ZONE
	zone 4 cs.umass.edu <<'EOF_ZONE'
$TTL 2
@	SOA dns x. 1 2 3 4 2
@	NS dns
dns	A 127.0.1.4
gaia	A 128.119.245.12
EOF_ZONE
	root_hints 127.0.1.1
	echo "port $common" >"$site/etc/resolver.conf"
	for i in 1 2 3 4; do
		printf '127.0.1.%s:%s dgram udp wait %s dnsd dnsd -d %s\n' \
		    "$i" "$common" @USER@ "spool/dns$i"
	done | services
	resolver_lines -v
}

# The resolver itself, on ports of the kernel's choice.
resolver_lines() {
	printf '127.0.0.1:0 %s wait %s resolver resolver %s\n' \
	    'dgram udp' "$user" "$*" 'stream tcp' "$user" "$*" \
	    >>"$site/etc/services.conf"
}

scripted() {
	local scenario=$1
	shift

	[ -n "${site-}" ] || site
	questions=$BATS_TEST_TMPDIR/questions
	mkfifo "$BATS_TEST_TMPDIR/end.$scenario"
	"$ROOT/tests/lib/dns-script" "$scenario" "$questions" \
	    <"$BATS_TEST_TMPDIR/end.$scenario" \
	    >"$BATS_TEST_TMPDIR/port" 2>>"$log" 3>&- &
	exec {script}>"$BATS_TEST_TMPDIR/end.$scenario"
	until_true grep -q . "$BATS_TEST_TMPDIR/port"
	root_hints 127.0.2.1
	printf '%s\n' "port $(cat "$BATS_TEST_TMPDIR/port")" "$@" \
	    >"$site/etc/resolver.conf"
	services </dev/null
	resolver_lines
}

script_stop() {
	[ -z "${script-}" ] || hang_up "$script"
	script=
}

resolve() {
	(cd "$site" && "$BIN/resolver" -q "$@")
}

lookup() {
	dig @127.0.0.1 -p "$(port resolver udp)" +tries=1 +time=8 \
	    +noall +comments +answer +authority "$@" |
	    sed -E '/^$/d; s/[ \t]+/ /g'
}

queries() {
	grep -c -E -e "${1-.}" "$questions" || :
}

# has TEXT...: each is a part of $output; lacks TEXT...: none is.
has() {
	local text

	for text; do
		[[ $output == *"$text"* ]] || { echo "no $text"; return 1; }
	done
}

lacks() {
	local text

	for text; do
		[[ $output != *"$text"* ]] || { echo "has $text"; return 1; }
	done
}

# The place where it saves and counts.
place() {
	mkdir -p "$site/spool/run/dns"
	! is_root || chown "$user" "$site/spool/run/dns"
	# shellcheck disable=SC2034	# the caller's variable
	saved=$site/spool/run/dns/resolver.udp
}

# counter NAME: what spool/run/dns/resolver.counters has in that row
counter() {
	python3 - "$site/spool/run/dns/resolver.counters" "$1" <<'PYTHON'
import struct, sys
data = open(sys.argv[1], "rb").read()
assert data[:8] == b"counters"
for i in range(struct.unpack("Q", data[8:16])[0]):
    row = data[16 + 32 * i:48 + 32 * i]
    if row[:24].rstrip(b"\0").decode() == sys.argv[2]:
        print(struct.unpack("Q", row[24:])[0])
PYTHON
}
