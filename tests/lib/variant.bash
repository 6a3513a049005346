# variant.bash - which build is under test
#
#	not_sanitized WHY	skip this test if the sanitizers are built in

ROOT=${ROOT:-$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)}
BIN=${LABNET_BIN:-$ROOT/build/bin}

not_sanitized() {
	[[ $BIN != */san/* ]] || skip "sanitizers: $1"
}
