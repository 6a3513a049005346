#!/usr/bin/env bats
#
# dnsd beside NSD, Knot and BIND: the same answers, and they as secondaries.

# shellcheck disable=SC2030,SC2031	# each test has its own peers

bats_require_minimum_version 1.5.0

load lib/labnet

setup() {
	whole_site
	peers=()
	work=$BATS_TEST_TMPDIR/work
	mkdir "$work"
}

teardown() {
	local pid

	inetd_stop || :
	for pid in "${peers[@]}"; do
		kill "$pid" 2>/dev/null || :
		wait "$pid" || :
	done
	cat "$log" 2>/dev/null || :	# shown only if the test failed
}

needs() {
	local program

	for program; do
		command -v "$program" >/dev/null || skip "no $program here"
	done
}

differ() {
	/usr/bin/python3 -c 'import dns' 2>/dev/null || skip 'no dnspython'
	/usr/bin/python3 "$ROOT/tests/dns/differ.py" "$BIN" "$work" "$@"
}

# sign FOLDER ARG...: the awkward zone signed by another program, into it
sign() {
	local folder=$work/$1
	shift

	mkdir -p "$folder" "$work/keys"
	# DNSKEY of others, and DS without NS, are no signed zone's.
	sed '/^dnskey\|^cds\|^ds\t/d' "$ROOT/tests/dns/awkward.test.zone" \
	    >"$work/plain"
	[ -e "$work/keys/made" ] ||
		for flag in '' '-f KSK'; do
			# shellcheck disable=SC2086	# no word for ''
			dnssec-keygen -q -K "$work/keys" -a ECDSAP256SHA256 \
			    $flag awkward.test >"$work/keys/made"
		done
	(cd "$work" && dnssec-signzone -q -S -K "$work/keys" -o awkward.test \
	    -P "$@" -f "$folder/awkward.test.zone" "$work/plain")
}

# free_port: one that is free for both protocols now
free_port() {
	python3 -c '
import socket
t, u = socket.socket(), socket.socket(type=socket.SOCK_DGRAM)
t.bind(("127.0.0.1", 0))
u.bind(t.getsockname())
print(t.getsockname()[1])'
}

@test "no answer differs from all of NSD, Knot and BIND" {
	needs nsd knotd named
	differ "$ROOT/tests/dns/awkward.test.zone" >"$work/out" ||
		{ cat "$work/out"; return 1; }
	tail -n 1 "$work/out"
}

@test "the same of a zone signed with NSEC" {
	needs nsd knotd named dnssec-signzone
	sign nsec -x
	differ "$work/nsec/awkward.test.zone" -s
}

@test "the same of a zone signed with NSEC3" {
	needs nsd knotd named dnssec-signzone
	sign nsec3 -3 abcd -H 2
	differ "$work/nsec3/awkward.test.zone" -s
}

@test "the same of a zone signed with NSEC3 and opt-out" {
	needs nsd knotd named dnssec-signzone
	sign optout -3 - -H 0 -A
	differ "$work/optout/awkward.test.zone" -s
}

@test "the same of a zone signed by ldns, and by Knot" {
	needs nsd knotd named ldns-signzone kzonesign
	mkdir "$work/ldns" "$work/knot" "$work/signed"
	# What ldns cannot read: a class in front of the time to live.
	sed '/^dnskey\|^cds\|^ds\t/d; /^\tIN 1h30m /d' \
	    "$ROOT/tests/dns/awkward.test.zone" >"$work/plain"
	key=$(cd "$work" && ldns-keygen -a ECDSAP256SHA256 -k awkward.test)
	(cd "$work" && ldns-signzone -o awkward.test -f \
	    ldns/awkward.test.zone plain "$key")
	differ "$work/ldns/awkward.test.zone" -q
	cp "$work/plain" "$work/knot/awkward.test.zone"
	cat >"$work/knot.conf" <<-EOF
	server:
	    rundir: $work/knot
	database:
	    storage: $work/knot
	policy:
	  - id: nsec3
	    algorithm: ecdsap256sha256
	    nsec3: on
	zone:
	  - domain: awkward.test
	    storage: $work/knot
	    file: awkward.test.zone
	    dnssec-signing: on
	    dnssec-policy: nsec3
	EOF
	kzonesign -c "$work/knot.conf" -o "$work/signed" awkward.test
	differ "$work/signed/awkward.test.zone" -q
}

