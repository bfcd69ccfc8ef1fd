#include <asm/page.h>
int product(int a) { return a * PAGE; }
