#ifndef PAGE_H
#define PAGE_H
#define PAGE 13
#endif
