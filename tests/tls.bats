#!/usr/bin/env bats
#
# TLS by other programs: STARTTLS, STLS and AUTH TLS through UCSPI-TLS, TLS
# from the start by stunnel; and what is refused where there is none.

bats_require_minimum_version 1.5.0

load lib/tls
load lib/ftp

setup() {
	tls_site
}

teardown() {
	inetd_stop || :
	cat "$log" "$BATS_TEST_TMPDIR/s_client" 2>/dev/null || :
}

b64() {
	# shellcheck disable=SC2059	# the format is the text
	printf "$1" | base64 -w 0
}

# typed LINE...: all at once, as a client may that knows the answers.
typed() {
	printf '%s\r\n' "$@"
}

@test "STARTTLS: s_client, then AUTH and a message with ESMTPSA" {
	starttls_lines
	whole_start
	run s_client smtpd -starttls smtp < <(typed 'EHLO crepes.fr' \
	    "AUTH PLAIN $(b64 '\0bob\0hungry')" 'MAIL FROM:<bob@hamburger.edu>' \
	    'RCPT TO:<bob@hamburger.edu>' DATA $'Subject: x\r\n\r\ny\r\n.' \
	    STARTTLS QUIT)
	[[ $output == *'250-AUTH PLAIN LOGIN'*'235 2.7.0'*'354 '*'250 '*'503 5.5.1 TLS'*'221 '* ]]
	[[ $output != *STARTTLS* ]]
	grep -q 'with ESMTPSA id' "$(box bob)"
}

@test "STLS: s_client, and the session half goes on behind TLS" {
	starttls_lines
	whole_start
	run s_client pop3d -starttls pop3 < <(typed CAPA STLS 'USER bob' \
	    'PASS wrong' 'USER bob' 'PASS hungry' STAT NOOP QUIT)
	[[ $output == *'SASL PLAIN LOGIN'*'-ERR TLS is on'*'-ERR [AUTH]'*'+OK 0 0'*goodbye* ]]
	[[ $output != *STLS* ]]
}

@test "IMAP STARTTLS: s_client, both mechanisms" {
	starttls_lines
	whole_start
	run s_client imapd -starttls imap < <(typed 'a CAPABILITY' \
	    'b STARTTLS' "c AUTHENTICATE PLAIN $(b64 '\0bob\0hungry')" \
	    'd SELECT INBOX' 'e LOGOUT')
	[[ $output == *'AUTH=PLAIN AUTH=LOGIN'*'b BAD TLS'*'c OK '*'d OK '*'e OK '* ]]
	[[ $output != *'STARTTLS '* && $output != *LOGINDISABLED* ]]
	run s_client imapd -starttls imap < <(typed 'c AUTHENTICATE LOGIN' \
	    "$(b64 bob)" "$(b64 hungry)" 'e LOGOUT')
	[[ $output == *'+ VXNlcm5hbWU6'*'+ UGFzc3dvcmQ6'*'c OK '*'e OK '* ]]
}

@test "FTP AUTH TLS: s_client; PROT C, and P is refused" {
	starttls_lines
	whole_start
	run s_client ftpd -starttls ftp < <(typed 'PROT C' 'AUTH TLS' \
	    'PBSZ 0' 'PROT C' 'PROT P' 'PROT X' REIN FEAT 'USER bob' \
	    'PASS hungry' 'AUTH TLS' 'PROT P' 'PBSZ 0' 'PROT P' 'PROT C' PWD QUIT)
	[[ $output == *'503 PBSZ'*'503 TLS'*'200 PBSZ=0'*'200 Data'*536*504*502*' AUTH TLS'*'331 '*'230 '*'503 Too late'*'503 PBSZ'*'200 PBSZ=0'*536*'200 Data'*257*221* ]]
}

