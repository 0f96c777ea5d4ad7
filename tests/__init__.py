"""Everything that proves the product: unit tests by room, and the programs that drive the real processes."""
