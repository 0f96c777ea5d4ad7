"""The bare programs that the terminal is measured against: as small and as fast as an honest reader would write them."""
