"""Briefs, notices, releases (§5.2.3–5.2.5)."""
