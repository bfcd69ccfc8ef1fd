#ifndef RELEASE_H
#define RELEASE_H
#include <generated/version.h>
#endif
