empty :=
space := $(empty) $(empty)
dot-target = $(dir $@).$(notdir $@)
depfile = $(dot-target).d
quoted = $(subst ','\'',$(1))
hash := \#
kept = $(subst $$,$$$$,$(subst $(hash),\$(hash),$(1)))
say = $(if $(Q),echo '  $(quiet_cmd_$(1))';,echo '$(call quoted,$(cmd_$(1)))';)

# What says that a target has to be made: prerequisites that are newer or not there, or another command than last time.
due = $(filter-out FORCE,$?)$(filter-out FORCE $(wildcard $^),$^)$(if $(wildcard $@),,missing)
other = $(if $(filter-out $(subst $(space),_,$(strip $(saved_$@))),$(subst $(space),_,$(strip $(cmd_$(1))))),other)
save = printf '%s\n' 'saved_$@ := $(call quoted,$(call kept,$(cmd_$(1))))' > $(dot-target).cmd

if_changed = $(if $(due)$(other),@set -e; $(say) $(cmd_$(1)); $(save),@:)
if_changed_dep = $(if $(due)$(other),@set -e; $(say) $(cmd_$(1)); $(save); $(srctree)/scripts/deps.sh $(depfile) $@ $< >> $(dot-target).cmd; rm -f $(depfile),@:)
filechk = $(Q)set -e; { $(filechk_$(1)); } > $(dot-target).tmp; if [ -r $@ ] && cmp -s $@ $(dot-target).tmp; then rm -f $(dot-target).tmp; \
	else echo '  UPD     $@'; mv -f $(dot-target).tmp $@; fi
probe = $(shell $(CC) -Werror $(1) -c -x c /dev/null -o /dev/null 2>/dev/null && echo $(1))
