#!/usr/bin/env bats
#
# relay's rules for MX records, with real servers on port 25 of a network of
# their own; and clocks that jump.

load lib/queue

setup() {
	queue_site
}

teardown() {
	sinks_stop
	sites_stop
}

# In the network, as root: the site's DNS on 127.0.0.1, sinks on 127.0.0.N.
world() {
	is_root || skip "needs root, for namespaces"
	unshare -n true 2>/dev/null || skip "no network of our own"
	mkdir "$BATS_TEST_TMPDIR/w"
	"$ROOT/tests/lib/mx-world" "$1" "$BATS_TEST_TMPDIR/w" 3>&-
}

@test "S31: the lowest preference first, then the next ones" {
	world preference
}
@test "S31: equal preferences are shuffled" { world shuffled; }
@test "S31: no MX: the address; an alias; IPv6" { world address; }
@test "S31: null MX, own host, no name, no address" { world never; }
@test "S31: DNS that cannot say now is tried again" { world later; }
@test "S31: 300 hosts: at most ten addresses are tried" { world many; }
@test "S31: the unspecified address and our own name are not talked to" {
	world ourselves
}

# A clock that was set is a queue whose times are far off.
@test "S32: a clock set forward fails no mail, set back makes no loop" {
	settings 'route x.example [127.0.0.1]:1' 'relay-lifetime 25' \
	    'relay-retry 3' 'relay-retry-max 6' 'relay-warn 0'
	printf 'Subject: x\n\nx\n' | ARRIVED=1 enqueue 1 alice@crepes.fr '' \
	    bob@x.example
	printf 'Subject: x\n\nx\n' | ARRIVED=$((EPOCHSECONDS + 315360000)) \
	    enqueue 2 alice@crepes.fr '' bob@x.example
	for i in 1 2 3; do
		pass
		# Tried once each, though one lies in 1970, one in 2036.
		[ "$(grep -c "^to W- 000$i" "$site/spool/queue/new/1")" = 1 ]
		[ "$(grep -c "^to W- 000$i" "$site/spool/queue/new/2")" = 1 ]
		pass
		[ "$(grep -l "^to W- 000$i" "$site/spool/queue/new/"* |
		    wc -l)" = 2 ]
		# The clock jumps again, by ten years, once either way.
		sed -i -E "s/^(to W- .{4}) [0-9]{18}/\\1 $(printf %018d 5)/" \
		    "$site/spool/queue/new/1"
		sed -i -E "s/^(to W- .{4}) [0-9]{18}/\\1 $(printf %018d \
		    $((EPOCHSECONDS + 315360000)))/" \
		    "$site/spool/queue/new/2"
	done
	# As often as its lifetime has room for: then it has had its time.
	pass
	grep -q '^to F- 0004' "$site/spool/queue/new/1"
}
