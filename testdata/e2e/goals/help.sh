# Every goal that the tree's help names, with -n; and those that end soon because this machine lacks their tools, or only look.
state=tiny

helped=$(cd "$src" && make -s help 2>/dev/null | sed -n 's/^[* ] *\([a-z][-A-Za-z0-9_]*\)[ \t]*-.*/\1/p' | grep -v '^make$' | sort -u)
[ "$(echo "$helped" | wc -l)" -gt 80 ] || { failed=$((failed + 1)) failures+=("$area: help names too few goals"); }
for goal in $helped; do
	# All the selftests take minutes, even to be told of.
	[ "${goal#kselftest}" = "$goal" ] || goal="$goal TARGETS='size kcmp'"
	# Even so, packages are made and tests are run, by makes below: archives hold dates, and tests tell of memory and processes.
	ignore='out: .*\.tar' drop="^# |$kconfig_steps" check "-n $goal" "\$T -n -C \$src O=\$out $goal"
done
# menuconfig and nconfig are left out: without a terminal they ask for ever.
for goal in includecheck export_report xconfig gconfig isoimage fdimage hdimage kselftest-clean latexdocs pdfdocs \
	epubdocs xmldocs linkcheckdocs rustfmt rustfmtcheck rustdoc rusttest rust-analyzer snap-pkg clang-analyzer; do
	case " "${helped//$'\n'/ }" " in
	# What includecheck finds comes in another order each time; images hold dates.
	*" $goal "*) ignore='out: .*/(fd|hd)image$' check "$goal" "\$T -C \$src O=\$out $goal 2>&1 | sort | tail -n 40" ;;
	esac
done
