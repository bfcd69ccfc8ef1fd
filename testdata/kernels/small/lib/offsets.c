#include <linux/list.h>
#define DEFINE(sym, val) __asm__("\n.ascii \"->" #sym " %0\"" : : "i" (val))
void offsets(void) { DEFINE(LIST_SIZE, sizeof(struct list)); }
