#include <generated/offsets.h>
	.section .note.GNU-stack,"",@progbits
	.text
	.globl entry
entry:
	.long LIST_SIZE
