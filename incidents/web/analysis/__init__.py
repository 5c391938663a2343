"""Statistics and deadlines (§4.1)."""
