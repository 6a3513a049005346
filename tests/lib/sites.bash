# sites.bash - several sites at once, each with its own inetd
#
# On top of labnet.bash; the variables of that one stand for the site that is
# in use.
#
#	site_new NAME HOST	make a site; HOST is its only domain
#	use NAME		go on with that one
#	sites_stop		end them all, and show their logs

# shellcheck source=tests/lib/labnet.bash
source "${BASH_SOURCE[0]%/*}/labnet.bash"

declare -gA SITE_INETD=()
declare -g SITE_USED=

use() {
	[ -z "$SITE_USED" ] || SITE_INETD[$SITE_USED]=$inetd
	SITE_USED=$1
	site=$BATS_TEST_TMPDIR/$1
	out=$site.out
	log=$site.log
	inetd=${SITE_INETD[$1]-}
}

site_new() {
	use "$1"
	mkdir -p "$site"
	chmod 755 "$BATS_TEST_TMPDIR" "$site"
	"$BIN/site" -d "$site"
	sed -E -i 's/^(ftp|smtp|pop3|imap|domain)\t/127.0.0.1:0\t/' \
	    "$site/etc/services.conf"
	printf '%s\n' "hostname $2" "domain ${3:-$2}" \
	    >"$site/etc/mail.conf"
}

sites_stop() {
	local name

	use "$SITE_USED"
	for name in "${!SITE_INETD[@]}"; do
		use "$name"
		inetd_stop || :
		cat "$log" 2>/dev/null || :	# shown only after a failure
	done
}
