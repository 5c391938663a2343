"""The way back: everything is proved before anything is touched, and what was there is kept aside.

The database comes back in one transaction, the attachments in one renaming; then rows, ledger and files are compared
with the manifest, and the ledger's first new row tells of the gap.
"""

import contextlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from alerts.models import Warning
from alerts.services import sending
from alerts.services.watchdog import STALE_AFTER
from incidents import ledger, ledger_heads
from incidents.models import LedgerHead
from incidents.services import backups
from incidents.services.report import attaching
from zmd_emergency.backup.archive import DUMP, MEDIA, Archive, Manifest
from zmd_emergency.backup.place import BLOCK, Place, Program, count_tables
from zmd_emergency.engine import environment
from zmd_emergency.processes import Trouble

SQUASHED = re.compile(r"\.\d{4}_squashed_")
SET_ASIDE = """
ALTER SCHEMA public RENAME TO {schema};
CREATE SCHEMA public;
GRANT USAGE ON SCHEMA public TO PUBLIC;
"""


@dataclass(frozen=True)
class Target:
    """Where to: the product's own database and attachments, or others that are named."""

    place: Place
    media: Path
    is_ours: bool


@dataclass
class Restored:
    manifest: Manifest
    old_schema: str
    old_media: Path | None
    lost: dict[str, int]
    """By chain, how many rows of the ledger were once exported and are gone."""
    unsent: int = 0

    @property
    def words(self) -> str:
        rows, files = sum(self.manifest.tables.values()), len(self.manifest.attachments)
        at = f"{timezone.localtime(self.manifest.moment):%Y-%m-%d %H:%M:%S}"
        return (
            f"数据为 {at} 时的状态，{len(self.manifest.tables)} 张表 {rows} 行，附件 {files} 个，"
            f"台账 {self.manifest.ledger['chains']} 条链；行数、台账和附件均已核对一致。"
        )


def require_fitting(manifest: Manifest) -> None:
    """An older product's tables are brought up to date; a newer one's can't be. A squashed migration that was squashed
    again since is known by the last one in it."""
    known = set()
    for (app, name), migration in MigrationLoader(None).disk_migrations.items():
        known |= {f"{app}.{name}", *(f"{app}.{name}" for app, name in migration.replaces)}
    unknown = [name for name in manifest.migrations if not {name, SQUASHED.sub(".", name)} & known]
    if unknown:
        raise Trouble(
            f"这份备份来自更新的版本（本机没有 {'、'.join(unknown[:3])} 等 {len(unknown)} 项数据库变更）："
            "请先把程序升级到制作它的版本，再恢复。"
        )


HELD = """
SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')),
    (SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND usesysid IS NOT NULL),
    to_regclass('public.alerts_heartbeat') IS NOT NULL
"""


def require_room(place: Place, *, replace: bool) -> bool:
    """Whether there is something to be set aside; refuses what must not be, and what is in use."""
    with place.asked() as cursor:
        cursor.execute(HELD)
        tables, others, has_heartbeat = cursor.fetchone()
        if tables and not replace:
            raise Trouble(
                f"数据库 {place.name} 里已有 {tables} 张表，不覆盖。确要用备份替换它，请加 --replace（原有数据另存）。"
            )
        if others:
            raise Trouble(f"数据库 {place.name} 还有 {others} 个连接：请先停止系统，再恢复。")
        if has_heartbeat:
            cursor.execute(
                "SELECT bool_or(at > clock_timestamp() - %s) FROM public.alerts_heartbeat", [STALE_AFTER]
            )
            if cursor.fetchone()[0]:
                raise Trouble(f"系统还在数据库 {place.name} 上运行（或刚停止）：请停止它，半分钟后再恢复。")
    return tables > 0


def restore(
    archive: Archive, target: Target, *, replace: bool, say: Callable[[str], None] = print
) -> Restored:
    """All of it, or nothing: until the database has committed, nothing that was there has changed."""
    now = timezone.now()
    say("核验备份文件…")
    archive.verify()
    require_fitting(archive.manifest)
    connection.close()
    occupied = require_room(target.place, replace=replace)
    stamp = f"{timezone.localtime(now):%Y%m%d_%H%M%S}"
    aside = f"before_restore_{stamp}" if occupied else ""
    with _staged(archive, target.media, say) as staged:
        say("恢复数据库…")
        _load(archive, target.place, aside)
        old_media = _swap(staged, target.media, stamp)
    say("核对行数、台账和附件…")
    with pointed_at(target), _the_way_back(aside, old_media):
        _compare_rows(archive.manifest, target.place)
        call_command("migrate", interactive=False, verbosity=0)
        lost = _prove(archive, target)
        restored = Restored(archive.manifest, aside, old_media, lost)
        restored.unsent = settle(restored.words, archive.manifest.moment, lost, now=now)
    return restored


@contextlib.contextmanager
def _the_way_back(aside: str, old_media: Path | None) -> Iterator[None]:
    """Should what was restored not be what was backed up, the operator must know where the old lies."""
    try:
        yield
    except Trouble as trouble:
        kept = [f"原有数据在模式 {aside} 里"] if aside else []
        kept += [f"原有附件在 {old_media}"] if old_media else []
        raise Trouble("".join([str(trouble), *(f" {where}。" for where in kept)])) from trouble


def settle(words: str, as_of: datetime, lost: dict[str, int], *, now: datetime) -> int:
    """What must not go on as if nothing had been, however the database came to be as of then; what is unsent."""
    unsent = sending.give_up_all(now=now)
    Session.objects.all().delete()
    backups.note_restored(words=words, taken_at=as_of, lost=lost, unsent=unsent, now=now)
    return unsent


