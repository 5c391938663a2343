"""What is going on, at a glance: desk, command screen, wall, map, search."""
