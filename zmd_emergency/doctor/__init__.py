"""`manage.py doctor`: what is missing or unsafe, each in plain words with what to do about it.

A check is a function of `now` that yields findings; each module's `CHECKS` names its own. A new one is a function there.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db import Error

from zmd_emergency.doctor import backups, configuration, database, disk, operation
from zmd_emergency.doctor.finding import Finding, grave

CHECKS = [
    *configuration.CHECKS,
    *disk.CHECKS,
    *database.CHECKS,
    *operation.CHECKS,
    *backups.CHECKS,
]


def examine(*, now: datetime) -> Iterator[Finding]:
    """All checks; one that could not be made is a finding like any other, and the rest are made all the same."""
    for check in CHECKS:
        try:
            yield from check(now)
        except Error as error:
            yield grave(
                _name(check), f"数据库没有应答，无法检查：{_first_line(error)}", "先恢复数据库，再检查一次。"
            )
        except Exception as error:
            yield grave(
                _name(check),
                f"检查没有完成：{type(error).__name__} {_first_line(error)}",
                "请把这一行告诉维护人员。",
            )


def _name(check) -> str:
    return (check.__doc__ or check.__name__).split("：")[0].rstrip("。")


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [""])[0][:200]
