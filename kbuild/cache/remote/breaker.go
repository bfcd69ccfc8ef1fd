package remote

// This file leaves a server alone that fails.

import (
	"errors"
	"sync"
	"time"

	"gokbuild/kbuild/cache/reapi"
)

const (
	// failures in a row switch the server off for a pause; then one question is put, and if that fails it stays off.
	failures = 3
	pause    = 30 * time.Second
)

// breaker knows whether the server is on. The zero value is on.
type breaker struct {
	now func() time.Time
	say func(text string)

	mu    sync.Mutex
	row   int       // failures in a row
	until time.Time // the end of the pause; zero if it is on
	trial bool      // the question after the pause was put
	gone  bool      // off for the rest of the build
	said  bool
}

// allow says whether a question may be put. Each one that is put is told to done.
func (b *breaker) allow() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.gone:
		return false
	case b.until.IsZero():
		return true
	case b.trial || b.now().Before(b.until):
		return false
	}
	b.trial = true
	return true
}

// on says whether the server is on, and puts no question.
func (b *breaker) on() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return !b.gone && b.until.IsZero()
}

// done notes how a question ended. That there is nothing is an answer.
func (b *breaker) done(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case err == nil || errors.Is(err, reapi.ErrNotFound):
		b.row = 0
		if b.trial {
			b.until, b.trial = time.Time{}, false
		}
	case b.trial:
		b.gone = true
	default:
		if b.row++; b.row == failures {
			b.until = b.now().Add(pause)
			b.sayLocked("off: " + reapi.Cause(err).Error())
		}
	}
}

// off switches the server off for the rest of the build.
func (b *breaker) off(why string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.gone = true
	b.sayLocked("off: " + why)
}

// sayLocked says something once in a build.
func (b *breaker) sayLocked(text string) {
	if !b.said && b.say != nil {
		b.said = true
		b.say("remote cache " + text)
	}
}
