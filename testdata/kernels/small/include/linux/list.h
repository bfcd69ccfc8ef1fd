#ifndef LIST_H
#define LIST_H
#include <linux/types.h>
struct list { struct list *next; u32 size; };
#endif
