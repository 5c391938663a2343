"""A backup is made: dumped and copied from one snapshot, written beside, verified by reading it again, then named."""

import contextlib
import fcntl
import hashlib
import io
import json
import logging
import os
import shutil
import socket
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import Error
from django.utils import timezone

from incidents.models.attachment import sha256_of
from incidents.services import backups
from zmd_emergency.backup import archive, keeping
from zmd_emergency.backup.archive import DUMP, HEADS, MANIFEST, MEDIA, Manifest, Part, digest_of
from zmd_emergency.backup.place import BLOCK, Place, Snapshot, snapshot
from zmd_emergency.backup.sealing import SealingWriter
from zmd_emergency.processes import Trouble, locked

log = logging.getLogger(__name__)
SPARE = 64 << 20
"""What must stay free on the disk besides."""


@dataclass(frozen=True)
class Made:
    path: Path
    size: int
    manifest: Manifest
    sealed: bool
    pruned: int

    @property
    def words(self) -> str:
        rows, files = sum(self.manifest.tables.values()), len(self.manifest.attachments)
        how = "已加密" if self.sealed else "未加密"
        return (
            f"{self.path.name}（{self.size / 2**20:.1f} MB，{how}）：{len(self.manifest.tables)} 张表 {rows} 行，"
            f"附件 {files} 个，台账 {self.manifest.ledger['chains']} 条链；已重新读出核验。"
        )


def back_up(directory: Path, *, passphrase: bytes | None) -> Made:
    """Makes one, and says in the ledger that it was made; what keeps it from being made is an alarm, then raised."""
    with alarmed():
        made = _make(Path(directory), passphrase)
    backups.note_made(
        name=made.path.name,
        words=made.words,
        taken_at=made.manifest.moment,
        data={
            "size": made.size,
            "sealed": made.sealed,
            "machine": socket.gethostname(),
            "ledger": made.manifest.ledger,
        },
        missing=made.manifest.missing,
        now=timezone.now(),
    )
    return made


@contextlib.contextmanager
def alarmed() -> Iterator[None]:
    """What goes wrong here keeps a backup from being made: it is an alarm, and then raised."""
    try:
        yield
    except Exception as error:
        words = str(error) if isinstance(error, Trouble) else f"{type(error).__name__}：{error}"
        try:
            backups.note_failed(words=words, now=timezone.now())
        except Error as untold:
            log.error("That the backup failed could not be told: %s", untold)
        raise


def _make(directory: Path, passphrase: bytes | None) -> Made:
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    with locked(directory / ".lock", fcntl.LOCK_EX) as ours:
        if not ours:
            raise Trouble("另一次备份正在进行，请等它结束。")
        for left_over in directory.glob(".zmd-*.part"):
            left_over.unlink()
        half_made = directory / f".zmd-{os.getpid()}.part"
        try:
            manifest = _write(half_made, passphrase)
            with archive.opened(half_made, passphrase) as written:
                written.verify()
            path = directory / keeping.name_for(manifest.moment)
            _name(half_made, path)
        finally:
            half_made.unlink(missing_ok=True)
        pruned = keeping.prune(directory)
    return Made(path, path.stat().st_size, manifest, passphrase is not None, len(pruned))


def _name(half_made: Path, path: Path) -> None:
    """By a link, which never takes the place of another file as a renaming would; on the disk for good."""
    try:
        os.link(half_made, path)
    except FileExistsError:
        raise Trouble(f"{path.name} 已经存在，不覆盖。") from None
    handle = os.open(path.parent, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


def _write(path: Path, passphrase: bytes | None) -> Manifest:
    parts: dict[str, Part] = {}
    with contextlib.ExitStack() as stack:
        file = stack.enter_context(open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b"))
        with snapshot(Place.ours()) as moment:
            _require_space(path.parent, moment)
            sink = SealingWriter(file, passphrase) if passphrase else file
            zip = stack.enter_context(zipfile.ZipFile(sink, "w"))
            facts, heads, attachments = _read(moment)
            with moment.dump() as dump:
                parts[DUMP] = _store(zip, DUMP, dump.stdout)
        parts[HEADS] = _store_lines(zip, heads)
        missing = []
        for number, kept, size, digest in attachments:
            if fault := _copy(zip, parts, kept, Part(size, digest)):
                missing.append(f"{number} {fault}")
        manifest = Manifest(
            **facts, parts={name: asdict(part) for name, part in parts.items()}, missing=missing
        )
        zip.writestr(MANIFEST, manifest.to_json())
        zip.close()
        if passphrase:
            sink.finish()
        file.flush()
        os.fsync(file.fileno())
    return manifest


def _read(moment: Snapshot) -> tuple[dict, list, list]:
    """What the manifest says of the snapshot, the ledger's heads and the attachments of it."""
    heads = moment.rows('SELECT chain, seq, hash FROM incidents_ledgerhead ORDER BY chain COLLATE "C"')
    facts = {
        "taken_at": moment.taken_at.isoformat(),
        "server": moment.rows("SHOW server_version")[0][0],
        "database": moment.place.name,
        "migrations": [
            f"{app}.{name}"
            for app, name in moment.rows("SELECT app, name FROM django_migrations ORDER BY app, name")
        ],
        "tables": moment.tables(),
        "ledger": {
            "chains": len(heads),
            "rows": sum(seq for _, seq, _ in heads),
            "digest": digest_of(heads),
        },
    }
    attachments = moment.rows(
        "SELECT number, path, size, sha256 FROM incidents_attachment"
        " UNION ALL SELECT number, path, size, sha256 FROM incidents_registerfile ORDER BY number"
    )
    return facts, heads, attachments


def _require_space(directory: Path, moment: Snapshot) -> None:
    """The dump is smaller than the database, so this asks for more than is needed."""
    [(database,)] = moment.rows("SELECT pg_database_size(current_database())")
    [(files,)] = moment.rows(
        "SELECT coalesce(sum(size), 0) FROM"
        " (SELECT size FROM incidents_attachment UNION ALL SELECT size FROM incidents_registerfile) kept"
    )
    needed, free = database + int(files) + SPARE, shutil.disk_usage(directory).free
    if free < needed:
        raise Trouble(
            f"磁盘空间不够：{directory} 只剩 {free >> 20} MB，备份可能需要 {needed >> 20} MB。"
            "请清理磁盘，或用 ZMD_BACKUP_DIR 换一个地方。"
        )


def _copy(zip: zipfile.ZipFile, parts: dict, kept: str, expected: Part) -> str:
    """An attachment into the archive; what is wrong with it, if it is already lost."""
    try:
        source = open(Path(settings.MEDIA_ROOT) / kept, "rb")
    except OSError:
        return "文件缺失"
    with source:
        if sha256_of(source) != expected.sha256:
            return "与上传时不一致"
        parts[MEDIA + kept] = _store(zip, MEDIA + kept, source)
    return ""


def _store_lines(zip: zipfile.ZipFile, heads: list) -> Part:
    lines = "".join(json.dumps(head) + "\n" for head in heads)
    return _store(zip, HEADS, io.BytesIO(lines.encode()))


def _store(zip: zipfile.ZipFile, name: str, source: BinaryIO) -> Part:
    size, digest = 0, hashlib.sha256()
    with zip.open(zipfile.ZipInfo(name), "w", force_zip64=True) as member:
        for block in _blocks(source):
            size += len(block)
            digest.update(block)
            member.write(block)
    return Part(size, digest.hexdigest())


def _blocks(source: BinaryIO) -> Iterator[bytes]:
    while block := source.read(BLOCK):
        yield block
