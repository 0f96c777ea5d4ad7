"""Devices that type like a keyboard ("wedge"): readers of cards and of codes that need no driver of their own.

`input_events` the kernel's bytes, `typed` what was typed, `input_device` the file that they come from. The readers that
stand on it are `drivers.cards.wedge` and `drivers.scanners.wedge`.
"""
