"""Each check of `manage.py doctor` finds what it is for, made wrong here, and is content where it is right."""

import io
import json
import os
import ssl
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone

from alerts.models import Channel, Delivery, Heartbeat, Notification, Seat, Shift
from incidents import ledger_heads
from incidents.models import Post
from incidents.services import backups
from zmd_emergency import doctor
from zmd_emergency.backup import keeping
from zmd_emergency.doctor import backups as of_backups
from zmd_emergency.doctor import configuration, database, machine, operation
from zmd_emergency.doctor.finding import Level

HOUR = timedelta(hours=1)
LONG = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"


@pytest.fixture(autouse=True)
def healthy(settings, tmp_path):
    settings.PRODUCTION, settings.DEBUG = True, False
    settings.SECRET_KEY, settings.CHANNEL_KEYS = LONG, [LONG]
    settings.ALLOWED_HOSTS, settings.BASE_URL = ["zmd.example.org"], "https://zmd.example.org"
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.SECURE_SSL_REDIRECT = True
    settings.VAR_DIR, settings.MEDIA_ROOT = tmp_path / "var", tmp_path / "media"
    settings.BACKUP_DIR, settings.LEDGER_HEADS_DIR = tmp_path / "backups", tmp_path / "heads"
    settings.BACKUP_PASSPHRASE_FILE = ""
    for folder in (settings.VAR_DIR, settings.MEDIA_ROOT, settings.BACKUP_DIR):
        folder.mkdir()


def levels(check, now=None) -> str:
    """The findings' levels, each by its first letter."""
    return "".join(finding.level.name[0] for finding in check(now or timezone.now()))


@pytest.mark.parametrize(
    ("check", "wrong", "found"),
    [
        ("mode", {"DEBUG": True}, "G"),
        ("mode", {"PRODUCTION": False}, "M"),
        ("secret", {"SECRET_KEY": LONG[:49]}, "G"),
        ("secret", {"SECRET_KEY": "ab" * 40}, "G"),
        ("secret", {"SECRET_KEY": "django-insecure-" + LONG}, "G"),
        ("channel_key", {"CHANNEL_KEYS": []}, "M"),
        ("channel_key", {"CHANNEL_KEYS": [LONG, "short"]}, "G"),
        ("hosts", {"ALLOWED_HOSTS": ["*"]}, "G"),
        ("hosts", {"ALLOWED_HOSTS": ["127.0.0.1", "localhost"]}, "G"),
        ("base_url", {"BASE_URL": ""}, "M"),
        ("base_url", {"BASE_URL": "http://zmd.example.org"}, "G"),
        ("base_url", {"BASE_URL": "https://other.example.org"}, "G"),
        ("tls", {"SESSION_COOKIE_SECURE": False}, "GF"),
        ("tls", {"SECURE_SSL_REDIRECT": False}, "M"),
        ("time_zone", {"TIME_ZONE": "Europe/Berlin"}, "G"),
    ],
)
def test_the_environment(settings, check, wrong, found):
    assert levels(getattr(configuration, check)) == "F"
    for name, value in wrong.items():
        setattr(settings, name, value)
    assert levels(getattr(configuration, check)) == found


def test_the_certificate(monkeypatch):
    now = datetime(2026, 3, 2, tzinfo=UTC)

    def ends(answer):
        def ask(host, port):
            assert (host, port) == ("zmd.example.org", 443)
            if isinstance(answer, Exception):
                raise answer
            return now + answer

        monkeypatch.setattr(configuration, "certificate_ends", ask)
        return levels(configuration.certificate, now)

    untrusted = ssl.SSLCertVerificationError(1, "self-signed")
    untrusted.verify_message = "self-signed certificate"
    answers = (
        timedelta(days=15),
        timedelta(days=13),
        timedelta(days=-1),
        untrusted,
        ConnectionRefusedError(),
    )
    assert [ends(answer) for answer in answers] == ["F", "G", "G", "G", "M"]


def test_the_disk(settings, monkeypatch):
    for free, found in ((6 << 30, "F"), (2 << 30, "M"), (1 << 20, "G")):
        usage = SimpleNamespace(free=free, total=1 << 40)
        monkeypatch.setattr(machine.shutil, "disk_usage", lambda path, usage=usage: usage)
        assert levels(machine.space) == found, "said once, for they lie on one disk"


