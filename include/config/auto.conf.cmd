autoconfig := include/config/auto.conf

deps_config := \
	/tmp/kc/Kconfig \

$(autoconfig): $(deps_config)
$(deps_config): ;
