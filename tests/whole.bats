#!/usr/bin/env bats
#
# The whole site: the shipped configuration, every service at once.

bats_require_minimum_version 1.5.0

load lib/labnet

setup() {
	whole_site
}

teardown() {
	inetd_stop || :
	cat "$log" 2>/dev/null || :	# shown only if the test failed
}

# uids: the user of each process that lives in this site, but inetd.
uids() {
	local dir pid

	for dir in /proc/[0-9]*; do
		pid=${dir##*/}
		[ "$pid" != "$inetd" ] || continue
		[ "$(readlink "$dir/cwd" 2>/dev/null)" = "$site" ] || continue
		awk -v pid="$pid" '/^Name/ { name = $2 }
		    /^Uid/ { print name, $2, $3, $4 }' "$dir/status" \
		    2>/dev/null || :
	done
}

curl_() {
	curl -sS --max-time 60 "$@"
}

@test "Alice to Bob in six steps, with real clients" {
	whole_start
	# 1 to 3: Alice's user agent hands the message to the mail server.
	printf 'From: alice@crepes.fr\r\nTo: bob@hamburger.edu\r\n%s\r\n%s\r\n' \
	    'Subject: Searching for the meaning of life.' '' \
	    >"$BATS_TEST_TMPDIR/mail"
	printf 'Do you like ketchup?\r\n' >>"$BATS_TEST_TMPDIR/mail"
	curl_ "smtp://127.0.0.1:$(port smtpd)/crepes.fr" \
	    --mail-from alice@crepes.fr --mail-rcpt bob@hamburger.edu \
	    --upload-file "$BATS_TEST_TMPDIR/mail"
	# 4 and 5: the server has put it into Bob's mailbox.
	run box bob
	[ "${#lines[@]}" = 1 ]
	sed 's/$/\r/' "${lines[0]}" >"$BATS_TEST_TMPDIR/stored"
	# 6: Bob reads it, over POP3 and over IMAP, to the octet.
	curl_ "pop3://127.0.0.1:$(port pop3d)/1" -u bob:hungry |
	    cmp - "$BATS_TEST_TMPDIR/stored"
	curl_ "imap://127.0.0.1:$(port imapd)/INBOX;MAILINDEX=1" \
	    -u bob:hungry | cmp - "$BATS_TEST_TMPDIR/stored"
	tail -n 5 "$BATS_TEST_TMPDIR/stored" | cmp - "$BATS_TEST_TMPDIR/mail"
}

@test "while clients are connected nobody but inetd is root" {
	is_root || skip "not root, so nobody is"
	whole_start
	mail_to bob hello
	dial a smtpd;	hear "$a" '220 *'
	say "$a" 'HELO x.example';		hear "$a" '250 *'
	say "$a" 'MAIL FROM:<a@x.example>';	hear "$a" '250 *'
	say "$a" 'RCPT TO:<bob@hamburger.edu>';	hear "$a" '250 *'
	say "$a" DATA;				hear "$a" '354 *'
	dial b pop3d;	hear "$b" '+OK*'
	dial c pop3d;	hear "$c" '+OK*'
	say "$c" 'USER bob';	hear "$c" '+OK*'
	say "$c" 'PASS hungry';	hear "$c" '+OK*'
	dial d imapd;	hear "$d" '\* OK*'
	dial e imapd;	hear "$e" '\* OK*'
	say "$e" 'a LOGIN bob hungry';		hear "$e" '*a OK*'
	dial f ftpd;	hear "$f" '220*'
	dial g ftpd;	hear "$g" '220*'
	say "$g" 'USER alice';	hear "$g" '331*'
	say "$g" 'PASS hungry';	hear "$g" '230*'
	dig +short +tries=1 +time=5 @127.0.0.1 -p "$(port dnsd udp)" \
	    hamburger.edu MX
	dig +short +tcp +tries=1 +time=5 @127.0.0.1 -p "$(port dnsd)" \
	    hamburger.edu MX
	# Each kind is there, and each has one user in all three ids: its own.
	cat >"$BATS_TEST_TMPDIR/kinds" <<-EOF
	authd 19001
	deliver 19002
	smtpd 19003
	pop3d 19004
	pop3d $(stat -c %u "$site/spool/home/bob")
	imapd 19004
	imapd $(stat -c %u "$site/spool/home/bob")
	ftpd 19005
	ftpd $(stat -c %u "$site/spool/home/alice")
	dnsd 19006
	EOF
	until_true each_is_its_user || { cat "$BATS_TEST_TMPDIR/uids"; return 1; }
}

# A process that has just begun is root, until it is its user's.
each_is_its_user() {
	local name uid

	uids | sort >"$BATS_TEST_TMPDIR/uids"
	! grep -E ' 0( |$)' "$BATS_TEST_TMPDIR/uids" || return 1
	while read -r name uid; do
		grep -qx "$name $uid $uid $uid" "$BATS_TEST_TMPDIR/uids" ||
			return 1
	done <"$BATS_TEST_TMPDIR/kinds"
}

# each_answers: every service takes a new client and serves it.
each_answers() {
	local fd

	mail_to bob "from $1"
	dial fd pop3d
	hear "$fd" '+OK*'
	say "$fd" 'USER bob';	hear "$fd" '+OK*'
	say "$fd" 'PASS hungry'; hear "$fd" '+OK*'
	say "$fd" QUIT;		hear "$fd" '+OK*'
	hang_up "$fd"
	dial fd imapd
	hear "$fd" '\* OK*'
	say "$fd" 'a LOGIN bob hungry'
	hear "$fd" '*a OK*'
	hang_up "$fd"
	dial fd ftpd
	hear "$fd" '220*'
	say "$fd" 'USER anonymous';	hear "$fd" '331*'
	say "$fd" 'PASS bob@';		hear "$fd" '230*'
	hang_up "$fd"
	[ "$(dig +short +tries=2 +time=5 @127.0.0.1 -p "$(port dnsd udp)" \
	    hamburger.edu MX)" ]
}

@test "kill -9 of any one process leaves the others serving" {
	whole_start
	each_answers start
	for name in authd dnsd zonec deliver smtpd pop3d imapd ftpd; do
		dial one smtpd;	hear "$one" '220 *'
		say "$one" 'HELO x.example';		hear "$one" '250 *'
		say "$one" 'MAIL FROM:<a@x.example>';	hear "$one" '250 *'
		dial two pop3d;	hear "$two" '+OK*'
		dial three imapd; hear "$three" '\* OK*'
		dial four ftpd;	hear "$four" '220*'
		pkill -9 -x -P "$inetd" "$name" || [ "$name" = zonec ]
		hang_up "$one"
		hang_up "$two"
		hang_up "$three"
		hang_up "$four"
		each_answers "after $name"
	done
}

@test "a broken services.conf on SIGHUP changes nothing and is named" {
	whole_start
	cp "$site/etc/services.conf" "$BATS_TEST_TMPDIR/good"
	sed -i '/^127.*smtpd$/s/nowait/sometimes/' "$site/etc/services.conf"
	line=$(grep -n sometimes "$site/etc/services.conf" | cut -d: -f1)
	kill -HUP "$inetd"
	logged "etc/services.conf:$line: "
	each_answers broken
}

@test "IMAP keeps folders, copies and flags from session to session" {
	whole_start
	mail_to bob 'Subject: one' '' first
	mail_to bob 'Subject: two' '' second
	python3 - "$(port imapd)" <<-'EOF'
	import imaplib, sys
	port = int(sys.argv[1])
	def session():
	    m = imaplib.IMAP4("127.0.0.1", port, timeout=20)
	    m.login("bob", "hungry")
	    return m
	def ok(answer):
	    assert answer[0] == "OK", answer
	    return answer[1]
	m = session()
	ok(m.create("Lunch"))
	assert ok(m.select("INBOX")) == [b"2"]
	uids = ok(m.uid("search", None, "ALL"))[0]
	ok(m.copy("2", "Lunch"))
	ok(m.store("1", "+FLAGS", r"(\Flagged)"))
	m.logout()
	m = session()
	assert any(b"Lunch" in f for f in ok(m.list())), m.list()
	assert ok(m.select("INBOX")) == [b"2"]
	assert ok(m.uid("search", None, "ALL"))[0] == uids
	assert ok(m.search(None, "FLAGGED")) == [b"1"]
	assert ok(m.select("Lunch")) == [b"1"]
	text = ok(m.fetch("1", "(BODY[TEXT])"))[0][1]
	assert text == b"second\r\n", text
	m.logout()
	EOF
}

@test "the demo passwords keep inetd on loopback" {
	is_root || skip "the kernel's ports are enough"
	sed -i '/smtpd$/s/127.0.0.1:0/0.0.0.0:0/' "$site/etc/services.conf"
	whole_start
	logged 'etc/passwd:[0-9]+: alice still has its demo password'
	[ -z "$(port smtpd)" ]
	[ -n "$(port pop3d)" ]
}
