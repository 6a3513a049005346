#!/bin/sh
#
# site [-d] directory - make a directory a site, or complete one
#
# Only what is missing is made: a site in use may be run over at any time.
# The table of the services' users below is the only one.
set -eu

samples=@SAMPLES@
programs=$(cd "$(dirname "$0")" && pwd)
demo=

usage() {
	echo 'usage: site [-d] directory' >&2
	exit 100
}

while getopts d option; do
	case $option in
	d)	demo=yes ;;
	*)	usage ;;
	esac
done
shift $((OPTIND - 1))
[ $# -eq 1 ] || usage

umask 022
mkdir -p "$1/etc" "$1/spool"
cd "$1"

root=
if [ "$(id -u)" -eq 0 ]; then
	root=yes
fi

# directory MODE USER-ID PATH [GROUP-ID]: made with that owner, if root makes it.
directory() {
	[ -d "$3" ] || mkdir "$3"
	if [ "$root" ]; then
		chown "$2:${4:-$2}" "$3"
	fi
	chmod "$1" "$3"
}

# What an admin edits: the shipped files, never over one that is there.
(cd "$samples" && find . -type f ! -name 'passwd*' -print) |
while read -r file; do
	[ -e "etc/$file" ] || {
		mkdir -p "etc/$(dirname "$file")"
		cp "$samples/$file" "etc/$file"
	}
done
if [ "$root" ]; then
	# The services' users must get at them, whatever umask made them.
	chmod a+x .
	find etc ! -name 'passwd*' -exec chmod a+rX {} +
fi

fresh=
if [ ! -e etc/passwd ]; then
	fresh=yes
	cat >etc/passwd.new <<-'EOF'
	authd:*:19001:19001:checks passwords:/:/bin/false
	deliver:*:19002:19002:puts mail into maildirs:/:/bin/false
	smtp:*:19003:19003:talks SMTP:/:/bin/false
	mail-login:*:19004:19004:POP3 and IMAP before login:/:/bin/false
	ftp-login:*:19005:19005:FTP before login:/:/bin/false
	dns:*:19006:19006:answers DNS:/:/bin/false
	zonec:*:19007:19007:compiles zones:/:/bin/false
	relay:*:19008:19008:carries mail away:/:/bin/false
	ftp:anonymous:20000:20000:anonymous FTP:spool/ftp:/bin/false
	EOF
	chmod 640 etc/passwd.new
	if [ "$root" ]; then
		chown 0:19001 etc/passwd.new
	fi
	mv etc/passwd.new etc/passwd
fi

# What the daemons write.
directory 755 0 spool
directory 755 0 spool/run
directory 755 19006 spool/run/dns
directory 711 0 spool/mail
directory 711 0 spool/home
directory 755 0 spool/ftp
directory 755 19007 spool/dns
# deliver may pass into the queue; in it each file becomes relay's group's.
directory "$([ "$root" ] && echo 750 || echo 700)" 19008 spool/queue 19002
directory 2777 19008 spool/queue/tmp
directory 2777 19008 spool/queue/new
directory 700 19008 spool/queue/bad
directory 700 0 spool/log
directory 700 0 spool/trace
if [ ! -e spool/ftp/products ] && [ "$fresh" ]; then
	mkdir spool/ftp/products
	echo 'One sandwich, no pickles.' >spool/ftp/products/sandwich.txt
fi

if [ "$demo" ] && [ "$fresh" ]; then
	for user in alice bob; do
		echo hungry | "$programs/account" -m sha512 \
		    -c 'demo account, change its password' add "$user"
	done
fi
