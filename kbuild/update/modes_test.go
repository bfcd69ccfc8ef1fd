package update

import "testing"

// This file plays -n, -q and -t, makefiles that are remade, and who else has a say in what is out of date.

func TestModes(t *testing.T) {
	const two = "all: a b\na: c ; put a\nb: ; put b\n"
	const below = "all: a b\na: ; put a\nb: ; +put b\n"
	play(t, []scenario{
		{name: "-n", makefile: two, files: "c=1", args: "-n", want: "show a; show b", left: "c"},
		{name: "-n counts what would be made as new", makefile: "all: a\na: b ; put a\nb: c ; put b\n",
			files: "a=3 b=1 c=2", args: "-n", want: "show b; show a", why: "a PrereqChanged b"},
		{name: "-n and a recipe that calls make", makefile: below, args: "-n", want: "show a; run b; end b",
			left: "b"},
		{name: "-n -j2", makefile: two + "c: ; +put c\n", args: "-n -j2", want: "run c; show b; end c; show a",
			left: "c"},
		{name: "-q, nothing to do", makefile: two, files: "a=2 b=1 c=1", args: "-q", want: ""},
		{name: "-q", makefile: two, files: "c=1", args: "-q", want: "ask a", status: 1},
		{name: "-q -k", makefile: two, files: "c=1", args: "-q -k", want: "ask a; ask b", status: 1},
		{name: "-q and a recipe that calls make", makefile: "all: b a\na: ; put a\nb: ; +put b\n", args: "-q",
			want: "run b; end b; ask a", status: 1},
		{name: "-q and a group", makefile: "a b &: c ; put a b\n", files: "a=1 b=1 c=2", args: "-q a b", want: "ask a; ask b",
			status: 1},
		{name: "-q and no rule", makefile: "all: x\n", args: "-q",
			want: "make: *** No rule to make target 'x', needed by 'all'.  Stop.", status: 2},
		{name: "-t", makefile: two, files: "a=1 c=2", args: "-t", want: "touch a; dated a; touch b; dated b",
			left: "a b c", why: "a PrereqChanged c"},
		{name: "-t, nothing to do", makefile: "a: b ; put a\n", files: "a=2 b=1", args: "-t a",
			want: "make: 'a' is up to date."},
		{name: "-t of a phony target", makefile: ".PHONY: a\na: ; put a\n", args: "-t a",
			want: "make: Nothing to be done for 'a'."},
		{name: "-t and a recipe that calls make", makefile: below, args: "-t", want: "touch a; dated a; run b; end b",
			left: "a b"},
		{name: "-t and a recipe that calls make among others", makefile: "a: ; +put b\n\tput c\n", args: "-t a",
			want: "run a; end a; touch a; dated a; touch a; dated a", left: "a b"},
		{name: "-t -n", makefile: two, files: "c=1", args: "-t -n", want: "touch a; touch b", left: "c"},
		{name: "-t -s", makefile: two, files: "c=1", args: "-t -s", want: "dated a; dated b", left: "a b c"},
	})
}

