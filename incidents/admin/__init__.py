"""Django's admin: reference data and accounts. What happened is recorded by the services, never here."""

from . import access, bodies, duty, people, plan

__all__ = ["access", "bodies", "duty", "people", "plan"]
