"""The hall's service catalogue as TOML, and what reads and checks it.

What the guides say is invented for the sample town, true only to how such guides read: sums, limits, windows and
telephone numbers are to be replaced by those of the hall that is served.
"""
