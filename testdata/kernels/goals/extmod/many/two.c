#include <linux/module.h>

int one_answer(void);

static int __init two_init(void)
{
	return one_answer() == 42 ? 0 : -TWO;
}

module_init(two_init);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("needs a symbol of another external module");
