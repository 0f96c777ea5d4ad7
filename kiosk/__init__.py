"""The application: what a terminal does, whole, without a face.

Flows (pure), rules (pure), services (one room each), the bus between threads, and `terminal`, which wires them from a
configuration. Nothing here draws; `screens` draws the Views that come out of here.
"""
