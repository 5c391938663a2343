"""Backup and restore: one file that holds the database, the attachments and what proves both (docs/backup.md).

`sealing` encrypts it, `place` speaks to PostgreSQL, `archive` reads and verifies it, `making` writes it, `keeping` names
the files and says which are kept, `schedule` is what beat asks for, `restoring` is the way back.
"""