@test "real clients through STARTTLS, STLS and AUTH TLS" {
	starttls_lines
	ftp_port
	whole_start
	cd "$BATS_TEST_TMPDIR"
	curl=(curl -sS --max-time 60 --cacert "$site/etc/tls.crt" -u bob:hungry)
	printf 'Subject: hello\r\n\r\ntext\r\n' >mail
	"${curl[@]}" --ssl-reqd "smtp://127.0.0.1:$(port smtpd)/crepes.fr" \
	    --mail-from bob@hamburger.edu --mail-rcpt bob@hamburger.edu -T mail
	"${curl[@]}" --ssl-reqd "pop3://127.0.0.1:$(port pop3d)/1" >got
	tail -n 1 got | grep -q text
	"${curl[@]}" --ssl-reqd "imap://127.0.0.1:$(port imapd)/INBOX;MAILINDEX=1" |
	    cmp - got
	"${curl[@]}" --ftp-ssl-control "ftp://127.0.0.1:$(port ftpd)/" \
	    -T mail
	"${curl[@]}" --ftp-ssl-control "ftp://127.0.0.1:$(port ftpd)/mail" |
	    cmp - mail
	"${curl[@]}" --ftp-ssl-control -P - \
	    "ftp://127.0.0.1:$(port ftpd)/mail" | cmp - mail
	# Encrypted data is more than there is: curl is told, and gives up.
	run ! "${curl[@]}" --ssl-reqd "ftp://127.0.0.1:$(port ftpd)/mail"
}

# letters SWAKS-OPTION MSMTP-ON|OFF NAIL-SCHEME MUTT-SCHEME: one of each to bob
letters() {
	local smtp ca=$site/etc/tls.crt

	smtp=127.0.0.1:$(port smtpd)
	export HOME=$BATS_TEST_TMPDIR
	swaks --server "$smtp" "$1" --tls-verify --tls-ca-path "$ca" \
	    --auth PLAIN --auth-user bob --auth-password hungry \
	    --from bob@hamburger.edu --to bob@hamburger.edu --silent 2
	echo 'by msmtp' | msmtp --host=127.0.0.1 --port="${smtp#*:}" \
	    --tls=on --tls-starttls="$2" --tls-trust-file="$ca" --auth=plain \
	    --user=bob --passwordeval='echo hungry' \
	    --from=bob@hamburger.edu bob@hamburger.edu
	echo 'by s-nail' | MAILRC=/dev/null s-nail -n -S v15-compat \
	    -S mta="$3://bob:hungry@$smtp" -S smtp-auth=plain \
	    -S smtp-use-starttls -S tls-verify=ignore \
	    -S from=bob@hamburger.edu -S hostname=hamburger.edu \
	    -S mta-bcc-ok -S sendwait -s x bob@hamburger.edu
	printf '%s\n' "set smtp_url=\"$4://bob:hungry@$smtp/\"" \
	    "set certificate_file=\"$ca\" ssl_verify_host=no" \
	    'set ssl_force_tls=yes from=bob@hamburger.edu copy=no' >muttrc
	echo 'by mutt' | mutt -F muttrc -s x bob@hamburger.edu
	for text in 'test mailing' 'by msmtp' 'by s-nail' 'by mutt'; do
		grep -rq "$text" "$site/spool/mail/bob/new"
	done
	[ "$(grep -rl 'with ESMTPSA id' "$site/spool/mail/bob/new" |
	    wc -l)" = 4 ]
}

need_letters() {
	for program in swaks msmtp s-nail mutt; do
		command -v "$program" >/dev/null || skip "no $program"
	done
}

@test "swaks, msmtp, s-nail and mutt, AUTH behind STARTTLS" {
	need_letters
	starttls_lines
	whole_start
	cd "$BATS_TEST_TMPDIR"
	letters --tls on smtp smtp
}

@test "swaks, msmtp, s-nail and mutt, AUTH behind stunnel" {
	need_letters
	stunnel_lines
	whole_start
	cd "$BATS_TEST_TMPDIR"
	letters --tls-on-connect off smtps smtps
}

