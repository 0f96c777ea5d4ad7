"""Tests of the emulated devices: a twin that behaves unlike the device would prove nothing."""
