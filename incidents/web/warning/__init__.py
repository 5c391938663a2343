"""Warnings (§4)."""
