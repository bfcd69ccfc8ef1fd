#ifndef DELAY_H
#define DELAY_H
#define DELAY 11
#endif
