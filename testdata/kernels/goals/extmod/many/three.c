#include <linux/module.h>

#ifdef THREE
MODULE_LICENSE("GPL");
#endif
MODULE_DESCRIPTION("a flag of its own");
