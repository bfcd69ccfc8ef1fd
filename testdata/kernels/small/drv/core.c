#include <linux/release.h>
const char *builder(void) { return RELEASE BUILDER; }
