// Package menu answers: what does a front end for people show of a configuration, and what does each answer do to it?
//
// A [Model] knows which entries are shown and how, takes answers, remembers them so that they can be taken back, tells
// what followed from them, finds symbols, and says why one cannot be set and what would change that. It knows of no
// screen, no key and no clock. The screens of mconf and nconf are drawn by the packages below.
package menu
