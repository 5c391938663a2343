"""The restore drill: what was backed up comes back whole, or is refused in words before anything is touched."""

import io
import json
import stat
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone

from alerts.models import Attempt, Channel, Delivery, Heartbeat, Notification
from incidents import changes, ledger, ledger_heads
from incidents.models import Attachment, Incident, LedgerEntry, LedgerHead
from incidents.services import backups
from incidents.services.demo_city import demo
from incidents.services.report import attaching
from tests.cast import call_in
from tests.conftest import drop, execute
from tests.files import JPEG, PDF
from zmd_emergency.backup import archive, making, place, restoring, sealing
from zmd_emergency.backup.place import Place, count_tables
from zmd_emergency.processes import Trouble

PASSPHRASE = "四个-汉字-以及-一串数字-20261128"
SETTLED = {"incidents_ledgerentry": 1, "incidents_ledgerhead": 1}
"""Rows that a restore adds when all has been compared."""


@pytest.fixture(autouse=True)
def quickly(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(sealing, "COST", 10)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.BACKUP_DIR = tmp_path / "backups"
    settings.LEDGER_HEADS_DIR = tmp_path / "heads"


@pytest.fixture
def passphrase_file(tmp_path) -> Path:
    file = tmp_path / "passphrase"
    file.write_text(PASSPHRASE + "\n")
    return file


@pytest.fixture
def empty_database(cloned_database):
    """Another database, with nothing in it."""
    name = f"{connection.settings_dict['NAME']}_empty"
    drop(name)
    execute(f'CREATE DATABASE "{name}"')
    yield urlsplit(cloned_database.url)._replace(path=f"/{name}").geturl()
    drop(name)


def attach(cast, incident: Incident, content: bytes, name: str) -> Attachment:
    with attaching.taken_in(SimpleUploadedFile(name, content)) as received:
        return attaching.attach(
            actor=cast.duty_officer, number=incident.number, file=received, now=timezone.now()
        )


def counts(at: Place) -> dict[str, int]:
    with at.asked() as cursor:
        return count_tables(cursor)


def run(command: str, *arguments) -> str:
    said = io.StringIO()
    call_command(command, *map(str, arguments), stdout=said, stderr=said)
    return said.getvalue()


def backup_file(settings) -> Path:
    [file] = settings.BACKUP_DIR.glob("*.backup")
    return file


def test_the_drill(cloned_database, cast, empty_database, settings, tmp_path, passphrase_file, monkeypatch):
    """Of a whole demo, sealed, while others go on writing."""
    demo.load(now=timezone.now())
    incident = call_in(cast)
    files = [attach(cast, incident, content, name) for content, name in ((JPEG, "a.jpg"), (PDF, "b.pdf"))]
    before, heads = counts(Place.ours()), set(LedgerHead.objects.values_list())
    cluster = changes.moment().cluster

    def dump_while_others_write(snapshot, original=place.Snapshot.dump):
        meanwhile = call_in(cast)
        attach(cast, meanwhile, PDF + b"later", "later.pdf")
        return original(snapshot)

    monkeypatch.setattr(place.Snapshot, "dump", dump_while_others_write)
    said = run("backup", "--passphrase-file", passphrase_file)
    file = backup_file(settings)
    assert file.name in said and "已加密" in said and "附件 4 个" in said
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert incident.number.encode() not in file.read_bytes() and b"PK\3\4" not in file.read_bytes()[:200]
    assert {path.name for path in settings.BACKUP_DIR.iterdir()} == {file.name, ".lock"}
    assert LedgerEntry.objects.get(chain=backups.CHAIN).data["file"] == file.name

    media = tmp_path / "elsewhere"
    arguments = ["restore", file, "--into", empty_database, "--media", media, "--yes"]
    said = run(*arguments, "--passphrase-file", passphrase_file)
    assert "行数、台账和附件均已核对一致" in said and "数据为" in said
    there = Place.at(empty_database)
    told = len(backups.administrators())
    assert counts(there) == {
        table: rows + SETTLED.get(table, 0) + (told if table == "alerts_notification" else 0)
        for table, rows in before.items()
    } | {"django_session": 0}
    for row in files:
        assert (media / row.path).read_bytes() == row.file.read_bytes()
        assert stat.S_IMODE((media / row.path).stat().st_mode) == 0o600
    assert len(list((media / "attachments").iterdir())) == 4, "those of the demo's registers too"
    with restoring.pointed_at(restoring.Target(there, media, False)):
        assert set(LedgerHead.objects.exclude(chain=backups.CHAIN).values_list()) == heads
        assert list(ledger.verify()) == [] and list(attaching.faults()) == []
        assert LedgerEntry.objects.get(chain=backups.CHAIN).action == "backup.restored"
        assert changes.moment().cluster != cluster, "a token of before is refused"
        call_in(cast)
    assert Incident.objects.count() == before["incidents_incident"] + 1, "ours was not touched"
    with pytest.raises(CommandError, match="不覆盖"):
        run(*arguments, "--passphrase-file", passphrase_file)


def test_what_was_damaged_cut_off_or_is_not_ours_is_refused(
    cloned_database, cast, empty_database, settings, tmp_path, passphrase_file
):
    incident = call_in(cast)
    attach(cast, incident, JPEG * 9000, "a.jpg")
    run("backup", "--passphrase-file", passphrase_file)
    sealed = backup_file(settings)
    plain = tmp_path / "plain"
    run("backup", "--to", plain)
    [plain] = plain.glob("*.backup")
    wrong = tmp_path / "wrong"
    wrong.write_text("another passphrase, long enough")
    short = tmp_path / "short"
    short.write_text("short")

    def refuses(content: bytes, words: str, passphrase: Path | None = passphrase_file):
        file = tmp_path / "changed.backup"
        file.write_bytes(content)
        given = ["--passphrase-file", passphrase] if passphrase else []
        with pytest.raises(CommandError, match=words):
            run("restore", file, "--into", empty_database, "--media", tmp_path / "m", "--yes", *given)

    for whole, key in ((sealed.read_bytes(), passphrase_file), (plain.read_bytes(), None)):
        for at in (len(whole) // 3, len(whole) // 2, len(whole) - 2000):
            refuses(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :], "损坏|不符", key)
        for length in (len(whole) - 1, len(whole) // 2, 40):
            refuses(whole[:length], "损坏|缺失", key)
    whole = sealed.read_bytes()
    chunk = sealing.CHUNK + sealing.TAG
    refuses(whole[: sealing.HEADER + sealing.TAG + chunk], "末尾缺失")
    second = sealing.HEADER + sealing.TAG + chunk
    refuses(whole[:second] + whole[second + chunk :], "损坏")
    refuses(
        whole[:20] + bytes([whole[20] ^ 1]) + whole[21:], "口令不对（或文件的开头已损坏）", passphrase_file
    )
    refuses(whole, "口令不对", wrong)
    refuses(whole, "至少要有 16 个字符", short)
    refuses(whole, "--passphrase-file", None)
    refuses(b"", "损坏", None)
    assert counts(Place.at(empty_database)) == {} and not (tmp_path / "m").exists()
    with pytest.raises(CommandError, match="--media"):
        run("restore", sealed, "--into", empty_database)
    assert "核验通过" in run("restore", plain, "--check")


def test_a_newer_products_backup_is_refused_and_an_older_ones_is_not():
    def made_by(*migrations: str) -> archive.Manifest:
        return archive.Manifest("2026-11-28T00:00:00+00:00", "18", "zmd", list(migrations), {}, {}, {})

    first = "incidents.0001_initial"
    restoring.require_fitting(made_by(first, "incidents.0001_squashed_0014_notices_and_releases"))
    for later in ("incidents.0999_later", "incidents.0001_squashed_0999_later", "elsewhere.0001_initial"):
        with pytest.raises(Trouble, match="更新的版本"):
            restoring.require_fitting(made_by(first, later))


def test_in_place_what_was_there_is_kept_aside_and_what_was_lost_is_told(
    cloned_database, cast, settings, tmp_path, monkeypatch
):
    incident = call_in(cast)
    kept = attach(cast, incident, JPEG, "a.jpg")
    person = cast.duty_officer.person
    now = timezone.now()
    channel = Channel.objects.create(person=person, name="手机", kind="http", sealed="x", created_at=now)
    message = Notification.objects.create(person=person, kind="news", title="待发", created_at=now)
    Delivery.objects.create(
        person=person, notification=message, kind="news", created_at=now, next_attempt_at=now
    )
    Attempt.objects.create(channel=channel, messages=1, at=now)
    run("backup")
    file = backup_file(settings)
    later = call_in(cast)
    attach(cast, incident, PDF, "b.pdf")
    ledger_heads.export(settings.LEDGER_HEADS_DIR, at=timezone.now())
    with pytest.raises(CommandError, match="不覆盖"):
        run("restore", file, "--yes")
    monkeypatch.setattr("builtins.input", lambda words: "something else")
    with pytest.raises(CommandError, match="什么也没有改动"):
        run("restore", file, "--replace")
    with Place.ours().asked(), pytest.raises(CommandError, match="还有 1 个连接"):
        run("restore", file, "--replace", "--yes")
    Heartbeat.objects.create(name="sweep", at=timezone.now())
    with pytest.raises(CommandError, match="系统还在数据库 .* 上运行"):
        run("restore", file, "--replace", "--yes")
    Heartbeat.objects.update(at=timezone.now() - timedelta(seconds=31))
    assert Incident.objects.filter(pk=later.pk).exists()

    said = run("restore", file, "--replace", "--yes")
    assert "台账至少还有过" in said and "外部消息" in said and "DROP SCHEMA before_restore_" in said
    assert list(Incident.objects.values_list("number", flat=True)) == [incident.number]
    assert Delivery.objects.pending().count() == 0 and Attempt.objects.filter(ended_at=None).count() == 0
    assert all("恢复" in attempt.error for attempt in Attempt.objects.all())
    restored = LedgerEntry.objects.get(action="backup.restored")
    assert restored.data["lost"][later.chain] >= 1 and restored.data["lost"][incident.chain] == 1
    run("verify_ledger")
    [aside] = settings.MEDIA_ROOT.glob("attachments.before_restore_*")
    assert len(list(aside.iterdir())) == 2
    assert [path.name for path in (settings.MEDIA_ROOT / "attachments").iterdir()] == [Path(kept.path).name]
    [(old,)] = cloned_database.query("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'before_restore%%'")
    assert cloned_database.query(f"SELECT count(*) FROM {old}.incidents_incident") == [(2,)]


def test_a_restore_that_fails_half_way_changes_nothing(cloned_database, cast, settings, monkeypatch):
    incident = call_in(cast)
    attach(cast, incident, JPEG, "a.jpg")
    run("backup")
    monkeypatch.setattr(
        restoring, "SET_ASIDE", restoring.SET_ASIDE + "CREATE TABLE public.incidents_user ();"
    )
    with pytest.raises(CommandError, match="incidents_user.*already exists"):
        run("restore", backup_file(settings), "--replace", "--yes")
    assert Incident.objects.get().number == incident.number
    assert list(attaching.faults()) == [] and not list(settings.MEDIA_ROOT.glob(".*"))


def test_an_attachment_that_was_lost_before_stops_no_backup_but_is_told(
    cloned_database, cast, empty_database, settings, tmp_path, monkeypatch
):
    incident = call_in(cast)
    lost, changed = (attach(cast, incident, content, "a.jpg") for content in (JPEG, JPEG + b"1"))
    attach(cast, incident, JPEG + b"2", "c.jpg")
    lost.file.unlink()
    changed.file.write_bytes(b"something else")
    with pytest.raises(
        CommandError, match=f"{lost.number} 文件缺失；{changed.number} 与上传时不一致"
    ) as failed:
        run("backup")
    assert failed.value.returncode == 3
    assert "2 个附件缺失或损坏" in Notification.objects.get(person=cast.administrator.person).title
    arguments = ["--into", empty_database, "--media", tmp_path / "m", "--yes"]
    assert "附件 1 个" in run("restore", backup_file(settings), *arguments)
    assert len(list((tmp_path / "m" / "attachments").iterdir())) == 1

    def full(zip, name, source, original=making._store):
        if name.startswith("media/"):
            raise OSError(28, "No space left on device")
        return original(zip, name, source)

    monkeypatch.setattr(making, "_store", full)
    with pytest.raises(CommandError, match="没有备份成.*No space left"):
        run("backup", "--to", tmp_path / "full")
    assert [path.name for path in (tmp_path / "full").iterdir()] == [".lock"], "full, not missing"


def test_what_proves_false_after_all_names_where_the_old_lies(cloned_database, cast, settings, monkeypatch):
    attach(cast, call_in(cast), JPEG, "a.jpg")
    run("backup")
    monkeypatch.setattr(restoring, "count_tables", lambda cursor: {})
    with pytest.raises(CommandError, match="行数与清单不符.*before_restore_.*原有附件在"):
        run("restore", backup_file(settings), "--replace", "--yes")


def test_without_a_database_the_reason_is_said(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(
        Place, "ours", classmethod(lambda cls: cls.at("postgres://nobody:x@127.0.0.1:1/none"))
    )
    monkeypatch.setattr(backups, "note_failed", lambda **_: (_ for _ in ()).throw(OperationalError("gone")))
    with pytest.raises(CommandError, match="没有备份成：连不上数据库 none"):
        run("backup")


def test_after_postgresqls_own_recovery_the_same_is_settled(cast, settings, tmp_path):
    incident = call_in(cast)
    person, now = cast.duty_officer.person, timezone.now()
    message = Notification.objects.create(person=person, kind="news", title="待发", created_at=now)
    Delivery.objects.create(
        person=person, notification=message, kind="news", created_at=now, next_attempt_at=now
    )
    settings.LEDGER_HEADS_DIR.mkdir()
    head = LedgerHead.objects.get(chain=incident.chain)
    told = settings.LEDGER_HEADS_DIR / "heads-20260302T000000000000.jsonl"
    told.write_text(json.dumps([head.chain, head.seq + 3, "0" * 64]) + "\n")
    with pytest.raises(CommandError, match="须带时区"):
        run("settle_recovery", "2026-03-01")
    said = run("settle_recovery", "2026-03-01T10:29:59+08:00")
    assert "外发箱 1 条不再补发" in said and "至少还有过 3 行" in said
    assert Delivery.objects.pending().count() == 0 and not told.exists()
    assert LedgerEntry.objects.get(action="backup.restored").data["lost"] == {head.chain: 3}
    told.write_text(json.dumps([head.chain, head.seq, "0" * 64]) + "\n")
    with pytest.raises(CommandError, match="链被重写"):
        run("settle_recovery", "2026-03-01T10:29:59+08:00")
