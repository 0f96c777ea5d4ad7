"""Devices: what they say on the wire, and what that means.

Here live transports (bytes), protocols (frames), drivers (the device's meaning) and, in `emulators/`, devices that
speak the same bytes over a real pty or socket. Nothing here knows what a meal is, and nothing of ours is imported.
"""
