#ifndef MODULE_H
#define MODULE_H
#define NEEDS(name) static const char needs_##name[] __attribute__((used)) = #name;
#endif
