"""What the office writes (§2.2.3(2), 5.2.4, 5.2.5): briefs, notices, releases."""
