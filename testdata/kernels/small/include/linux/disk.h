#ifndef DISK_H
#define DISK_H
#include <linux/list.h>
#ifdef CONFIG_DEBUG
#define BLOCK 16
#else
#define BLOCK 64
#endif
#endif
