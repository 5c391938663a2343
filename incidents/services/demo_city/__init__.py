"""A city to try the system in, told through the services."""
