"""What the hall decides: taking rows in, claims, accounts, settlement, the feed, the catalogue; `residents/` and
`applications/` hold what people ask and hand in. No HTTP here."""
