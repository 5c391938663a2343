"""The plan, its clauses and its revision (§8.4, 8.5)."""