def test_files_that_others_can_read(settings, tmp_path):
    settings.BACKUP_PASSPHRASE_FILE = str(tmp_path / "passphrase")
    files = [settings.VAR_DIR / "secret_key", settings.BACKUP_DIR / "zmd-20260302-034000.backup"]
    for file in [*files, tmp_path / "passphrase"]:
        file.write_text("x")
        file.chmod(0o600)
        assert levels(machine.permissions) == "F"
        file.chmod(0o640)
        assert levels(machine.permissions) == "G"
        file.chmod(0o600)


def test_the_database(db, settings, monkeypatch):
    assert levels(database.migrations) == "F" and levels(database.clock) == "F"
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    assert levels(database.migrations) == "G"
    assert levels(database.role) == "G", "the tests' own role owns the tables"
    settings.PRODUCTION = False
    assert levels(database.role) == "M"
    assert levels(database.durability) == "G", "the tests' engines are without fsync"
    assert levels(database.left_over) == ""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA before_restore_20260302")
    assert levels(database.left_over) == "M"

    def answering(**answers):
        monkeypatch.setattr(database, "ask", lambda question: answers.get(question.split()[-1], "on"))

    settings.PRODUCTION = True
    answering()
    assert levels(database.durability) == "F"
    answering(log_statement="all")
    assert levels(database.statements_logged) == "M"
    answering(log_statement="none", log_min_duration_statement="-1")
    assert levels(database.statements_logged) == "F"
    answering(archive_command="", archive_library="")
    assert levels(database.archiving) == "G", "kept for nobody until the disk is full"
    for mode, failed, found in (("off", None, "M"), ("on", "00000001", "G"), ("on", None, "F")):
        monkeypatch.setattr(
            database, "ask", lambda question, m=mode, f=failed: m if "SHOW" in question else f
        )
        assert levels(database.archiving) == found


def test_the_clock(db, monkeypatch):
    now = timezone.now()
    watch = database.watchdog.Watch(now, now, timedelta(seconds=5))
    monkeypatch.setattr(database.watchdog, "look", lambda: watch)
    assert levels(database.clock) == "G"
    monkeypatch.setattr(machine.shutil, "which", lambda name: f"/bin/{name}")
    for said, found in (("no\n", "M"), ("yes\n", "F"), ("", "")):
        answer = SimpleNamespace(stdout=said)
        monkeypatch.setattr(machine.subprocess, "run", lambda *_, answer=answer, **__: answer)
        assert levels(machine.synchronised) == found


def test_sweep_broker_and_outbox(cast, settings):
    now = timezone.now()
    assert levels(operation.sweep) == "G"
    Heartbeat.objects.create(name="sweep", at=now)
    assert levels(operation.sweep) == "F" and levels(operation.broker) == "F"
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert levels(operation.broker) == "G"
    assert levels(operation.outbox) == "F"
    person = cast.duty_officer.person
    message = Notification.objects.create(person=person, kind="news", title="x", created_at=now)
    late = {"created_at": now - HOUR, "next_attempt_at": now}
    Delivery.objects.create(person=person, notification=message, kind="news", **late)
    assert levels(operation.outbox) == "M"


def test_rosters(cast):
    now = timezone.now()
    office = cast.duty_officer.organization
    assert levels(operation.rosters) == "G", "the office has none at all"
    days = timedelta(days=10)

    def keep(seat, actor, since, until):
        period = {"period": (since, until), "drawn_up_at": now}
        Shift.objects.create(organization=office, seat=seat, person=actor.person, **period)

    keep(Seat.DUTY, cast.duty_officer, now - days, now + days)
    assert levels(operation.rosters, now) == "G", "nobody leads now"
    tomorrow = now + timedelta(days=1)
    keep(Seat.LEADER, cast.office_director, now - days, tomorrow)
    assert levels(operation.rosters, now) == "M"
    keep(Seat.LEADER, cast.office_director, tomorrow, now + days)
    assert levels(operation.rosters, now) == "F"


def test_channels_and_who_is_reached(cast):
    now = timezone.now()
    people = Post.objects.filter(is_active=True).values_list("person", flat=True).distinct()
    assert levels(operation.failing_channels) == "F" and set(levels(operation.reach)) == {"G", "M"}
    for person in people:
        Channel.objects.create(person_id=person, name="手机", kind="http", sealed="x", created_at=now)
    assert [finding.words for finding in operation.reach(now)] == ["各单位都有可用的外部渠道。"]
    mine = Channel.objects.filter(person=cast.enterprise.person)
    mine.update(failures=3, failing_since=now, last_error="超时")
    assert levels(operation.failing_channels) == "M" and levels(operation.reach) == "M"
    assert levels(operation.administrator) == "F"


