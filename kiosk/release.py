"""Which release of the software this is."""

SOFTWARE = "service-hall-terminal 0.1.0"
