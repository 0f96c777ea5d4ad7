"""Receivers of radio call buttons (315 and 433 MHz). A button calls a person. It proves nothing and opens nothing.

`rf_frames` the receivers' bytes, `codes` which button a frame is from, `receiver` the driver.
"""
