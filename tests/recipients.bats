#!/usr/bin/env bats
#
# deliver: from an address to the mailboxes and folders behind it.

bats_require_minimum_version 1.5.0

load lib/labnet

setup() {
	whole_site
	id=$(stat -c %u "$site/spool/home/bob")
}

teardown() {
	inetd_stop || :
	cat "$log" 2>/dev/null || :	# shown only if the test failed
}

# as_bob FILE: what comes in becomes a file of bob's.
as_bob() {
	cat >"$1"
	if is_root; then chown "$id:$id" "$1"; fi
}

session() {
	dial c smtpd
	hear "$c" '220 *'
	say "$c" 'HELO crepes.fr';			hear "$c" '250 *'
	say "$c" 'MAIL FROM:<carol@crepes.fr>';		hear "$c" '250 *'
}

# rcpt ADDRESS REPLY
rcpt() {
	say "$c" "RCPT TO:<$1>"
	hear "$c" "$2"
}

finish() {
	say "$c" DATA;				hear "$c" '354 *'
	printf 'Subject: x\r\n\r\nhello\r\n.\r\n' >&"$c"
	hear "$c" '250 *'
}

# count USER [FOLDER]: messages in it.
count() {
	find "$site/spool/mail/$1${2:+/$2}/new" -type f | wc -l
}

