"""Devices that are not there, speaking the same bytes as the real ones.

Each emulator is driven from a script or from the panel, has the faults of its kind, and never knows who listens: the
real drivers run on top, over a real pty or socket. `box.py` holds one of each in one process.
"""