@test "what is sent in clear behind the command is never carried out" {
	starttls_lines
	whole_start
	for one in smtpd:STARTTLS:NOOP pop3d:STLS:'USER eve' \
	    imapd:'a STARTTLS':'b LOGOUT' 'ftpd:AUTH TLS:USER eve'; do
		IFS=: read -r name command injected <<<"$one"
		"$ROOT/tests/lib/tls-inject" "$(port "$name")" "$name" \
		    "$command" "$injected"
	done
}

@test "a session behind TLS holds the two pipes and nothing of UCSPI-TLS" {
	starttls_lines
	whole_start
	mkfifo "$BATS_TEST_TMPDIR/line"
	s_client pop3d -starttls pop3 <"$BATS_TEST_TMPDIR/line" \
	    >"$BATS_TEST_TMPDIR/said" &
	client=$!
	exec {line}>"$BATS_TEST_TMPDIR/line"
	typed 'USER bob' 'PASS hungry' >&"$line"
	in_file "$BATS_TEST_TMPDIR/said" 'messages'
	pid=$(pgrep -f '^pop3d spool/mail/bob' | while read -r p; do
		[ "$(readlink "/proc/$p/cwd")" = "$site" ] && echo "$p"; done)
	[[ $(readlink "/proc/$pid/fd/0") == pipe:* ]]
	[[ $(readlink "/proc/$pid/fd/1") == pipe:* ]]
	[ "$(descriptors "$pid" | tr ' ' '\n' | while read -r fd; do
		readlink "/proc/$pid/fd/$fd"; done | grep -c 'pipe:\|socket:')" \
	    -le 3 ]
	run ! grep -qz SSL "/proc/$pid/environ"
	typed QUIT >&"$line"
	exec {line}>&-
	wait "$client" || :	# s_server says no good-bye
	grep -q goodbye "$BATS_TEST_TMPDIR/said"
}

@test "without the descriptors there is no TLS to be had, nor offered" {
	whole_start
	cd "$site"
	said=$(printf '%s\r\n' 'EHLO x' STARTTLS QUIT | bin/smtpd)
	[[ $said == *'502 5.5.1'* && $said != *250?STARTTLS* ]]
	said=$(printf '%s\r\n' CAPA STLS QUIT | bin/pop3d)
	[[ $said == *'-ERR there is no TLS'* && $said != *$'\nSTLS'* ]]
	said=$(printf '%s\r\n' 'a STARTTLS' 'b LOGOUT' | bin/imapd)
	[[ $said == *'a BAD There is no TLS'* && $said != *' STARTTLS'* ]]
	said=$(printf '%s\r\n' FEAT 'AUTH TLS' 'PBSZ 0' 'PROT P' QUIT |
	    bin/ftpd)
	[[ $said == *502*'503 AUTH'*'503 PBSZ'* && $said != *$'\n AUTH TLS'* ]]
	# Descriptors that are not there are none.
	said=$(printf '%s\r\n' 'a STARTTLS' 'b LOGOUT' |
	    SSLCTLFD=77 SSLREADFD=78 SSLWRITEFD=79 bin/imapd)
	[[ $said == *'a BAD There is no TLS'* ]]
	said=$(printf '%s\r\n' 'a STARTTLS' 'b LOGOUT' |
	    SSLCTLFD=1 SSLREADFD=0 SSLWRITEFD=-1 bin/imapd)
	[[ $said == *'a BAD There is no TLS'* ]]
}

# far PROGRAM LINE...: what a client at another machine's address is told.
far() {
	local program=$1
	shift

	printf '%s\r\n' "$@" |
	    TCPREMOTEIP=${peer-192.0.2.9} "bin/$program" 2>>"$log" | tr -d '\r'
}

