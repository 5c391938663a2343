"""事件档案 handed out (§6, domain §6): drawn, packed, and each export a row of the incident's ledger."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from incidents import ledger, ledger_heads
from incidents.documents import case_file
from incidents.documents.case_archive import Archive
from incidents.ledger import Entry
from incidents.models import Incident, LedgerEntry, PersonalValue
from incidents.querysets import visible_incidents
from incidents.refusals import NotAllowed, NotFound, wrong
from incidents.roles import OFFICE, Actor, require
from incidents.services import subject
from incidents.services.privacy.personal import note_taken

FORMS = {"word": "Word 文件", "zip": "压缩包"}


@dataclass(frozen=True)
class Exported:
    name: str
    file: BinaryIO


def export(*, actor: Actor, number: str, form: str, now: datetime, personal: bool = False) -> Exported:
    """The case file as `word` or `zip`; with `personal` (the office's alone) the names and telephones beside the ledger.

    It is drawn without a lock; the row, written last and under the lock, names how far the ledger went into it and
    the hash of what was handed out (of a ZIP, of its manifest).
    """
    incident = _seen_by(actor, number)
    if form not in FORMS:
        raise wrong("/form", "not_a_choice", "请选择 Word 文件或压缩包。", "6.4")
    if personal and actor.role not in OFFICE:
        raise NotAllowed("有关人员信息只供应急办导出。", "role", "5.2.1")
    if personal and form != "zip":
        raise wrong("/personal", "only_in_zip", "有关人员信息只随压缩包导出。", "6.4")
    seq = ledger.last_seq(incident.chain)
    file, digest = _archive(incident, actor, now, personal) if form == "zip" else _word(incident, actor, now)
    _record(actor, number, form, digest, seq, personal, now)
    return Exported(f"{number} 事件档案.{'zip' if form == 'zip' else 'docx'}", file)


def standing_of(chain: str) -> ledger.Fault | None:
    """The chain against itself and against every head that was ever written outside the database."""
    return ledger.verify_chain(chain, ledger_heads.read(settings.LEDGER_HEADS_DIR))


def standing_words(incident: Incident) -> str:
    """台账校验 in words."""
    fault = standing_of(incident.chain)
    if fault:
        return f"不可信：第 {fault.seq} 行起，{fault.what}。"
    return f"完好：第 1 至 {ledger.last_seq(incident.chain)} 行的哈希首尾相接，与链头一致。"


def _seen_by(actor: Actor, number: str) -> Incident:
    found = visible_incidents([actor]).filter(number=number)
    found = found.select_related(
        "office__parent__parent", "enterprise", "county", "event_class", "plan_version", "merged_into"
    ).first()
    if found is None:
        raise NotFound(f"没有编号为 {number} 的事件。", "not_found")
    require(actor, "file.export", found)
    return found


def _word(incident: Incident, actor: Actor, now: datetime) -> tuple[BinaryIO, str]:
    attached = [(attachment.name, "随压缩包导出") for attachment in incident.attachments.all()]
    content = _draw(incident, actor, now, attached)
    return BytesIO(content), sha256(content).hexdigest()


def _archive(incident: Incident, actor: Actor, now: datetime, personal: bool) -> tuple[BinaryIO, str]:
    archive = Archive(now)
    attached = archive.add_attachments(incident.attachments.all())
    archive.add(f"{incident.number} 事件档案.docx", BytesIO(_draw(incident, actor, now, attached)))
    for name, chain in _chains(incident):
        rows = LedgerEntry.objects.filter(chain=chain).order_by("seq")
        archive.add_chain(f"ledger/{name}", rows.iterator(chunk_size=2000))
    if personal:
        values = PersonalValue.objects.filter(entry__chain=incident.chain, erased_at=None)
        archive.add_personal(values.select_related("entry").order_by("entry__seq", "name"))
    archive.close()
    return archive.file, archive.manifest


def _chains(incident: Incident) -> list[tuple[str, str]]:
    return [
        ("incident", incident.chain),
        *(
            (f"warning-{warning.number}", warning.chain)
            for warning in incident.warnings(manager="with_drills").all()
        ),
    ]


def _draw(incident: Incident, actor: Actor, now: datetime, attached) -> bytes:
    standing = standing_words(incident)
    return case_file.draw(incident, now, by=str(actor), standing=standing, attached=attached).to_bytes()


@transaction.atomic
def _record(actor: Actor, number: str, form: str, digest: str, seq: int, personal: bool, now: datetime):
    incident = subject.locked(actor, "file.export", number)
    entry = Entry(
        "file.exported",
        f"导出事件档案（{FORMS[form]}{'，含有关人员姓名和电话' if personal else ''}），台账至第 {seq} 行",
        clause="6.4",
        data={
            "form": form,
            "manifest" if form == "zip" else "sha256": digest,
            "to_seq": seq,
            "personal": personal,
        },
    )
    subject.write(incident, actor, now, entry)
    if personal:
        note_taken(actor, incident, now)


@transaction.atomic
def note_export(*, actor: Actor, what: str, sha256: str, now: datetime):
    """A single paper that left as a file: a row on the chain of whoever took it."""
    entry = Entry("paper.exported", f"导出 {what}", data={"what": what, "sha256": sha256})
    ledger.append(ledger.account_chain(actor.person), entry, at=now, actor=actor)