@contextlib.contextmanager
def _staged(archive: Archive, media: Path, say: Callable[[str], None]) -> Iterator[Path]:
    """The attachments beside those that are there, under a name that nothing looks for; gone if all fails."""
    staged = media / f".{attaching.FOLDER}.restoring"
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir(parents=True, mode=0o700)
    try:
        say(f"恢复附件 {len(archive.manifest.attachments)} 个…")
        for name in archive.manifest.attachments:
            path = PurePosixPath(name.removeprefix(MEDIA))
            if path.parts[0] != attaching.FOLDER or len(path.parts) != 2 or path.name.startswith("."):
                raise Trouble(f"备份里的文件名 {name} 不合规，不恢复。")
            handle = os.open(staged / path.name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with open(handle, "wb") as kept, archive.open(name) as source:
                shutil.copyfileobj(source, kept, BLOCK)
                kept.flush()
                os.fsync(kept.fileno())
        yield staged
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _swap(staged: Path, media: Path, stamp: str) -> Path | None:
    folder, old = media / attaching.FOLDER, media / f"{attaching.FOLDER}.before_restore_{stamp}"
    if there := folder.exists():
        folder.rename(old)
    staged.rename(folder)
    return old if there else None


def _load(archive: Archive, place: Place, aside: str) -> None:
    """Through psql, so that setting the old aside and loading the new are one transaction; cut off, it is none."""
    options = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--no-password", "--output=/dev/null"]
    plain = ["--schema=public", "--no-owner", "--no-acl", "--exit-on-error", "--file=-"]
    prelude = "BEGIN; SET LOCAL lock_timeout = '10s'; SET LOCAL statement_timeout = 0;"
    with Program("psql", options, place.environment) as psql:
        try:
            psql.stdin.write((prelude + (SET_ASIDE.format(schema=aside) if aside else "")).encode())
            psql.stdin.flush()
            with (
                archive.open(DUMP) as dump,
                Program("pg_restore", plain, environment(), feed=dump, into=psql.stdin),
            ):
                pass
            psql.stdin.write(b"\nCOMMIT;\nANALYZE;\n")
            psql.stdin.flush()
        except (Trouble, BrokenPipeError):
            psql.end()  # says why, if the fault was its own
            raise


@contextlib.contextmanager
def pointed_at(target: Target) -> Iterator[None]:
    """The ORM and the attachments are the target's for the time of this block."""
    if target.is_ours:
        yield
        connection.close()
        return
    theirs = {"MEDIA_ROOT": target.media, "DATABASE_ROLE": target.place.user, "DATABASE_OWNER": {}}
    ours = {name: getattr(settings, name) for name in theirs if hasattr(settings, name)}
    before = {name: connection.settings_dict[name] for name in target.place.settings}
    connection.close()
    connection.settings_dict.update(target.place.settings)
    try:
        for name in ours:
            setattr(settings, name, theirs[name])
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)
        for name, value in ours.items():
            setattr(settings, name, value)


def _compare_rows(manifest: Manifest, place: Place) -> None:
    with place.asked() as cursor:
        found = count_tables(cursor)
    differing = [
        f"{table} {found.get(table, 0)}≠{rows}"
        for table, rows in manifest.tables.items()
        if found.get(table) != rows
    ]
    if differing:
        raise Trouble(f"恢复后的行数与清单不符：{'；'.join(differing[:10])}。请不要启用，并保留备份文件。")


def _prove(archive: Archive, target: Target) -> dict[str, int]:
    """The ledger against the backup's heads and those once exported, the files against their rows; what was lost."""
    if set(LedgerHead.objects.values_list("chain", "seq", "hash")) != set(archive.heads()):
        raise Trouble("恢复后的台账链头与备份不符。请不要启用，并保留备份文件。")
    lost = prove_ledger(settings.LEDGER_HEADS_DIR if target.is_ours else None)
    missing = {words.split()[0] for words in archive.manifest.missing}
    damaged = [words for words in attaching.faults() if words.split()[0] not in missing]
    if damaged:
        raise Trouble(f"恢复后的附件不可信：{'；'.join(damaged[:5])}。请不要启用，并保留备份文件。")
    return lost


def prove_ledger(exports: Path | None) -> dict[str, int]:
    """That it holds, in itself and against what was exported of it; returns what was exported and is gone."""
    heads = dict(LedgerHead.objects.values_list("chain", "seq"))
    exported = ledger_heads.read(exports) if exports else {}
    lost = {
        chain: max(told) - heads.get(chain, 0)
        for chain, told in exported.items()
        if max(told) > heads.get(chain, 0)
    }
    known = {
        chain: {seq: digest for seq, digest in told.items() if seq <= heads[chain]}
        for chain, told in exported.items()
        if chain in heads
    }
    faults = list(ledger.verify(known, warnings=Warning.with_drills.only("pk", "number").iterator()))
    if faults:
        named = "；".join(f"{fault.chain} 第 {fault.seq} 行 {fault.what}" for fault in faults[:5])
        raise Trouble(f"恢复后的台账不可信：{named}。请不要启用，并保留备份文件。")
    if lost:
        _set_heads_aside(exports, heads)
    return lost


def _set_heads_aside(directory: Path, heads: dict[str, int]) -> None:
    """Exports that tell of rows after the backup are kept as evidence, but nothing is measured by them any more."""
    aside = directory / f"after-the-backup-{timezone.localtime():%Y%m%d-%H%M%S}"
    for path in sorted(directory.glob("heads-*.jsonl")):
        lines = path.read_text(encoding="utf-8").splitlines()
        told = (json.loads(line) for line in lines if line.startswith("["))
        if any(seq > heads.get(chain, 0) for chain, seq, _ in told):
            aside.mkdir(mode=0o700, exist_ok=True)
            path.rename(aside / path.name)
