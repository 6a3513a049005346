# claws.bash - claws-mail without a screen
#
# It and xvfb are large: tests/packages does not install them.
#
#	claws_home SETTING...	a $HOME for it, with folders and an account of
#				bob's; skips where it is not installed
#	claws_run SCRIPT	run a script of bash with a display

claws_home() {
	local p box

	for p in claws-mail xvfb-run; do
		command -v "$p" >/dev/null || skip "$p is not installed"
	done
	mkdir -p "$HOME"/.claws-mail "$HOME"/Mail/{inbox,sent,queue,draft,trash}
	printf '%s\n' '[Account: 1]' account_name=bob is_default=1 \
	    address=bob@hamburger.edu "$@" >"$HOME/.claws-mail/accountrc"
	{
		echo '<?xml version="1.0" encoding="UTF-8"?>'
		echo '<folderlist><folder type="mh" name="m" path="Mail">'
		for box in inbox outbox queue draft trash; do
			echo "<folderitem type=\"$box\" name=\"$box\"" \
			    "path=\"${box/outbox/sent}\"/>"
		done
		echo '</folder></folderlist>'
	} >"$HOME/.claws-mail/folderlist.xml"
}

claws_run() {
	TMPDIR=$HOME timeout 60 xvfb-run -a bash "$1"
}
