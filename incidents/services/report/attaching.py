"""Attachments: a file comes in, is put beside its incident, is handed out, and is looked after (domain §4). Those of the
firms' registers come in and are looked after here too; `register_files` puts them beside their entries.

A file is on the disk before the transaction begins, so that nobody waits for it under a lock; whatever becomes of the
transaction, a file that no row names is taken away again.
"""

import hashlib
import logging
import os
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError, transaction
from django.db.models import Sum

from incidents import ledger
from incidents.ledger import Entry
from incidents.models import Attachment, Incident, LedgerEntry, Organization, RegisterFile
from incidents.models.attachment import KeptFile
from incidents.querysets import visible_attachments
from incidents.refusals import NotFound, WrongState, wrong
from incidents.roles import Actor
from incidents.services import subject
from incidents.services.report.attachment_types import Refused, Type, fitting_name, recognise

CLAUSE = "5.2.1"
FOLDER = "attachments"
STRAY_AFTER = 3600
"""Seconds after which a file without a row is nobody's upload any more."""

KEPT = (Attachment, RegisterFile)
"""The rows that name a file."""
ADDED = ("attachment.added", "register_file.added")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Received:
    """A file as it came: on the disk, hashed, its type found by content; or why it will not be taken."""

    name: str
    path: str
    size: int
    sha256: str
    type: Type | None = None
    refused: Refused | None = None


@contextmanager
def taken_in(upload: UploadedFile) -> Iterator[Received]:
    """The upload on the disk for as long as this lasts, and afterwards only if a row names it."""
    path = f"{FOLDER}/{uuid.uuid4().hex}"
    file = Path(settings.MEDIA_ROOT) / path
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        yield _received(upload, path, file)
    finally:
        try:
            if not any(kept.objects.filter(path=path).exists() for kept in KEPT):
                file.unlink(missing_ok=True)
        except DatabaseError:
            logger.exception("Whether %s is on record could not be asked; `check_attachments` will", path)


def _received(upload: UploadedFile, path: str, file: Path) -> Received:
    name, size, digest = upload.name or "", 0, hashlib.sha256()
    with open(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b") as kept:
        for chunk in upload.chunks():
            size += len(chunk)
            if size > settings.ATTACHMENT_MOST:
                words = f"单个文件不能超过 {megabytes(settings.ATTACHMENT_MOST)}。"
                return Received(name, path, size, "", refused=Refused("too_large", words))
            digest.update(chunk)
            kept.write(chunk)
        kept.flush()
        os.fsync(kept.fileno())
        try:
            if not size:
                raise Refused("empty", "文件是空的。")
            return Received(name, path, size, digest.hexdigest(), recognise(kept))
        except Refused as refused:
            return Received(name, path, size, digest.hexdigest(), refused=refused)


@transaction.atomic
def attach(*, actor: Actor, number: str, file: Received, now: datetime, note: str = "") -> Attachment:
    """Puts a file beside the incident; its hash goes into the ledger."""
    incident = subject.locked(actor, "attachment.add", number)
    note = note.strip()
    subject.refuse_longer("note", "说明", note, 200)
    if file.refused:
        raise wrong("/file", file.refused.code, file.refused.words, CLAUSE)
    held = incident.attachments.aggregate(total=Sum("size"))["total"] or 0
    if held + file.size > settings.ATTACHMENTS_MOST:
        words = f"一起事件的附件合计不能超过 {megabytes(settings.ATTACHMENTS_MOST)}。"
        raise wrong("/file", "incident_full", words, CLAUSE)
    serial = incident.attachments.count() + 1
    row = Attachment(
        incident=incident,
        number=f"{incident.number}-A{serial}",
        serial=serial,
        kind=file.type.kind,
        name=fitting_name(file.name, file.type),
        note=note,
        media_type=file.type.media_type,
        size=file.size,
        sha256=file.sha256,
        path=file.path,
        body=actor.organization,
        uploaded_by=actor.post,
        key=actor.key,
        at=now,
    )
    row.save()
    subject.write(incident, actor, now, _entry(row))
    return row


def _entry(row: Attachment) -> Entry:
    return Entry(
        "attachment.added",
        f"{row.body}上传附件 {row.number} {row.name}",
        clause=CLAUSE,
        reason=row.note,
        data={"attachment": row.number, "sha256": row.sha256, "size": row.size, "type": row.media_type},
        for_firm=row.body.kind == Organization.Kind.ENTERPRISE,
    )


def hand_out(
    *, actors: Iterable[Actor], incident: str, number: str, now: datetime
) -> tuple[Attachment, BinaryIO]:
    """The file for whoever may see it; that somebody took another body's file is noted on his own chain (domain §6)."""
    actors = tuple(actors)
    seen = visible_attachments(actors).filter(number=number, incident__number=incident)
    row = seen.select_related("incident", "body").first()
    if row is None:
        raise NotFound(f"没有编号为 {number} 的附件。", "not_found")
    file = opened(row)
    if all(actor.organization != row.body for actor in actors):
        taker = next(actor for actor in actors if visible_attachments([actor]).filter(pk=row.pk).exists())
        _note_taking(taker, row, now)
    return row, file


def opened(row: KeptFile) -> BinaryIO:
    try:
        return row.open()
    except KeptFile.Damaged as damaged:
        logger.error("%s", damaged)
        raise WrongState(f"{damaged}，请联系系统管理员。", "file_damaged") from damaged


@transaction.atomic
def _note_taking(actor: Actor, row: Attachment, now: datetime):
    entry = Entry(
        "attachment.taken",
        f"查看 {row.incident.number} 的附件 {row.number}",
        clause=CLAUSE,
        data={"incident": row.incident.number, "attachment": row.number, "sha256": row.sha256},
    )
    ledger.append(chain_of_taker(actor), entry, at=now, actor=actor)


def chain_of_taker(actor: Actor) -> str:
    return ledger.account_chain(actor.person) if actor.person else ledger.body_chain(actor.organization)


SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "Cache-Control": "private, no-store",
}
"""With which both doors hand a file out: shown or saved, never executed."""


def faults() -> Iterator[str]:
    """What is wrong with the kept files: missing or changed ones, and rows that the ledger tells otherwise."""
    told = LedgerEntry.objects.filter(action__in=ADDED).values_list("data", flat=True)
    hashes = {data["attachment"]: data["sha256"] for data in told.iterator()}
    for row in chain.from_iterable(kept.objects.order_by("pk").iterator() for kept in KEPT):
        if hashes.pop(row.number, None) != row.sha256:
            yield f"{row.number} 的哈希与台账不符"
        try:
            row.open().close()
        except Attachment.Damaged as damaged:
            yield str(damaged)
    for number in hashes:
        yield f"{number} 在台账中，附件已不在"


def strays() -> list[Path]:
    """Files that no row names, left by processes that died; not those of an upload still under way."""
    folder = Path(settings.MEDIA_ROOT) / FOLDER
    old = [file for file in folder.glob("*") if time.time() - file.stat().st_mtime > STRAY_AFTER]
    named = {path for kept in KEPT for path in kept.objects.values_list("path", flat=True)}
    return [file for file in old if f"{FOLDER}/{file.name}" not in named]


def megabytes(size: int) -> str:
    return f"{size >> 20} MB"


def files_of(incidents: Iterable[Incident], actors: Iterable[Actor]):
    """The attachments of these incidents that the actors may see, with what a list names of each."""
    rows = visible_attachments(actors).filter(incident__in=incidents)
    return rows.select_related("incident", "body", "uploaded_by__organization").order_by("incident", "serial")
