"""How backups' files are named, which there are, and which are kept: the newest of each day, week and month."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

NAME = re.compile(r"zmd-(\d{8}-\d{6})\.backup")
PERIODS = {"daily": "%Y%m%d", "weekly": "%G-%V", "monthly": "%Y%m"}


@dataclass(frozen=True, order=True)
class Kept:
    """A backup's file. Under its final name it was verified: until then it is called `.….part`."""

    taken_at: datetime
    path: Path


def name_for(taken_at: datetime) -> str:
    return f"zmd-{taken_at.astimezone(_city()):%Y%m%d-%H%M%S}.backup"


def listed(directory: Path) -> list[Kept]:
    """The backups in a folder, the oldest first."""
    found = ((NAME.fullmatch(path.name), path) for path in Path(directory).glob("zmd-*.backup"))
    return sorted(Kept(_moment(match[1]), path) for match, path in found if match)


def superfluous(backups: Iterable[Kept], rule: dict[str, int]) -> list[Kept]:
    """Those that no part of the rule keeps. The newest is always kept."""
    backups = sorted(backups, reverse=True)
    kept = set(backups[:1])
    for period, number in rule.items():
        newest = {}
        for backup in backups:
            newest.setdefault(backup.taken_at.astimezone(_city()).strftime(PERIODS[period]), backup)
        kept |= set(list(newest.values())[:number])
    return sorted(set(backups) - kept)


def prune(directory: Path) -> list[Kept]:
    gone = superfluous(listed(directory), settings.BACKUPS_KEPT)
    for backup in gone:
        backup.path.unlink()
    return gone


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%d-%H%M%S").replace(tzinfo=_city())


def _city() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)
