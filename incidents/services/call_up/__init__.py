"""Resources, and calling them up (§2.2.2(4), 5.4.3)."""
