#include <linux/list.h>
#ifdef SPECIAL
int file(struct list *l) { return l->size + 55; }
#endif
