#ifndef PAGE_H
#define PAGE_H
#define PAGE 12
#endif
