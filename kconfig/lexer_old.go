package kconfig

type oldState uint8
