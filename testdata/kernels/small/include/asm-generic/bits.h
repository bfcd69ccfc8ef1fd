#ifndef BITS_H
#define BITS_H
#define BITS 32
#endif