@test "user+detail: the folder if it is there, else the inbox" {
	for part in '' /tmp /new /cur; do
		mkdir "$site/spool/mail/bob/.lists$part"
	done
	ln -s .lists "$site/spool/mail/bob/.link"
	if is_root; then chown -R "$id:$id" "$site/spool/mail/bob"; fi
	whole_start
	session
	rcpt bob+lists@hamburger.edu '250 *'
	rcpt BOB+other@hamburger.edu '250 *'
	rcpt bob+link@hamburger.edu '250 *'
	rcpt '"bob+../../alice"@hamburger.edu' '250 *'
	rcpt bob+..lists@hamburger.edu '553 *'
	rcpt +lists@hamburger.edu '550 *'
	finish
	[ "$(count bob .lists)" = 1 ]
	[ "$(count bob)" = 1 ]
	[ "$(count alice)" = 0 ]
	grep -q '^Delivered-To: bob+lists@hamburger.edu$' \
	    "$site"/spool/mail/bob/.lists/new/*
}

@test "an alias that names itself keeps a copy" {
	printf 'bob: bob, alice\n' >>"$site/etc/aliases"
	whole_start
	session
	rcpt bob@hamburger.edu '250 *'
	finish
	[ "$(count bob)" = 1 ]
	[ "$(count alice)" = 1 ]
}

@test "virtual addresses, a catch-all, and several local domains" {
	printf '%s\n' 'domain second.example' 'virtual-domain crepes.fr' \
	    'virtual-domain münchen.de' 'domain xn--bcher-kva.example' >>"$site/etc/mail.conf"
	printf '%s\n' 'bob@crepes.fr: alice' 'sales@crepes.fr: bob+sales' \
	    '@second.example: alice' 'bob@xn--mnchen-3ya.de: bob' \
	    >>"$site/etc/aliases"
	whole_start
	session
	rcpt bob@crepes.fr '250 *'
	rcpt alice@crepes.fr '550 No such user here'
	rcpt SALES+x@crepes.fr '250 *'
	finish
	[ "$(count alice)" = 1 ]
	[ "$(count bob)" = 1 ]
	say "$c" 'MAIL FROM:<>';		hear "$c" '250 *'
	rcpt bob@second.example '250 *'
	rcpt whoever@second.example '250 *'
	finish
	[ "$(count bob)" = 2 ]
	[ "$(count alice)" = 2 ]
	# A domain beyond ASCII has two ways to be written (RFC 5890 2.3.2.1).
	say "$c" 'MAIL FROM:<> SMTPUTF8';	hear "$c" '250 *'
	rcpt bob@münchen.de '250 *'
	rcpt bob@XN--MNCHEN-3YA.de '250 *'
	rcpt alice@bücher.example '250 *'
	rcpt alice@xn--bcher-kva.example '250 *'
	rcpt alice@bucher.example '250 *'
	finish
	[ "$(count bob)" = 3 ]
	[ "$(count alice)" = 3 ]
}

@test "postmaster of every domain, and an address of ours as its own literal" {
	echo 'virtual-domain crepes.fr' >>"$site/etc/mail.conf"
	whole_start
	session
	rcpt PostMaster@crepes.fr '250 *'
	rcpt postmaster@hamburger.edu '250 *'
	rcpt Postmaster '250 *'
	rcpt 'bob+x@[127.0.0.1]' '250 *'
	rcpt '"bob"@[127.0.0.1]' '250 *'
	rcpt 'nobody@[127.0.0.1]' '550 *'
	finish
	[ "$(count alice)" = 1 ]
	[ "$(count bob)" = 1 ]
	grep -q '^Delivered-To: bob+x@hamburger.edu$' "$(box bob)"
	# Who has made it a domain has addresses of it, perhaps.
	echo 'virtual-domain [127.0.0.1]' >>"$site/etc/mail.conf"
	echo 'bob@[127.0.0.1]: alice' >>"$site/etc/aliases"
	session
	rcpt 'bob@[127.0.0.1]' '250 *'
	finish
	[ "$(count alice)" = 2 ]
}

@test "a list's file, and one that is missing or lies elsewhere" {
	mkdir "$site/etc/lists"
	printf '%s\n' '# friends' alice '' ' bob@hamburger.edu' \
	    >"$site/etc/lists/friends"
	printf '%s\n' 'friends: :include:friends' 'none: :include:none, bob' \
	    'evil: :include:../passwd' >>"$site/etc/aliases"
	whole_start
	session
	rcpt friends@hamburger.edu '250 *'
	rcpt none@hamburger.edu '451 *'
	rcpt evil@hamburger.edu '451 *'
	finish
	[ "$(count bob)" = 1 ]
	[ "$(count alice)" = 1 ]
}

@test "etc/aliases replaced within a session, and one that cannot be read" {
	whole_start
	session
	rcpt alice@hamburger.edu '250 *'
	{ cat "$site/etc/aliases"; echo 'new: alice'; } >"$site/etc/aliases.new"
	mv "$site/etc/aliases.new" "$site/etc/aliases"
	rcpt bob@hamburger.edu '250 *'
	echo 'newer: alice' >>"$site/etc/aliases"
	say "$c" RSET;					hear "$c" '250 *'
	say "$c" 'MAIL FROM:<carol@crepes.fr>';		hear "$c" '250 *'
	rcpt postmaster@hamburger.edu '250 *'
	session
	rcpt new@hamburger.edu '250 *'
	rcpt newer@hamburger.edu '250 *'
	echo 'newest: bob' >>"$site/etc/aliases"
	rcpt newest@hamburger.edu '250 *'
	finish
	[ "$(count alice)" = 1 ]
	chmod 0 "$site/etc/aliases"
	dial c smtpd
	logged 'etc/aliases: Permission denied'
	hear "$c" '220 *'
	say "$c" 'HELO crepes.fr';			hear "$c" '250 *'
	# deliver may just not have gone yet.
	say "$c" 'MAIL FROM:<carol@crepes.fr>';		hear "$c" '[24]5[01] *'
	rcpt bob@hamburger.edu '[45]* *'
	chmod 644 "$site/etc/aliases"
	say "$c" RSET;					hear "$c" '250 *'
	say "$c" 'MAIL FROM:<carol@crepes.fr>';		hear "$c" '250 *'
	rcpt newest@hamburger.edu '250 *'
}

@test "S25: .forward sends on, keeps a copy, and comes back to the mailbox" {
	as_bob "$site/spool/home/bob/.forward" <<-'EOF'
	# on holiday
	alice, \bob
	carol@crepes.fr
	EOF
	whole_start
	session
	rcpt bob@hamburger.edu '250 *'
	finish
	[ "$(count bob)" = 1 ]
	[ "$(count alice)" = 1 ]
	grep -q '^to W.*<carol@crepes.fr>$' "$site"/spool/queue/new/*
	grep -q '^Delivered-To: bob@hamburger.edu$' "$site"/spool/queue/new/*
	# bob -> alice -> bob: it ends at bob's.
	as_bob "$site/spool/home/bob/.forward" <<<alice
	echo bob >"$site/spool/home/alice/.forward"
	if is_root; then
		chown --reference="$site/spool/home/alice" \
		    "$site/spool/home/alice/.forward"
	fi
	session
	rcpt bob@hamburger.edu '250 *'
	finish
	[ "$(count bob)" = 2 ]
	[ "$(count alice)" = 1 ]
}

@test "S25: .forward with a pipe, a file, too much: refused, and mail kept" {
	whole_start
	n=0
	for text in "|touch $site/hit" "/etc/passwd" ":include:/etc/passwd" \
	    '"|id"' ''; do
		as_bob "$site/spool/home/bob/.forward" <<<"$text"
		session
		rcpt bob@hamburger.edu '250 *'
		finish
		n=$((n + 1))
		[ "$(count bob)" = "$n" ]
	done
	yes alice | head -n 20000 | as_bob "$site/spool/home/bob/.forward"
	session
	rcpt bob@hamburger.edu '250 *'
	finish
	[ "$(count bob)" = $((n + 1)) ]
	[ "$(count alice)" = 0 ]
	[ ! -e "$site/hit" ]
	logged 'bob/.forward: too large'
}

@test "S25: .forward that is a FIFO, a link, or another's to write" {
	whole_start
	forward=$site/spool/home/bob/.forward
	echo alice >"$site/alice"
	mkfifo "$forward"
	if is_root; then chown "$id" "$forward"; fi
	session;	rcpt bob@hamburger.edu '250 *';		finish
	rm "$forward"
	ln -s "$site/alice" "$forward"
	session;	rcpt bob@hamburger.edu '250 *';		finish
	rm "$forward"
	as_bob "$forward" <<<alice
	chmod 666 "$forward"
	session;	rcpt bob@hamburger.edu '250 *';		finish
	[ "$(count bob)" = 3 ]
	[ "$(count alice)" = 0 ]
}

@test "S25: .forward files that each name the next a hundred times" {
	is_root || skip "needs accounts"
	for i in 1 2 3 4; do
		owner=$((30000 + i))
		echo "u$i:*:$owner:$owner::spool/home/u$i:/bin/sh" \
		    >>"$site/etc/passwd"
		install -d -m 700 -o "$owner" -g "$owner" \
		    "$site/spool/home/u$i" "$site/spool/mail/u$i"/{,tmp,new,cur}
		seq -f "u$((i + 1))+%g" 100 >"$site/spool/home/u$i/.forward"
		chown "$owner" "$site/spool/home/u$i/.forward"
	done
	echo 'list: u1, bob' >>"$site/etc/aliases"
	echo alice | as_bob "$site/spool/home/bob/.forward"
	whole_start
	session
	rcpt list@hamburger.edu '250 *'
	logged 'u1/.forward: u2.2: too many names'
	[ "$(times 'too many names')" -le 10 ]
	finish
	for user in u1 u2 u3 u4 alice; do
		[ "$(count "$user")" = 1 ]
	done
	[ "$(count bob)" = 0 ]
}

@test "quota: 452 at RCPT when full, 552 for what never fits, and counted" {
	whole_start
	as_bob "$site/spool/mail/bob/maildirsize" <<<'2000S,2C'
	session
	rcpt bob@hamburger.edu '250 *'
	say "$c" DATA;				hear "$c" '354 *'
	{ yes 'a line' | head -n 500 | sed 's/$/\r/'; printf '.\r\n'; } >&"$c"
	hear "$c" '552 The message is larger than the mailbox'
	[ "$(count bob)" = 0 ]
	for n in 1 2; do
		session
		rcpt bob@hamburger.edu '250 *'
		finish
		[ "$(count bob)" = "$n" ]
	done
	session
	rcpt bob@hamburger.edu '452 *'
	[ "$(wc -l <"$site/spool/mail/bob/maildirsize")" = 3 ]
}

@test "quota: a SIZE that has no room is one recipient's affair" {
	whole_start
	as_bob "$site/spool/mail/bob/maildirsize" <<<'2000S'
	session
	say "$c" RSET;					hear "$c" '250 *'
	say "$c" 'MAIL FROM:<carol@crepes.fr> SIZE=5000'; hear "$c" '250 *'
	rcpt bob@hamburger.edu '552 The message is larger than the mailbox'
	rcpt alice@hamburger.edu '250 *'
	finish
	[ "$(count alice)" = 1 ]
	say "$c" 'MAIL FROM:<carol@crepes.fr>';		hear "$c" '250 *'
	rcpt bob@hamburger.edu '250 *'
	finish
	[ "$(count bob)" = 1 ]
}

@test "a maildir without new/ is refused alone, and stops nobody else's mail" {
	whole_start
	rmdir "$site/spool/mail/bob/new"
	session
	rcpt bob@hamburger.edu '451 *'
	rcpt alice@hamburger.edu '250 *'
	finish
	[ "$(count alice)" = 1 ]
}

# told NAME STATUS: alice has heard of it, and of nobody else.
told() {
	logged 'report to <alice@hamburger.edu>: 250'
	report=$(grep -l -r 'multipart/report' "$site/spool/mail/alice/new")
	[ "$(grep '^Final-Recipient: ' "$report")" = \
	    "Final-Recipient: rfc822; $1@hamburger.edu" ]
	grep -q "^Status: $2" "$report"
	grep -q '^Action: failed$' "$report"
}

@test "a list with a mailbox that is full: the others get theirs" {
	echo 'staff: alice, bob' >>"$site/etc/aliases"
	whole_start
	as_bob "$site/spool/mail/bob/maildirsize" <<<$'2000S\n1990 1'
	session
	say "$c" RSET;					hear "$c" '250 *'
	say "$c" 'MAIL FROM:<alice@hamburger.edu> SIZE=500'
	hear "$c" '250 *'
	rcpt staff@hamburger.edu '250 *'
	finish
	[ "$(count bob)" = 0 ]
	told bob 5.2.2
	[ "$(count alice)" = 2 ]
}

@test "a list with a mailbox that its user broke: the others get theirs" {
	echo 'staff: bob, alice' >>"$site/etc/aliases"
	echo 'both: bob, bob+x' >>"$site/etc/aliases"
	is_root || skip 'one user may write everywhere'
	whole_start
	chmod 500 "$site/spool/mail/bob/new"
	session
	say "$c" RSET;					hear "$c" '250 *'
	say "$c" 'MAIL FROM:<alice@hamburger.edu>';	hear "$c" '250 *'
	rcpt bob@hamburger.edu '451 The mailbox is broken'
	rcpt both@hamburger.edu '451 The mailbox is broken'
	rcpt staff@hamburger.edu '250 *'
	finish
	told bob 5.2.0
	[ "$(count alice)" = 2 ]
	chmod 0 "$site/spool/mail/bob"
	session
	rcpt bob@hamburger.edu '451 The mailbox is broken'
	rcpt staff@hamburger.edu '250 *'
}

@test "a list with a mailbox that is not there now: 451, and all is tried again" {
	echo 'staff: bob, alice' >>"$site/etc/aliases"
	echo 'far: bob, carol@crepes.fr' >>"$site/etc/aliases"
	whole_start
	mv "$site/spool/mail/bob" "$site/spool/mail/away"
	session
	rcpt staff@hamburger.edu '451 *'
	rcpt far@hamburger.edu '451 *'
	mv "$site/spool/mail" "$site/spool/unmounted"
	mkdir "$site/spool/mail"
	rcpt far@hamburger.edu '451 *'
	rmdir "$site/spool/mail"
	mv "$site/spool/unmounted" "$site/spool/mail"
	mv "$site/spool/mail/away" "$site/spool/mail/bob"
	session
	rcpt staff@hamburger.edu '250 *'
	finish
	[ "$(count bob)" = 1 ]
	[ "$(count alice)" = 1 ]
	is_empty "$site/spool/queue/new"
}

@test "a .forward to a mailbox that is full or broken: one's own has it" {
	is_root || skip 'one user may write everywhere'
	echo 'staff: bob, postmaster' >>"$site/etc/aliases"
	whole_start
	as_bob "$site/spool/home/bob/.forward" <<<alice
	chmod 500 "$site/spool/mail/alice/tmp"
	session
	rcpt bob@hamburger.edu '250 *'
	rcpt postmaster@hamburger.edu '451 *'
	finish
	[ "$(count bob)" = 1 ]
	logged 'bob/.forward: alice: 451 4.2.0 The mailbox is broken'
	say "$c" 'MAIL FROM:<>';		hear "$c" '250 *'
	rcpt staff@hamburger.edu '250 *'
	finish
	[ "$(count bob)" = 2 ]
}

@test "a quota that is seen too late binds no mailbox that has company" {
	echo 'staff: alice, bob' >>"$site/etc/aliases"
	whole_start
	as_bob "$site/spool/mail/bob/maildirsize" <<<'50S'
	for to in alice staff; do
		session
		rcpt bob@hamburger.edu "$([ $to = alice ] && echo 250 || echo 452) *"
		rcpt $to@hamburger.edu '250 *'
		finish
	done
	[ "$(count bob)" = 1 ]
	[ "$(count alice)" = 2 ]
	rm "$site/spool/mail/bob/maildirsize"
	as_bob "$site/spool/mail/bob/maildirsize" <<<'50S'
	session
	rcpt bob@hamburger.edu '250 *'
	say "$c" DATA;				hear "$c" '354 *'
	printf 'Subject: x\r\n\r\nhello\r\n.\r\n' >&"$c"
	hear "$c" '552 *'
	[ "$(count bob)" = 1 ]
}

@test "a place that fails late: nobody keeps it, and the next try is the first" {
	whole_start
	session
	rcpt alice@hamburger.edu '250 *'
	rcpt far@elsewhere.example '250 *'
	rcpt bob@hamburger.edu '250 *'
	chmod 500 "$site/spool/mail/bob/new"
	say "$c" DATA;				hear "$c" '354 *'
	printf 'Subject: x\r\n\r\nhello\r\n.\r\n' >&"$c"
	hear "$c" '451 *'
	[ "$(count alice)" = 0 ]
	is_empty "$site/spool/queue/new"
	for box in mail/alice mail/bob queue; do
		is_empty "$site/spool/$box/tmp"
	done
	chmod 700 "$site/spool/mail/bob/new"
	say "$c" 'MAIL FROM:<carol@crepes.fr>';		hear "$c" '250 *'
	rcpt alice@hamburger.edu '250 *'
	rcpt bob@hamburger.edu '250 *'
	finish
	[ "$(count alice)" = 1 ]
	[ "$(count bob)" = 1 ]
}

@test "249 mailboxes in one message, and one more is 452" {
	whole_start
	is_root || skip "needs accounts"
	for ((i = 1; i <= 250; i++)); do
		echo "u$i:*:$((30000 + i)):$((30000 + i))::spool/home/u$i:/bin/sh"
		install -d -m 700 -o $((30000 + i)) -g $((30000 + i)) \
		    "$site/spool/mail/u$i"/{,tmp,new,cur}
	done >>"$site/etc/passwd"
	session
	for ((i = 1; i < 250; i++)); do
		say "$c" "RCPT TO:<u$i@hamburger.edu>"
	done
	for ((i = 1; i < 250; i++)); do
		hear "$c" '250 *'
	done
	rcpt u250@hamburger.edu '452 *'
	finish
	[ "$(find "$site"/spool/mail/u*/new -type f | wc -l)" = 249 ]
}

