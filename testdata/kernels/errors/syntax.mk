# An unfinished conditional.
ifdef X
all: ; @echo never
