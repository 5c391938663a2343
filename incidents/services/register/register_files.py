"""Files of the firms' registers (§4.1): put beside their entries, handed out to whoever may see one of those."""

from collections.abc import Iterable
from datetime import datetime
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from incidents import ledger
from incidents.ledger import Entry
from incidents.models import Organization, RegisterFile
from incidents.refusals import NotFound, wrong
from incidents.register_sight import visible_register_files
from incidents.roles import Actor
from incidents.services.register.firm_registers import about_file
from incidents.services.report import attaching
from incidents.services.report.attaching import Received
from incidents.services.report.attachment_types import fitting_name

MOST = min(settings.ATTACHMENT_MOST, 8 * 2**20)
"""Bytes (**decided**): what comes in with a form takes no more."""


def refuse_unfit(file: Received | None, clause: str, *, needed: bool = False):
    if file is None:
        if needed:
            raise wrong("/file", "required", "请附上文件。", clause)
        return
    if file.refused:
        raise wrong("/file", file.refused.code, file.refused.words, clause)
    if file.size > MOST:
        raise wrong("/file", "too_large", f"文件不能超过 {attaching.megabytes(MOST)}。", clause)


def keep(*, actor: Actor, body: Organization, number: str, file: Received | None, now: datetime):
    """The row of a file that `refuse_unfit` let pass, under this number; None for none."""
    if file is None:
        return None
    return RegisterFile.objects.create(
        body=body,
        number=number,
        kind=file.type.kind,
        name=fitting_name(file.name, file.type),
        media_type=file.type.media_type,
        size=file.size,
        sha256=file.sha256,
        path=file.path,
        uploaded_by=actor.post,
        key=actor.key,
        at=now,
    )


def told(file: RegisterFile | None, clause: str) -> list[Entry]:
    """What the ledger says of it; nothing of none."""
    if file is None:
        return []
    words = f"{file.body}上传 {file.number} {file.name}"
    return [Entry("register_file.added", words, clause=clause, data=about_file(file), for_firm=True)]


@transaction.atomic
def hand_out(*, actors: Iterable[Actor], number: str, now: datetime) -> tuple[RegisterFile, BinaryIO]:
    """The file; that somebody took another body's is noted on his own chain (domain §6)."""
    actors = tuple(actors)
    row = visible_register_files(actors).filter(number=number).select_related("body").first()
    if row is None:
        raise NotFound(f"没有编号为 {number} 的文件。", "not_found")
    file = attaching.opened(row)
    if all(actor.organization != row.body for actor in actors):
        taker = next(actor for actor in actors if visible_register_files([actor]).filter(pk=row.pk).exists())
        _note_taking(taker, row, now)
    return row, file


def _note_taking(actor: Actor, row: RegisterFile, now: datetime):
    words = f"查看 {row.body} 的文件 {row.number}"
    entry = Entry("register_file.taken", words, clause="4.1", data=about_file(row))
    ledger.append(attaching.chain_of_taker(actor), entry, at=now, actor=actor)
