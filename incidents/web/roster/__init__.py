"""The roster, and one's own duty (§5.2.3)."""
