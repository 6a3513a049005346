#!/usr/bin/env bats
#
# smtpd: what SPF (RFC 7208) says of a sender, and that it refuses nobody.

bats_require_minimum_version 1.5.0

load lib/labnet

setup() {
	whole_site
	cat >"$site/etc/zones/spf.example.zone" <<-'EOZ'
	$TTL 300
	@	SOA	ns hostmaster 1 3600 600 86400 300
	@	NS	ns
	ns	A	127.0.0.1
	ok	TXT	"v=spf1 ip4:192.0.2.0/24 " "ip6:2001:db8::/32 -all"
	a	TXT	"v=spf1 a/31 -all"
	a	A	192.0.2.8
	mx	TXT	"v=spf1 mx:%{d1r}.spf.example mx -all"
	mx	MX	10 host
	host	A	192.0.2.9
	host	AAAA	2001:db8::9
	incl	TXT	"v=spf1 include:ok.spf.example ~all"
	redir	TXT	"v=spf1 redirect=a.spf.example"
	exists	TXT	"v=spf1 exists:%{ir}.%{l}.list.spf.example ?all"
	9.2.0.192.bob.list	A	127.0.0.2
	two	TXT	"v=spf1 +all"
	two	TXT	"v=spf1 -all"
	wrong	TXT	"v=spf1 -all ip4:1.2.3"
	syntax	TXT	"v=spf1 all frob"
	loop	TXT	"v=spf1 include:loop.spf.example"
	other	TXT	"v=spf10 -all"
	void	TXT	"v=spf1 a:x.spf.example a:y.spf.example a:z.spf.example all"
	nobody	TXT	"v=spf1 include:other.spf.example all"
	EOZ
}

teardown() {
	inetd_stop || :
	cat "$log" 2>/dev/null || :	# shown only if the test failed
}

# check RESULT SENDER [IP [HELO]]: the result that the message is marked with
check() {
	local file

	rm -f "$site"/spool/mail/bob/new/*
	printf '%s\r\n' "EHLO ${4-h.spf.example}" "MAIL FROM:<$2>" \
	    'RCPT TO:<bob@hamburger.edu>' DATA 'Subject: x' '' x . QUIT |
	    (cd "$site" && TCPREMOTEIP=${3-192.0.2.9} timeout 60 "$BIN/smtpd" \
	    2>>"$log" >"$BATS_TEST_TMPDIR/said")
	grep -q '^250 2.6.0' "$BATS_TEST_TMPDIR/said"
	file=$(box bob)
	[ "$(sed -n 's/^Received-SPF: \([a-z]*\) .*/\1/p' "$file")" = "$1" ] || {
		echo "$2: wanted $1"
		cat "$file"
		return 1
	}
}

@test "Received-SPF: each result, and never a refusal" {
	whole_start
	until_true test -e "$site/spool/dns/zones.db"
	logged 'spf.example. serial'
	printf 'spf yes\n' >>"$site/etc/mail.conf"
	sed -i "s/^nameserver .*/nameserver 127.0.0.1:$(port dnsd udp)/" \
	    "$site/etc/mail.conf"
	check pass a@ok.spf.example
	check pass a@ok.spf.example 2001:db8::5
	check fail a@ok.spf.example 198.51.100.1
	check pass a@a.spf.example
	check fail a@a.spf.example 192.0.2.10
	check pass a@mx.spf.example
	check pass a@mx.spf.example 2001:db8::9
	check softfail a@incl.spf.example 198.51.100.1
	check pass a@redir.spf.example 192.0.2.8
	check pass bob@exists.spf.example
	check neutral eve@exists.spf.example
	check permerror a@two.spf.example
	check permerror a@wrong.spf.example
	check permerror a@syntax.spf.example
	check permerror a@loop.spf.example
	check permerror a@void.spf.example
	check permerror a@nobody.spf.example
	check none a@other.spf.example
	check none a@none.spf.example
	check pass '' 192.0.2.9 ok.spf.example
	check temperror a@elsewhere.example
	# Our own are not asked for it.
	check '' a@ok.spf.example 127.0.0.1
	# The fields stand above Received (9.1), and the sizes in the name hold.
	check pass a@ok.spf.example
	file=$(box bob)
	size=$(stat -c %s "$file")
	[[ $file == *",S=$size,W=$((size + $(wc -l <"$file")))" ]]
	sed -n 3,7p "$file" | diff - <(printf '%s\n' \
	    'Received-SPF: pass (hamburger.edu: domain of ok.spf.example)' \
	    $'\treceiver=hamburger.edu; client-ip=192.0.2.9;' \
	    $'\tenvelope-from="a@ok.spf.example";' \
	    $'\thelo=h.spf.example; identity=mailfrom;' \
	    'Received: from h.spf.example ([192.0.2.9])')
}
