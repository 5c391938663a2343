"""What threatens and what is ready (§4.1, 4.3): hazards, inspections, plans filed, key periods."""
