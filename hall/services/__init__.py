"""What the hall decides: taking rows in, claims, accounts, settlement, the feed. No HTTP here."""
