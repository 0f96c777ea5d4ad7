"""Installing a terminal, and showing one off on emulated devices. Nothing in the product imports this."""
