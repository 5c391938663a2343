"""The figures of many incidents (§4.1)."""
