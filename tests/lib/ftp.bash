# ftp.bash - what the tests of ftpd share
#
#	ftp_home		a home ($home) in a site ($site) of this test
#	ftp_py <<'EOF'		a test in Python, in the site, with lib/ftp.py
#	ftp_port		move the whole site's FTP to a low port
#	ftp_script FILE		a transcript, through a pipe, in a fresh home

# shellcheck source=tests/lib/inetd.bash
source "${BASH_SOURCE[0]%/*}/inetd.bash"

export ROOT
export LABNET_BIN=$BIN

ftp_home() {
	site
	home=$site/home
	mkdir "$home"
}

# shellcheck disable=SC2120	# some tests hand it a port
ftp_py() {
	cd "$site" || return
	PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$ROOT/tests/lib \
	    timeout 120 python3 -c 'from ftp import *; exec(sys.stdin.read())' \
	    "$@" 3>&-
}

# Active data comes from the port below, which must not be somebody else's.
ftp_port() {
	local port

	# shellcheck disable=SC2119
	port=$(ftp_py <<<'print(low_listener("127.0.0.1").getsockname()[1])')
	sed -i "s/^127.0.0.1:0\(\t.*ftpd\)/127.0.0.1:$port\1/" \
	    "$site/etc/services.conf"
}

ftp_script() {
	ftp_home
	(cd "$site" && USER=bob "$ROOT/tests/lib/transcript" \
	    "$ROOT/tests/transcripts/ftp/$1" -- "$BIN/ftpd" home)
}
