# The index of commands. `make` builds gokbuild; `make help` lists the rest.

GO ?= go
PREFIX ?= /usr/local
DESTDIR ?=
BINARY ?= gokbuild
# What is installed knows its number, and has no symbols for debuggers: two thirds of the size.
GO_LDFLAGS ?= -s -w -X gokbuild/kbuild.release=$(shell sed -n 's/^\#\# \([0-9][0-9.]*\).*/\1/p' docs/CHANGELOG.md | head -n 1)
FUZZTIME ?= 20s
VERSION ?= 6.1

.PHONY: build help test test-all race bench fuzz lint install uninstall package

build: ## build ./gokbuild
	CGO_ENABLED=0 $(GO) build -o gokbuild ./cmd/gokbuild

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 14

test: ## unit tests and golden cases
	$(GO) test ./...

test-all: ## all checks, and whole kernels built by make and gokbuild compared: hours
	testdata/e2e/test.sh

race: ## the packages in which goroutines meet, under the race detector
	$(GO) test -race -short ./depgraph/... ./kbuild ./kbuild/lang/eval ./kbuild/lang/rules \
		./kbuild/native/shell ./kbuild/native/probe

bench: ## times of make and gokbuild in turn, on the kernel of VERSION
	testdata/e2e/bench.sh $(VERSION)
	testdata/e2e/bench-null.sh $(VERSION)

fuzz: ## each fuzz test for FUZZTIME
	@grep -roH --include='*_test.go' '^func Fuzz[A-Za-z]*' . | sed 's#/[^/]*:func # #' | while read -r dir name; do \
		echo "$$dir $$name"; $(GO) test "$$dir" -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) || exit 1; \
	done

lint: ## gofmt, vet and staticcheck
	@files=$$(gofmt -s -l cmd depgraph kbuild kconfig); \
		if [ -n "$$files" ]; then echo "gofmt -s would change:"; echo "$$files"; exit 1; fi
	$(GO) vet -tags e2e ./...
	staticcheck -tags e2e ./...

package: ## make the .deb and the .rpm, and try them in a bare system (needs root)
	testdata/e2e/package.sh

install: ## copy the program, its names, its manual page and the completions below DESTDIR/PREFIX
	CGO_ENABLED=0 $(GO) build -ldflags '$(GO_LDFLAGS)' -o $(BINARY) ./cmd/gokbuild
	install -D -m 755 $(BINARY) $(DESTDIR)$(PREFIX)/bin/gokbuild
	ln -sf gokbuild $(DESTDIR)$(PREFIX)/bin/mconf
	ln -sf gokbuild $(DESTDIR)$(PREFIX)/bin/nconf
	install -D -m 644 docs/gokbuild.1 $(DESTDIR)$(PREFIX)/share/man/man1/gokbuild.1
	install -D -m 644 cmd/gokbuild/completion/gokbuild.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/gokbuild
	install -D -m 644 cmd/gokbuild/completion/_gokbuild $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_gokbuild
	install -D -m 644 cmd/gokbuild/completion/gokbuild.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/gokbuild.fish

uninstall: ## remove what install has copied
	rm -f $(DESTDIR)$(PREFIX)/bin/gokbuild $(DESTDIR)$(PREFIX)/bin/mconf $(DESTDIR)$(PREFIX)/bin/nconf \
		$(DESTDIR)$(PREFIX)/share/man/man1/gokbuild.1 $(DESTDIR)$(PREFIX)/share/bash-completion/completions/gokbuild \
		$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_gokbuild $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/gokbuild.fish
