"""Scanners of QR and bar codes: packets (`ssi`), plain lines (`line`), and those that type like a keyboard (`wedge`).

`scans` is what they share: which bytes are one scan, and whose text they are. Nothing in here knows what a code means.
"""
