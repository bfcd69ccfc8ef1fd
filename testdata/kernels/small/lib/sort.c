#include <linux/list.h>
void order(struct list *l) { if (l) l->size = 10; }
