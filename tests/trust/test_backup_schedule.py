"""Backups come by themselves, old ones go by rule, and one that fails or stays away is heard of."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.apps import apps
from django.core.management import CommandError, call_command
from django.test import Client

from alerts.models import Delivery, Notification
from incidents.models import LedgerEntry
from incidents.services import backups
from zmd_emergency import tasks
from zmd_emergency.backup import keeping, making, schedule
from zmd_emergency.processes import Trouble

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 3, 2, 19, 40, tzinfo=UTC)
"""03:40 in the city on the third of March."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    settings.BACKUP_DIR = tmp_path / "backups"
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.BACKUP_AT = "03:40"


def lay(directory: Path, at: datetime) -> Path:
    directory.mkdir(exist_ok=True)
    path = directory / keeping.name_for(at)
    path.write_bytes(b"x")
    return path


def test_it_is_due_once_a_day_and_made_later_where_the_hour_was_slept_through(settings):
    assert schedule.is_due(NIGHT), "there is none"
    lay(settings.BACKUP_DIR, NIGHT - HOUR)
    assert not schedule.is_due(NIGHT - timedelta(minutes=1)) and schedule.is_due(NIGHT)
    lay(settings.BACKUP_DIR, NIGHT + timedelta(minutes=1))
    assert not schedule.is_due(NIGHT + 23 * HOUR) and schedule.is_due(NIGHT + DAY + 5 * HOUR)


def test_the_newest_of_each_day_week_and_month_are_kept(settings, tmp_path):
    made = [lay(tmp_path / "kept", NIGHT - n * DAY / 2) for n in range(2 * 400)]
    (tmp_path / "kept" / "zmd-notes.txt").write_text("mine")
    settings.BACKUPS_KEPT = {"daily": 3, "weekly": 2, "monthly": 4}
    keeping.prune(tmp_path / "kept")
    left = [backup.path for backup in keeping.listed(tmp_path / "kept")]
    assert [f"{kept.taken_at:%m-%d %H}" for kept in keeping.listed(tmp_path / "kept")] == [
        "12-31 15",
        "01-31 15",
        "02-28 15",
        "03-01 15",
        "03-02 15",
        "03-03 03",
    ]
    assert made[0] in left and (tmp_path / "kept" / "zmd-notes.txt").exists()
    settings.BACKUPS_KEPT = {"daily": 0, "weekly": 0, "monthly": 0}
    keeping.prune(tmp_path / "kept")
    assert [backup.path for backup in keeping.listed(tmp_path / "kept")] == [made[0]]


def test_beat_asks_for_it_every_hour_at_the_minute_of_its_time(settings):
    entry = settings.CELERY_BEAT_SCHEDULE["back-up"]
    assert entry["task"] == tasks.back_up.name and apps.is_installed("zmd_emergency")
    assert entry["task"] in settings.CELERY_TASK_ROUTES
    assert entry["schedule"].minute == {40} and len(entry["schedule"].hour) == 24


def alarms() -> list[str]:
    told = Notification.objects.filter(kind="escalation").order_by("pk")
    return list(told.values_list("title", flat=True))


def test_a_failure_is_told_once_a_day_and_written_each_time(cast, settings, monkeypatch):
    def fail(*_):
        raise Trouble("磁盘空间不够。")

    monkeypatch.setattr(making, "_make", fail)
    for hour in range(3):
        schedule.run(now=NIGHT + hour * HOUR)
    assert alarms() == ["数据备份失败"]
    [message] = Notification.objects.filter(kind="escalation")
    assert message.person == cast.administrator.person and "磁盘空间不够" in message.text
    assert LedgerEntry.objects.filter(chain=backups.CHAIN, action="backup.failed").count() == 3
    with pytest.raises(CommandError, match="没有备份成：磁盘空间不够"):
        call_command("backup")


def test_what_keeps_it_from_being_tried_at_all_is_told_too(cast, settings, tmp_path):
    settings.BACKUP_PASSPHRASE_FILE = tmp_path / "none"
    schedule.run(now=NIGHT)
    assert alarms() == ["数据备份失败"] and LedgerEntry.objects.filter(action="backup.failed").count() == 1
    settings.BACKUP_PASSPHRASE_FILE, settings.BACKUP_AT = "", "25:00"
    schedule.run(now=NIGHT)
    assert LedgerEntry.objects.filter(action="backup.failed").count() == 2


def test_an_alarm_goes_to_the_administrators_channel_too(cast):
    from alerts.models import Channel

    person = cast.administrator.person
    Channel.objects.create(person=person, name="手机", kind="http", sealed="x", created_at=NIGHT)
    backups.note_failed(words="坏了。", now=NIGHT)
    assert Delivery.objects.pending().get().person == person


def test_silence_is_an_alarm(cast, settings):
    settings.METRICS_TOKEN = ""
    joined = cast.administrator.person.date_joined
    assert not backups.watch(now=joined + 25 * HOUR) and backups.watch(now=joined + 27 * HOUR)
    assert "还没有备份" in Notification.objects.get(kind="escalation").text
    assert "zmd_backup_age_seconds NaN" in Client().get("/metrics").content.decode()
    taken = joined + 48 * HOUR
    backups.note_made(name="a", words="a", taken_at=taken, data={}, missing=[], now=taken)
    assert not backups.watch(now=taken + 26 * HOUR)
    assert backups.watch(now=taken + 27 * HOUR) and not backups.watch(now=taken + 28 * HOUR)
    assert len(alarms()) == 2
    with time_machine.travel(taken + HOUR, tick=False):
        assert "zmd_backup_age_seconds 3600.0" in Client().get("/metrics").content.decode()


def test_too_little_space_is_said_before_anything_is_written(db, settings, monkeypatch):
    monkeypatch.setattr(making, "SPARE", 1 << 60)
    with pytest.raises(CommandError, match="磁盘空间不够.*ZMD_BACKUP_DIR"):
        call_command("backup")
    assert not list(settings.BACKUP_DIR.glob("*zmd-*"))