func TestMakefilesRemade(t *testing.T) {
	play(t, []scenario{
		{name: "up to date", makefile: "all: ; put all\nM: x ; put M\n", files: "M=2 x=1", remade: "M",
			want: "run all; end all"},
		{name: "out of date", makefile: "all: ; put all\nM: x ; put M\n", files: "M=1 x=2", remade: "M",
			want: "run M for a makefile; end M; again; run all; end all"},
		{name: "that may be missing", makefile: "all: ; put all\n", remade: "-M", want: "run all; end all"},
		{name: "that may be missing and fails", makefile: "all: ; put all\nM: ; fail\n", remade: "-M",
			want: "run M for a makefile without care; end M: failed; run all; end all"},
		{name: "that may be missing, of something that is missing", makefile: "all: ; put all\nM: x ; put M\n",
			remade: "-M", want: "run all; end all"},
		{name: "that may not be missing", makefile: "all: ; put all\nM: x ; put M\n", remade: "M",
			want: "make: *** No rule to make target 'x', needed by 'M'.  Stop.", status: 2},
		{name: "that make looks for", makefile: "all: ; put all\nG: ; put G\nM: ; put M\n", remade: "~G ~M",
			want: "run G for a makefile without care; end G; again; run M for a makefile without care; end M; " +
				"again; run all; end all"},
		{name: "-n does not count", makefile: "all: ; put all\nM: x ; put M\n", files: "M=1 x=2", args: "-n",
			remade: "M", want: "run M for a makefile; end M; again; show all"},
		{name: "-t and -q do not count", makefile: "all: ; put all\nM: x ; put M\n", files: "M=1 x=2", args: "-q",
			remade: "M", want: "run M for a makefile; end M; again; ask all", status: 1},
		{name: "-n counts for a makefile that is a goal", makefile: "M: x ; put M\n", files: "M=1 x=2", args: "-n M",
			remade: "M", want: "show M for a makefile; make: 'M' is up to date.", left: "M x"},
		{name: "a job keeps the mode of its goal",
			makefile: "all: a.mk\nM: p ; put M\np: ; put p\na.mk: x ; put a.mk\n", files: "M=1 a.mk=1 x=2",
			args: "-n -j2 a.mk all", remade: "M a.mk",
			want: "run p for a makefile; show a.mk for a makefile; end p; run M for a makefile; end M; again; " +
				"show a.mk for a makefile; make: 'a.mk' is up to date.; make: Nothing to be done for 'all'.",
			left: "M a.mk p x"},
		{name: "a job that waited for a slot keeps the mode of its goal", makefile: "M: x ; put M\na.mk: x ; put a.mk\n",
			files: "M=1 a.mk=1 x=2", args: "-n -j2 a.mk", remade: "M a.mk", others: 2, plan: "slot", want: "slot; " +
				"run M for a makefile; end M; show a.mk for a makefile; again; show a.mk for a makefile; " +
				"make: 'a.mk' is up to date."},
		{name: "considered again without care", makefile: "all: ; put all\nM: q ; put M\nq: p ; fail\np: ; put p\n",
			args: "-j2", remade: "-M", want: "run p for a makefile without care; end p; " +
				"run q for a makefile without care; end q: failed; run all; end all"},
		{name: "-B remakes them once", makefile: "all: ; put all\nM: ; put M\n", files: "M=1", args: "-B",
			remade: "M", want: "run M for a makefile; end M; again; run all; end all"},
		{name: "side by side", makefile: "all: ; put all\nM N: x ; put $@\n", files: "M=1 N=1 x=2", args: "-j2",
			remade: "M N", want: "run M for a makefile; run N for a makefile; end M; end N; again; run all; end all"},
		{name: "failed without care, then asked for", makefile: "all: p ; put all\nM: p ; put M\n", remade: "-M",
			want: "make: *** No rule to make target 'p', needed by 'all'.  Stop.", status: 2},
		{name: "debugging text is quiet", makefile: "a: ; put a\nM: x ; put M\n", files: "M=2 x=1",
			args: "--debug=b a", remade: "M",
			want: "File 'a' does not exist.; Must remake target 'a'.; run a; end a; " +
				"Successfully remade target file 'a'."},
	})
}

func TestJudge(t *testing.T) {
	play(t, []scenario{
		{name: "newer, but it holds the same", makefile: "a: b c ; put a\n", files: "a=2 b=3 c=1", args: "a",
			spares: "b", want: "kept b; kept c; spared b; kept a; make: 'a' is up to date.", why: "a UpToDate"},
		{name: "two newer, one holds the same", makefile: "a: b c ; say $?\n", files: "a=2 b=3 c=3", args: "a",
			spares: "b", want: "kept b; kept c; spared b; run a; c; end a", why: "a PrereqChanged c"},
		{name: "told otherwise", makefile: "a: b ; put a\n", files: "a=2 b=1", args: "a", told: "a",
			want: "kept b; run a; end a", why: "a ToldOtherwise"},
		{name: "made again, but it holds the same", makefile: "a: b ; put a\nb: c ; put b\n", files: "a=2 b=1 c=2",
			args: "a", spares: "b", want: "kept c; run b; end b; spared b; kept a", why: "b PrereqChanged c"},
		{name: "left out", makefile: "a: b tool ; put a\ntool: t.c ; put tool\n", files: "b=1 t.c=1", args: "a",
			leaveOut: "tool", want: "run a; end a", why: "a DoesNotExist"},
		{name: "left out, nothing else is newer", makefile: "a: b tool ; put a\ntool: t.c ; put tool\n",
			files: "a=2 b=1 t.c=9", args: "a", leaveOut: "tool", want: "make: 'a' is up to date."},
		{name: "left out, but a goal", makefile: "tool: t.c ; put tool\n", files: "t.c=9", args: "tool",
			leaveOut: "tool", want: "run tool; end tool"},
		{name: "left out by two in parallel", makefile: "all: a b\na b: tool ; put $@\ntool: ; put tool\n",
			args: "-j2", leaveOut: "tool", want: "run a; run b; end a; end b"},
	})
}
