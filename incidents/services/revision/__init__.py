"""The plan and its versions (§8.4, 8.5)."""
