"""Who is on duty, and what a desk hands on (§5.2.3)."""
