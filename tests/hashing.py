"""Passwords are hashed slowly on purpose, and every sign-in hashes one: in tests and their processes, quickly."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


def hurry() -> None:
    PBKDF2PasswordHasher.iterations = 1000