@test "VRFY: nobody is told, unless mail.conf says so" {
	whole_start
	session
	say "$c" 'VRFY bob';			hear "$c" '252 *'
	say "$c" 'VRFY nobody';			hear "$c" '252 *'
	echo 'vrfy yes' >>"$site/etc/mail.conf"
	session
	say "$c" 'VRFY bob';			hear "$c" '250 <bob@hamburger.edu>'
	say "$c" 'VRFY <Postmaster>';		hear "$c" '250 *'
	say "$c" 'VRFY nobody';			hear "$c" '550 *'
	say "$c" 'VRFY x@crepes.fr';		hear "$c" '252 *'
	say "$c" 'VRFY a b';			hear "$c" '501 *'
	say "$c" 'EXPN staff';			hear "$c" '502 *'
}

@test "DSN: who asked for it is told of a mailbox reached" {
	whole_start
	dial c smtpd
	hear "$c" '220 *'
	say "$c" 'HELO crepes.fr';		hear "$c" '250 *'
	say "$c" 'MAIL FROM:<carol@crepes.fr> RET=HDRS ENVID=QQ1'
	hear "$c" '250 *'
	say "$c" 'RCPT TO:<bob@hamburger.edu> NOTIFY=SUCCESS ORCPT=rfc822;b'
	hear "$c" '250 *'
	finish
	[ "$(count bob)" = 1 ]
	logged 'report to <carol@crepes.fr>: 250'
	report=$(grep -l -r 'Original-Envelope-Id: QQ1' "$site/spool/queue/new")
	grep -q '^Action: delivered$' "$report"
	grep -q '^Original-Recipient: rfc822;b$' "$report"
}