# all PORT: the zone as a secondary has it, in one case and order
all() {
	dig @127.0.0.1 -p "$1" +tcp +noall +answer +onesoa awkward.test AXFR |
	    tr -s ' \t' ' ' | tr '[:upper:]' '[:lower:]' | LC_ALL=C sort -u
}

serial_is() {
	[ "$(dig @127.0.0.1 -p "$1" +short +tries=1 +time=1 awkward.test SOA |
	    cut -d ' ' -f 3)" = "$2" ]
}

same_zone() {
	all "$(port dnsd)" >"$work/ours"
	all "$1" >"$work/theirs"
	[ -s "$work/ours" ] && diff "$work/ours" "$work/theirs"
}

# follows PORT: the secondary has our zone, and the next one after a NOTIFY
follows() {
	until_true serial_is "$1" 2026112201
	same_zone "$1"
	sed -i -e 's/2026112201/2026112202/' -e 's/^1h\t/2h\t/' \
	    "$site/etc/zones/awkward.test.zone"
	until_true serial_is "$1" 2026112202
	same_zone "$1"
}

primary() {
	cp "$ROOT/tests/dns/awkward.test.zone" "$site/etc/zones/"
	printf '%s\n' 'allow-transfer 127.0.0.1' "notify 127.0.0.1@$1" \
	    >>"$site/etc/dns.conf"
	whole_start
	until_true serial_is "$(port dnsd udp)" 2026112201
}

@test "NSD as our secondary" {
	needs nsd
	peer=$(free_port)
	primary "$peer"
	cat >"$work/nsd.conf" <<-EOF
	server:
	    ip-address: 127.0.0.1
	    port: $peer
	    username: ""
	    chroot: ""
	    zonesdir: "$work"
	    database: ""
	    pidfile: "$work/nsd.pid"
	    xfrdfile: "$work/nsd.xfrd"
	    zonelistfile: "$work/nsd.list"
	    xfrdir: "$work"
	    xfrd-reload-timeout: 0
	    server-count: 1
	remote-control:
	    control-enable: no
	zone:
	    name: awkward.test
	    zonefile: secondary.zone
	    request-xfr: AXFR 127.0.0.1@$(port dnsd) NOKEY
	    allow-notify: 127.0.0.1 NOKEY
	    provide-xfr: 127.0.0.1 NOKEY
	EOF
	nsd -d -c "$work/nsd.conf" >"$work/log" 2>&1 3>&- &
	peers+=($!)
	follows "$peer"
}

@test "Knot as our secondary" {
	needs knotd
	peer=$(free_port)
	primary "$peer"
	mkdir "$work/knot"
	cat >"$work/knot.conf" <<-EOF
	server:
	    listen: 127.0.0.1@$peer
	    rundir: $work/knot
	database:
	    storage: $work/knot
	remote:
	  - id: primary
	    address: 127.0.0.1@$(port dnsd)
	acl:
	  - id: all
	    address: 127.0.0.1
	    action: [notify, transfer]
	zone:
	  - domain: awkward.test
	    storage: $work/knot
	    master: primary
	    acl: all
	    zonefile-sync: -1
	    semantic-checks: off
	EOF
	knotd -c "$work/knot.conf" >"$work/log" 2>&1 3>&- &
	peers+=($!)
	follows "$peer"
}

@test "BIND as our secondary" {
	needs named
	peer=$(free_port)
	primary "$peer"
	cat >"$work/named.conf" <<-EOF
	options {
		directory "$work";
		listen-on port $peer { 127.0.0.1; };
		listen-on-v6 { none; };
		pid-file "$work/named.pid";
		session-keyfile "$work/session.key";
		recursion no;
		dnssec-validation no;
		max-records-per-type 0;
		notify no;
		allow-transfer { any; };
	};
	controls { };
	zone "awkward.test" {
		type slave;
		file "secondary.zone";
		masterfile-format text;
		check-names ignore;
		allow-notify { 127.0.0.1; };
		masters { 127.0.0.1 port $(port dnsd); };
	};
	EOF
	named -f -4 -n 1 -c "$work/named.conf" >"$work/log" 2>&1 3>&- &
	peers+=($!)
	follows "$peer"
}
