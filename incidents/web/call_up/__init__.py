"""Resources, and calling them up (§5.4.3)."""