def test_nobody_administers(db):
    assert levels(operation.administrator) == "G"


def test_backups(db, settings, tmp_path):
    now = timezone.now()
    assert levels(of_backups.backed_up) == "G" and levels(of_backups.scheduled) == "F"
    file = settings.BACKUP_DIR / keeping.name_for(now)
    file.write_bytes(b"four")
    assert levels(of_backups.backed_up) == "M", "the ledger knows nothing of it"
    made = {"name": file.name, "words": "", "taken_at": now, "now": now}
    backups.note_made(**made, data={"size": 4}, missing=[])
    assert levels(of_backups.backed_up) == "F"
    assert levels(of_backups.backed_up, now + 27 * HOUR) == "G"
    file.write_bytes(b"less")
    os.truncate(file, 3)
    assert levels(of_backups.backed_up) == "G"
    os.truncate(file, 4)
    backups.note_failed(words="坏了", now=now)
    assert "G" in levels(of_backups.backed_up)
    backups.note_made(**made, data={"size": 4}, missing=["ZMD-2026-0001-A1 文件缺失"])
    assert levels(of_backups.backed_up) == "FG"
    settings.BACKUP_AT = ""
    assert levels(of_backups.scheduled) == "M" and levels(of_backups.sealed) == "M"
    settings.BACKUP_PASSPHRASE_FILE = str(tmp_path / "none")
    assert levels(of_backups.sealed) == "G"
    (tmp_path / "none").write_text("long enough to be one")
    assert levels(of_backups.sealed) == "F" and levels(of_backups.apart) == "M"
    assert levels(of_backups.heads_exported) == "M"
    ledger_heads.export(settings.LEDGER_HEADS_DIR, at=now)
    assert levels(of_backups.heads_exported) == "F"
    assert levels(of_backups.heads_exported, timezone.now() + 27 * HOUR) == "M"


def test_the_command_says_what_to_do_and_fails_on_what_is_grave(db, settings, monkeypatch):
    def run(*arguments) -> str:
        said = io.StringIO()
        try:
            call_command("doctor", *arguments, stdout=said)
        except CommandError as error:
            said.write(str(error))
        return said.getvalue()

    monkeypatch.setattr(doctor, "ALONE", [configuration.secret, configuration.channel_key])
    monkeypatch.setattr(doctor, "ASKING", [])
    assert "【正常】系统密钥" in run() and "没有严重问题，0 项须注意" in run()
    assert "系统密钥" not in run("--quiet")
    settings.SECRET_KEY, settings.CHANNEL_KEYS = "short", []
    said = run()
    assert said.index("【严重】系统密钥") < said.index("【注意】渠道密钥") and "怎么办：" in said
    with pytest.raises(CommandError, match="有 1 项严重问题，1 项须注意"):
        call_command("doctor", "--json", stdout=(told := io.StringIO()))
    assert [each["level"] for each in json.loads(told.getvalue())] == ["严重", "注意", "正常"]

    def broken(now):
        """渠道"""
        raise ZeroDivisionError("at noon\nlong story")

    monkeypatch.setattr(doctor, "ASKING", [broken, operation.administrator])
    said = run()
    assert "【严重】渠道：检查没有完成：ZeroDivisionError at noon\n" in said and "long story" not in said
    assert "【严重】系统管理员" in said, "the rest is looked at all the same"

    def refused():
        raise OperationalError("connection refused\nIs the server running?")

    with monkeypatch.context() as patched:
        patched.setattr(connection, "ensure_connection", refused)
        said = run()
    assert "【严重】数据库：没有应答：connection refused。因此没有检查：渠道、系统管理员。" in said
    assert "【注意】渠道密钥" in said, "what needs no database"


def test_every_check_is_on_the_list_and_speaks_chinese(cast, monkeypatch):
    monkeypatch.setattr(configuration, "certificate_ends", lambda *_: timezone.now() + timedelta(days=60))
    found = list(doctor.examine(now=timezone.now()))
    assert len({*doctor.ALONE, *doctor.ASKING}) >= 30
    for finding in found:
        assert "检查没有完成" not in finding.words, finding
        assert finding.remedy or finding.level == Level.FINE
