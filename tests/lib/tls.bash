# tls.bash - TLS in front of the services, for tests
#
# On top of labnet.bash:
#
#	tls_site		a whole site, with programs and a certificate in it
#	starttls_lines		its four services behind a UCSPI-TLS server
#	stunnel_lines		the same behind stunnel, TLS from the start
#	s_client NAME [ARG...]	openssl s_client to a port; lines from stdin

# shellcheck source=tests/lib/labnet.bash
source "${BASH_SOURCE[0]%/*}/labnet.bash"

FOUR='ftpd ftp-login
smtpd smtp
pop3d mail-login
imapd mail-login'

tls_site() {
	command -v openssl >/dev/null || skip 'openssl is not installed'
	whole_site
	mkdir "$site/bin"
	cp "$BIN"/{ftpd,smtpd,pop3d,imapd} "$ROOT/tests/lib/ucspi-tls" \
	    "$site/bin"
	# python3 asks for the whole path of what it runs.
	chmod a+x "${BATS_TEST_TMPDIR%/*}" "${BATS_TEST_TMPDIR%/*/*}"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 \
	    -nodes -subj /CN=localhost -days 2 -keyout "$site/etc/tls.key" \
	    -addext 'subjectAltName=IP:127.0.0.1' -out "$site/etc/tls.crt" \
	    2>/dev/null
	cat "$site/etc/tls.key" "$site/etc/tls.crt" >"$site/etc/tls.pem"
	chmod -R a+rX "$site/bin" "$site/etc/tls.pem" "$site/etc/tls.crt"
	sed -i -E '/^127.0.0.1:0.*(ftp-login|smtp|mail-login)\t/d' \
	    "$site/etc/services.conf"
}

starttls_lines() {
	local program owner

	while read -r program owner; do
		echo "127.0.0.1:0 stream tcp nowait $owner /usr/bin/python3" \
		    "$program bin/ucspi-tls etc/tls.pem bin/$program"
	done <<<"$FOUR" >>"$site/etc/services.conf"
}

stunnel_lines() {
	local program owner

	command -v stunnel >/dev/null || skip 'stunnel is not installed'
	while read -r program owner; do
		printf '%s\n' 'foreground = yes' 'syslog = no' 'debug = 3' \
		    'output = /dev/null' 'pid =' 'cert = etc/tls.pem' \
		    'exec = /usr/bin/env' \
		    "execArgs = env PROTO=SSL bin/$program" \
		    >"$site/etc/$program.stunnel"
		echo "127.0.0.1:0 stream tcp nowait $owner" \
		    "$(command -v stunnel) $program etc/$program.stunnel"
	done <<<"$FOUR" >>"$site/etc/services.conf"
}

s_client() {
	local name=$1
	shift

	timeout 60 openssl s_client -quiet -verify_quiet -verify_return_error \
	    -CAfile "$site/etc/tls.crt" -connect "127.0.0.1:$(port "$name")" \
	    "$@" 2>"$BATS_TEST_TMPDIR/s_client"
}
