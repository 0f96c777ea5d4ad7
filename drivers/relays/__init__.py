"""Relays that open doors.

`modbus` times a pulse in the board's own hardware. `lcus` and `gpio` can only be switched, so `software_pulse` times them
from here, and a configuration has to accept what that means. Radio buttons never come near a relay.
"""
