#include <stdio.h>

/* Turns "number name" lines into definitions. */
int main(void)
{
	int n;
	char name[64];

	while (scanf("%d %63s", &n, name) == 2)
		printf("#define CALL_%s %d\n", name, n);
	return 0;
}
