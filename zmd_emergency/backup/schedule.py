"""What beat asks for once an hour: the day's backup, if it is not there yet; an alarm, if none has been for long."""

import logging
from datetime import datetime, time, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from incidents.services import backups
from zmd_emergency.backup import keeping
from zmd_emergency.backup.making import alarmed, back_up
from zmd_emergency.backup.sealing import read_passphrase

log = logging.getLogger(__name__)


def is_due(now: datetime) -> bool:
    """Whether the last appointed time has passed without one: so a machine that slept through it makes it later."""
    local = timezone.localtime(now)
    slot = timezone.make_aware(datetime.combine(local.date(), time.fromisoformat(settings.BACKUP_AT)))
    if slot > now:
        slot -= timedelta(days=1)
    made = keeping.listed(settings.BACKUP_DIR)
    return not made or made[-1].taken_at < slot


def run(*, now: datetime) -> None:
    """A failure is told, by whatever it was kept from, and tried again an hour later."""
    try:
        with alarmed():
            due = is_due(now)
            sealed_with = passphrase() if due else None
        if due:
            back_up(settings.BACKUP_DIR, passphrase=sealed_with)
    except Exception:
        log.exception("The scheduled backup was not made")
    backups.watch(now=now)


def passphrase(file: str | Path | None = None) -> bytes | None:
    """Of the file named, else of the one that the environment names; None where nothing is to be sealed."""
    named = file or settings.BACKUP_PASSPHRASE_FILE
    return read_passphrase(Path(named)) if named else None
