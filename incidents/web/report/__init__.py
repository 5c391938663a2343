"""The telephone intake and an incident's own pages (§5.2.1)."""
