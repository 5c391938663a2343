"""What a backup's file holds, and the proof that it does: a zip archive, sealed or not, read without being unpacked.

database.dump        pg_dump's custom format
ledger-heads.jsonl   the heads of the ledger's chains, as `verify_ledger --export` writes them
media/…              the attachments
manifest.json        last: the hashes of all that, the rows of each table, the migrations; all of one snapshot
"""

import contextlib
import hashlib
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from zmd_emergency.backup.place import BLOCK, Program
from zmd_emergency.backup.sealing import Damaged, SealedReader, WrongPassphrase, is_sealed
from zmd_emergency.engine import environment

FORMAT = 1
MANIFEST, DUMP, HEADS, MEDIA = "manifest.json", "database.dump", "ledger-heads.jsonl", "media/"
COPY = re.compile(rb'COPY public\.("?)([^" ]+)\1 \(')
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    TypeError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)
"""What the zip module raises when it meets garbage."""


@dataclass(frozen=True)
class Part:
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    taken_at: str
    server: str
    database: str
    migrations: list[str]
    """All that were applied: the version of the tables, and so of the product."""
    tables: dict[str, int]
    """How many rows each has."""
    ledger: dict
    parts: dict[str, dict]
    missing: list[str] = field(default_factory=list)
    """Attachments whose file was already missing or damaged when the backup was made."""
    format: int = FORMAT

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode()

    @classmethod
    def of(cls, text: bytes) -> "Manifest":
        content = json.loads(text)
        if content.get("format") != FORMAT:
            raise Damaged(
                f"备份的格式是 {content.get('format')}，本版本只认 {FORMAT}：请用制作它的版本恢复。"
            )
        return cls(**content)

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.taken_at)

    @property
    def files(self) -> dict[str, Part]:
        return {name: Part(**part) for name, part in self.parts.items()}

    @property
    def attachments(self) -> list[str]:
        return [name for name in self.parts if name.startswith(MEDIA)]


class Archive:
    """A backup opened for reading."""

    def __init__(self, path: Path, zip: zipfile.ZipFile, is_sealed: bool):
        self.path, self._zip, self.is_sealed = path, zip, is_sealed
        self.manifest = Manifest.of(zip.read(MANIFEST))

    def open(self, name: str) -> BinaryIO:
        return self._zip.open(name)

    def heads(self) -> list[tuple[str, int, str]]:
        return [tuple(json.loads(line)) for line in self._zip.read(HEADS).decode().splitlines()]

    def verify(self) -> None:
        """Reads all of it: raises `Damaged` at the first thing that is not as the manifest says."""
        with readable():
            stored = sorted(self._zip.namelist())
            if stored != sorted([*self.manifest.parts, MANIFEST]):
                raise Damaged("备份文件里的内容与清单不符：有缺少或多出的文件。")
            for name, part in self.manifest.files.items():
                with self.open(name) as file:
                    if _measured(file) != part:
                        raise Damaged(f"备份文件里的 {name} 已损坏：与清单的哈希不符。")
            if digest_of(self.heads()) != self.manifest.ledger["digest"]:
                raise Damaged("备份文件里的台账链头与清单不符。")
            with self.open(DUMP) as dump:
                counted = counted_rows(dump)
        for table, rows in self.manifest.tables.items():
            if counted.get(table, 0) != rows:
                raise Damaged(f"备份里的表 {table} 有 {counted.get(table, 0)} 行，清单写的是 {rows} 行。")


@contextlib.contextmanager
def opened(path: Path, passphrase: bytes | None = None) -> Iterator[Archive]:
    """Refuses, in words, what is no backup, what was cut off, and what the passphrase doesn't open."""
    try:
        file = open(path, "rb")
    except OSError as error:
        raise Damaged(f"备份文件 {path} 打不开：{error.strerror}。") from error
    with file:
        sealed = is_sealed(file)
        if sealed and passphrase is None:
            raise WrongPassphrase("这份备份是加密的：请用 --passphrase-file 给出口令文件。")
        source = io.BufferedReader(SealedReader(file, passphrase), BLOCK) if sealed else file
        with readable():
            archive = Archive(path, zipfile.ZipFile(source), sealed)
        yield archive


@contextlib.contextmanager
def readable():
    try:
        yield
    except UNREADABLE as error:
        raise Damaged("这不是完整的备份文件：内容已损坏，或末尾缺失。") from error


def counted_rows(dump: BinaryIO) -> dict[str, int]:
    """How many rows of each table the dump really holds: pg_restore writes all of it out, and we count."""
    counts, table = {}, None
    with Program("pg_restore", ["--data-only", "--file=-"], environment(), feed=dump) as restore:
        for line in restore.stdout:
            if table is None:
                if found := COPY.match(line):
                    table = found[2].decode()
                    counts[table] = 0
            elif line == b"\\.\n":
                table = None
            else:
                counts[table] += 1
    return counts


def digest_of(heads) -> str:
    """One hash for all chains of the ledger."""
    lines = "".join(f"{chain} {seq} {digest}\n" for chain, seq, digest in sorted(heads))
    return hashlib.sha256(lines.encode()).hexdigest()


def _measured(file: BinaryIO) -> Part:
    size, digest = 0, hashlib.sha256()
    while block := file.read(BLOCK):
        size += len(block)
        digest.update(block)
    return Part(size, digest.hexdigest())
