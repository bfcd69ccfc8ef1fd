# Completion of gokbuild for bash: source <(gokbuild --completion=bash)
# gokbuild itself tells the candidates, one in a line, with a TAB and what it means. A last line ":files" or
# ":folders" asks for names of files as well.

_gokbuild() {
	local line=${COMP_LINE:0:COMP_POINT} words cur candidate kind= break
	read -ra words <<<"$line"
	[[ $line == *[[:blank:]] ]] && words+=('')
	cur=${words[-1]}
	COMPREPLY=()
	while IFS=$'\t' read -r candidate _; do
		case $candidate in
		:files | :folders) kind=$candidate ;;
		*) COMPREPLY+=("$candidate") ;;
		esac
	done < <("${words[0]}" --complete "${words[@]:1}" 2>/dev/null)
	# What stands in front of a "=" is not part of the word that readline replaces.
	break=
	[[ $cur == *=* && $COMP_WORDBREAKS == *=* ]] && break=${cur%=*}=
	COMPREPLY=("${COMPREPLY[@]#"$break"}")
	case $kind in
	:files) compopt -o filenames 2>/dev/null; COMPREPLY+=($(compgen -f -- "${cur##*=}")) ;;
	:folders) compopt -o filenames 2>/dev/null; COMPREPLY+=($(compgen -d -- "${cur##*=}")) ;;
	esac
	[[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *[=/] ]] && compopt -o nospace 2>/dev/null
	return 0
}
complete -F _gokbuild gokbuild
