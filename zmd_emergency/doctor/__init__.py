"""`manage.py doctor`: what is missing or unsafe, each in plain words with what to do about it.

A check is a function of `now` that yields findings; its first words name it. Each module lists its own: `ALONE` those that
need nothing but this machine, `ASKING` those that ask the database.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db import Error, connection

from zmd_emergency.doctor import backups, configuration, database, machine, operation
from zmd_emergency.doctor.finding import Finding, fine, grave

ALONE = [*configuration.ALONE, *machine.ALONE, *operation.ALONE, *backups.ALONE]
ASKING = [*database.ASKING, *operation.ASKING, *backups.ASKING]


def examine(*, now: datetime) -> Iterator[Finding]:
    """All checks; one that could not be made is a finding like any other, and the rest are made all the same."""
    yield from _made(ALONE, now)
    try:
        connection.ensure_connection()
    except Error as error:
        unknown = "、".join(map(_name, ASKING))
        words = f"没有应答：{_first_line(error)}。因此没有检查：{unknown}。"
        yield grave("数据库", words, "启动数据库，核对 DATABASE_URL，再检查一次。")
        return
    yield fine("数据库", "有应答。")
    yield from _made(ASKING, now)


def _made(checks, now: datetime) -> Iterator[Finding]:
    for check in checks:
        try:
            yield from check(now)
        except Exception as error:
            words = f"检查没有完成：{type(error).__name__} {_first_line(error)}"
            yield grave(_name(check), words, "先处理其他各项再检查一次；仍然如此，请把这一行告诉维护人员。")


def _name(check) -> str:
    return check.__doc__


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [""])[0][:200]
