#include <linux/module.h>

int one_more(int n);

int one_answer(void)
{
	return one_more(41);
}
EXPORT_SYMBOL_GPL(one_answer);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("a module of two objects");
