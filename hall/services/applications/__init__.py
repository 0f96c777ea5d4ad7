"""Applications at the hall: rows become applications with a deadline and a community, papers arrive in parts, officers
carry them on step by step; with them the runs of norms, ratings and forgotten cards."""
