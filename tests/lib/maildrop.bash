# maildrop.bash - maildirs for tests of pop3d and imapd
#
#	maildrop [DIRECTORY]	make $box, an empty maildir
#	message NAME [OCTETS]	put one into new/: standard input, or a letter
#				of so many octets on the wire
#	play FILE		play tests/transcripts/FILE through a pipe
#	pop LINE...		what pop3d says to these lines, CRs removed;
#				its log goes to poplog

# shellcheck source=tests/lib/variant.bash
source "${BASH_SOURCE[0]%/*}/variant.bash"

maildrop() {
	box=${1:-$BATS_TEST_TMPDIR}/box
	mkdir -p "$box"/{cur,new,tmp}
}

# letter OCTETS: a message that has so many once its lines end in CR LF.
letter() {
	local head='From: alice@crepes.fr' fill=$(($1 - 23 - 2 - 2))

	printf '%s\n\n%*s\n' "$head" "$fill" '' | sed '3s/ /x/g'
}

message() {
	if [ -n "${2-}" ]; then
		letter "$2" >"$box/tmp/$1"
	else
		cat >"$box/tmp/$1"
	fi
	mv "$box/tmp/$1" "$box/new/$1"
}

play() {
	USER=bob "$ROOT/tests/lib/transcript" "$ROOT/tests/transcripts/$1" -- \
	    "$BIN/pop3d" "$box"
}

pop() {
	printf '%s\r\n' "$@" | USER=bob "$BIN/pop3d" "$box" \
	    2>>"$BATS_TEST_TMPDIR/poplog" | tr -d '\r'
}
