"""What follows an incident (§6)."""
