"""The ledger's heads outside the database (domain §6): what shows a chain that was rebuilt or taken away altogether.

Each day's file names the hash of the file before it, and the ledger notes each file with its hash. So whoever rewrites
the database must also rewrite every file since, and whoever takes a file away is told on by the next, or by the ledger.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from django.db import transaction

from incidents import ledger
from incidents.ledger import Entry, Exported, Fault
from incidents.models import LedgerEntry, LedgerHead

CHAIN = "ledger:heads"
EXPORTED = "ledger.exported"
DAILY = timedelta(hours=30)
"""A day, and what a machine that was switched off for a night may be late."""


@transaction.atomic
def export(directory: Path, *, at: datetime) -> Path:
    """Writes the heads of all chains to a dated file; returns its path."""
    directory.mkdir(parents=True, exist_ok=True)
    before = _files(directory)
    path = directory / f"heads-{at.astimezone(UTC):%Y%m%dT%H%M%S%f}.jsonl"
    first = {"previous": before[-1].name, "sha256": _hash(before[-1])} if before else {"previous": None}
    with open(path, "x", encoding="utf-8") as file:
        file.write(json.dumps(first) + "\n")
        for head in LedgerHead.objects.order_by("chain").iterator():
            file.write(json.dumps([head.chain, head.seq, head.hash]) + "\n")
    note = Entry(EXPORTED, f"导出链头 {path.name}", data={"file": path.name, "sha256": _hash(path)})
    ledger.append(CHAIN, note, at=at)
    return path


def read(directory: Path) -> Exported:
    """All heads that were ever exported to the directory."""
    exported: Exported = {}
    for path in _files(directory):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("["):
                chain, seq, digest = json.loads(line)
                exported.setdefault(chain, {}).setdefault(seq, digest)
    return exported


def faults(directory: Path) -> Iterator[Fault]:
    """Files that are gone or changed, by what the next one says of them and by what the ledger does."""
    files = {path.name: path for path in _files(directory)}
    blamed = set()
    for name, sha256 in [*_told_by_next(files.values()), *_told_by_ledger()]:
        if name in blamed:
            continue
        if name not in files:
            yield Fault(f"导出文件 {name}", 1, "文件已不在")
        elif _hash(files[name]) != sha256:
            yield Fault(f"导出文件 {name}", 1, "文件已被改动")
        else:
            continue
        blamed.add(name)


def gaps(directory: Path, *, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Times longer than a day, up to now, in which nothing was exported."""
    times = [_time(path) for path in _files(directory)]
    for earlier, later in pairwise([*times, now]):
        if later - earlier > DAILY:
            yield earlier, later


def _files(directory: Path) -> list[Path]:
    return sorted(directory.glob("heads-*.jsonl"))


def _time(path: Path) -> datetime:
    return datetime.strptime(path.stem, "heads-%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)


def _told_by_next(files) -> Iterator[tuple[str, str]]:
    for path in files:
        with open(path, encoding="utf-8") as file:
            first = json.loads(file.readline() or "{}")
        if isinstance(first, dict) and first.get("previous"):
            yield first["previous"], first["sha256"]


def _told_by_ledger() -> Iterator[tuple[str, str]]:
    for data in LedgerEntry.objects.filter(chain=CHAIN, action=EXPORTED).values_list("data", flat=True):
        yield data["file"], data["sha256"]


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
