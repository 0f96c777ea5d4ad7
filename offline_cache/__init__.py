"""The terminal's disk and its talk with the hall.

Two encrypted files (the log: what we did; the reference: what the hall told us), the outbox, the sync, and `wire` and
`wire_residents`, the shapes that cross the network. A resident's terminal also has the numbers it gave out, photographed
papers on their way, and records that may be kept for a while. Nothing here knows a device or a screen, and nothing of ours
is imported.
"""
