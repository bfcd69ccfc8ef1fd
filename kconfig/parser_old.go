package kconfig

func (p *parser) parseOld() int { return 1 }

func (p *parser) optionLine() error { return errSyntax }