@test "passwords in clear: only from here, unless the admin says yes" {
	whole_start
	cd "$site"
	said=$(far smtpd 'EHLO x' "AUTH PLAIN $(b64 '\0bob\0hungry')" QUIT)
	[[ $said == *'538 5.7.11 '* && $said != *250-AUTH* ]]
	said=$(far pop3d CAPA 'USER bob' 'PASS hungry' \
	    "AUTH PLAIN $(b64 '\0bob\0hungry')" QUIT)
	[ "$(grep -c '^-ERR' <<<"$said")" = 3 ]
	[[ $said == *'-ERR [SYS/PERM]'* && $said != *SASL* && \
	    $said != *$'\nUSER'* ]]
	said=$(far imapd 'a LOGIN bob hungry' \
	    "b AUTHENTICATE PLAIN $(b64 '\0bob\0hungry')" 'c LOGOUT')
	[[ $said == *LOGINDISABLED*'a NO [PRIVACYREQUIRED]'*'b NO [PRIVACYREQUIRED]'*'c OK'* ]]
	[[ $said != *AUTH=* ]]
	said=$(far ftpd 'USER bob' 'PASS hungry' 'USER ftp' QUIT)
	[[ $said == *'530 No passwords'*503*'331 Guest'* ]]

	echo 'plaintext yes' >>etc/mail.conf
	echo 'plaintext yes' >>etc/ftpd.conf
	said=$(far smtpd 'EHLO x' "AUTH PLAIN $(b64 '\0bob\0hungry')" QUIT)
	[[ $said == *250-AUTH*'235 '* ]]
	said=$(far pop3d CAPA 'USER bob' 'PASS hungry')

	[[ $said == *SASL*'+OK bob has 0'* ]]
	said=$(far imapd 'a LOGIN bob hungry' 'c LOGOUT')
	[[ $said != *LOGINDISABLED* && $said == *'a OK '*'c OK'* ]]
	said=$(far ftpd 'USER bob' 'PASS hungry' QUIT)
	[[ $said == *'331 '*'230 '* ]]
	sed -i /plaintext/d etc/mail.conf
	# And behind TLS.
	for proto in PROTO=SSL SSL_PROTOCOL=TLSv1.3; do
		said=$(export "${proto?}"
		    far imapd 'a LOGIN bob hungry' 'c LOGOUT')
		[[ $said == *'a OK '* && $said != *STARTTLS* ]]
	done
	said=$(peer=::1 far imapd 'a LOGIN bob hungry' 'c LOGOUT')
	[[ $said == *'a OK '* ]]
}

@test "stunnel, TLS from the start: POP3S, IMAPS, SMTPS and FTPS" {
	stunnel_lines
	whole_start
	run s_client pop3d < <(typed 'USER bob' 'PASS hungry' STAT QUIT)
	[[ $output == *'+OK labnet'*'+OK 0 0'*goodbye* ]]
	run s_client imapd < <(typed 'a LOGIN bob hungry' 'b SELECT INBOX' \
	    'c LOGOUT')
	[[ $output == *'a OK '*'b OK '*'c OK '* ]]
	run s_client smtpd < <(typed 'EHLO crepes.fr' \
	    "AUTH PLAIN $(b64 '\0bob\0hungry')" 'MAIL FROM:<bob@hamburger.edu>' \
	    'RCPT TO:<bob@hamburger.edu>' DATA $'Subject: x\r\n\r\ny\r\n.' QUIT)
	[[ $output == *'235 '*'221 '* && $output != *STARTTLS* ]]
	grep -q 'with ESMTPSA id' "$(box bob)"
	run s_client ftpd < <(typed 'USER bob' 'PASS hungry' PWD QUIT)
	[[ $output == *'230 '*257*221* ]]
	curl=(curl -sS --max-time 60 --cacert "$site/etc/tls.crt" -u bob:hungry)
	"${curl[@]}" "pop3s://127.0.0.1:$(port pop3d)/1" | grep -q 'Subject: x'
	"${curl[@]}" "imaps://127.0.0.1:$(port imapd)/INBOX;MAILINDEX=1" |
	    grep -q 'Subject: x'
	logged 'session pop3d user bob peer 127.0.0.1'
}
