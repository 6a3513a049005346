#!/usr/bin/env bats
#
# RFC 6856: a client that says UTF8 gets messages as they are, any other one
# gets headers of ASCII alone, with the same words in them.

bats_require_minimum_version 1.5.0

load lib/labnet
load lib/maildrop

setup() {
	maildrop
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	inetd_stop || :
	cat "${log:-/dev/null}" poplog 2>/dev/null || :
}

letter_utf8() {
	printf '%s\n' 'From: Jörg Müller <joerg@x.example>' \
	    'To: "Ängström, A." <a@x.example>, bob@hamburger.edu (Kömmentar)' \
	    'Cc: <ü@ö.example>, Grün: grüße@x.example;' \
	    "Subject: Grüße aus $(printf 'dem schönen Köln, %.0s' {1..30})" \
	    '	und weiter' 'Message-ID: <ä@x.example>' 'X-Plain: as it was' \
	    '' 'Schöne Grüße'
}

@test "without UTF8 the header is ASCII and says the same" {
	letter_utf8 | message 1.utf8
	pop 'RETR 1' QUIT >got
	[ "$(sed -n 2p got)" = '+OK message 1 follows, without UTF-8' ]
	sed '1,2d' got | sed '/^$/,$d' >header
	run ! grep -qP '[^\x00-\x7f]' header
	awk 'length > 998 { exit 1 }' header
	sed -i '1,2d;$d' got
	letter_utf8 >sent
	python3 - <<-'END'
		import email.policy
		policy = email.policy.default
		def read(name):
		    with open(name, "rb") as f:
		        return email.message_from_bytes(f.read(), policy=policy)
		got, sent = read("got"), read("sent")
		assert got["subject"] == sent["subject"], got["subject"]
		people = got["from"].addresses + got["to"].addresses
		names = [a.display_name for a in people]
		assert names[:2] == ["Jörg Müller", "Ängström, A."], names
		assert people[0].addr_spec == "joerg@x.example", people
		assert people[2].addr_spec == "bob@hamburger.edu", people
		for a in got["cc"].addresses:
		    assert a.domain.endswith(".invalid"), a
		assert got["x-plain"] == "as it was"
		assert got["message-id"] == "<??@x.example>"
	END
	grep -qx 'Schöne Grüße' got
	# TOP is no way around it, and what LIST says stays.
	pop 'TOP 1 0' QUIT >top
	run ! grep -qP '[^\x00-\x7f]' top
	[ "$(pop 'LIST 1' 'RETR 1' 'LIST 1' QUIT | grep -c '^+OK 1 ')" = 2 ]
}

@test "what is not UTF-8, has no name, or no end" {
	printf 'Subject: caf\351 \201\377\nX\366: y\nno field \344\n\nb\n' |
	    message 1.latin
	printf 'Subject: \303\244' | message 2.open
	printf '\303\244: \303\244\n\n' | message 3.name
	printf 'From: "\303\244\\\n\n' | message 4.quoted
	printf 'From: <\303\244\n\n' | message 5.angle
	pop 'RETR 1' 'RETR 2' 'RETR 3' 'RETR 4' 'RETR 5' QUIT >got
	run ! grep -qP '[^\x00-\x7f]' got
	grep -qx 'Subject: =?unknown-8bit?Q?caf=E9_=81=FF?=' got
	grep -qx 'X?: y' got
	grep -qx 'Subject: =?UTF-8?Q?=C3=A4?=' got
	grep -qx 'From: <invalid@internationalized-address.invalid>' got
	grep -q goodbye got
}

@test "UTF8, then login: as it is, to the octet" {
	local pop

	whole_site
	whole_start
	mkdir -p "$site/spool/mail"
	mail_to bob 'From: alice@crepes.fr' '' x
	letter_utf8 >sent
	cat sent >"$(find "$site/spool/mail/bob/new" -type f)"
	pop=$(port pop3d)
	python3 - "$pop" <<-'END'
		import poplib, sys
		def get(utf8):
		    p = poplib.POP3("127.0.0.1", int(sys.argv[1]), timeout=20)
		    assert "UTF8" in p.capa() and "LANG" in p.capa()
		    if utf8:
		        p.utf8()
		    p.user("bob")
		    p.pass_("hungry")
		    lines = p.retr(1)[1]
		    p.quit()
		    return b"".join(l + b"\n" for l in lines)
		with open("sent", "rb") as f:
		    sent = f.read()
		assert get(True) == sent
		assert get(False) != sent
	END
}
