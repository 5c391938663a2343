"""Training and publicity (§8.1, 8.2)."""
