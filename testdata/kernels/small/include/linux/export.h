#ifndef EXPORT_H
#define EXPORT_H
#define EXPORT_SYMBOL(name) static const char export_##name[] __attribute__((used)) = #name
#endif
