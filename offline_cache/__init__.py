"""The terminal's disk and its talk with the hall.

Two encrypted files (the log: what we did; the reference: what the hall told us), the outbox, the sync, and `wire`,
the shapes that cross the network. Nothing here knows a device or a screen, and nothing of ours is imported.
"""
