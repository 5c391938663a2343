"""Warnings (§4), out and in."""
