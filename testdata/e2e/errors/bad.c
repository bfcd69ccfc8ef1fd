int bad(void) { return }
