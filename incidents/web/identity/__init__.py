"""The door, accounts, posts, keys."""
