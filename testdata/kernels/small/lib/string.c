#include <linux/types.h>
#include <asm/bits.h>
u32 length(const char *s) { u32 n = 0; while (s[n]) n++; return n + BITS; }
