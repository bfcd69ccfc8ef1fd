# Modules, named by modules.order.
.PHONY: modules FORCE
include $(srctree)/scripts/lib.mk
mods := $(shell cat modules.order)
modules: $(mods) modules.symbols
	@:
# What all modules export, read from the files the list names.
quiet_cmd_symbols = SYMBOLS $@
      cmd_symbols = for m in $(mods:.ko=.o); do nm $$m | sed -n "s|.* export_|$$m |p"; done > $@
modules.symbols: modules.order FORCE
	$(call if_changed,symbols)
quiet_cmd_mod = MOD     $@
      cmd_mod = { echo '\#include <linux/module.h>'; nm $< | sed -n 's/.* U \(.*\)/NEEDS(\1)/p'; } > $@
%.mod.c: %.o FORCE
	$(call if_changed,mod)
quiet_cmd_cc = CC [M]  $@
      cmd_cc = $(CC) -Wp,-MMD,$(depfile) $(KBUILD_CPPFLAGS) $(KBUILD_CFLAGS) -DMODULE -c -o $@ $<
%.mod.o: %.mod.c FORCE
	$(call if_changed_dep,cc)
quiet_cmd_ldm = LD [M]  $@
      cmd_ldm = ld -r -o $@ $(filter %.o,$^)
%.ko: %.o %.mod.o FORCE
	$(call if_changed,ldm)
-include $(foreach t,modules.symbols $(mods) $(mods:.ko=.mod.c) $(mods:.ko=.mod.o),$(wildcard $(dir $(t)).$(notdir $(t)).cmd))
.SECONDARY:
FORCE:
