# One folder: obj=FOLDER.
.PHONY: folder FORCE
folder:
include $(srctree)/scripts/lib.mk
include include/config/auto.conf
include $(srctree)/$(obj)/$(if $(wildcard $(srctree)/$(obj)/Kbuild),Kbuild,Makefile)

$(shell mkdir -p $(obj))
below := $(patsubst %/,$(obj)/%,$(filter %/,$(obj-y) $(obj-m)))
objects := $(addprefix $(obj)/,$(filter %.o,$(obj-y)))
mods := $(addprefix $(obj)/,$(filter %.o,$(obj-m)))
flags = $(KBUILD_CPPFLAGS) $(KBUILD_CFLAGS) $(ccflags-y) $(CFLAGS_$(notdir $@)) $(if $(filter $@,$(mods)),-DMODULE) -DNAME='"$(basename $(notdir $@))"'

folder: $(obj)/built-in.a $(mods) $(obj)/modules.order
	@:
quiet_cmd_cc = CC $(if $(filter $@,$(mods)),[M],   )  $@
      cmd_cc = $(CC) -Wp,-MMD,$(depfile) $(flags) -c -o $@ $<
$(obj)/%.o: $(srctree)/$(obj)/%.c FORCE
	$(call if_changed_dep,cc)
quiet_cmd_as = AS      $@
      cmd_as = $(CC) -Wp,-MMD,$(depfile) $(KBUILD_CPPFLAGS) -D__ASSEMBLY__ -c -o $@ $<
$(obj)/%.o: $(srctree)/$(obj)/%.S FORCE
	$(call if_changed_dep,as)
quiet_cmd_ar = AR      $@
      cmd_ar = rm -f $@; ar cDPrsT $@ $(filter-out FORCE,$^)
$(obj)/built-in.a: $(objects) $(addsuffix /built-in.a,$(below)) FORCE
	$(call if_changed,ar)
quiet_cmd_order = ORDER   $@
      cmd_order = { $(foreach m,$(filter-out FORCE,$^),$(if $(filter %.o,$(m)),echo $(m:.o=.ko),cat $(m));) :; } > $@
# The prerequisites see to it that the list is as new as what it lists.
$(obj)/modules.order: $(mods) $(addsuffix /modules.order,$(below)) FORCE
	$(call if_changed,order)
$(foreach b,$(below),$(b)/built-in.a $(b)/modules.order): $(below) ;
.PHONY: $(below)
$(below):
	$(Q)$(MAKE) -f $(srctree)/scripts/build.mk obj=$@
targets := $(objects) $(mods) $(obj)/built-in.a $(obj)/modules.order $(filter %.o,$(MAKECMDGOALS))
-include $(foreach t,$(targets),$(wildcard $(dir $(t)).$(notdir $(t)).cmd))
FORCE:
