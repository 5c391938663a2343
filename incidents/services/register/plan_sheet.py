"""企业预案备案 as a sheet (§4.3): a line per plan that names its file, and the files sent together with it.

For an office that moves in with its firms' plans in a folder, and for a firm that files for those below it.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import BinaryIO
from unicodedata import normalize

from django.core.files.uploadedfile import UploadedFile

from incidents.models import FiledPlan
from incidents.refusals import wrong
from incidents.roles import OFFICE, Actor
from incidents.services import sheets
from incidents.services.register import plan_filing
from incidents.services.register.firm_registers import firm_of
from incidents.services.register.hazard_sheet import firms
from incidents.services.register.plan_filing import CLAUSE
from incidents.services.report import attaching
from incidents.services.report.attaching import Received
from incidents.services.sheets import Column, Fault, Filled, Sheet

MOST_FILES = 90
SENT_ALONG = "随表的文件"


def _keep(
    files: dict[str, Received],
    *,
    actor: Actor,
    now: datetime,
    enterprise: str,
    file: str,
    record_no: str,
    valid_until: date | None,
    **said,
) -> FiledPlan:
    """Filed; and accepted at once, where the office says under which number and until when."""
    body, sent = firm_of(actor, enterprise, CLAUSE), files.get(_key(file))
    if sent is None:
        raise wrong("/file", "not_found", f"没有随表选择“{file}”这个文件。", CLAUSE)
    row = plan_filing.file(actor=actor, body=body, file=sent, now=now, **said)
    if not record_no and not valid_until:
        return row
    if actor.role not in OFFICE:
        raise wrong("/record_no", "not_yours", "备案号和有效期由应急办填写，请留空。", CLAUSE)
    told = {"record_no": record_no, "valid_until": valid_until}
    return plan_filing.accept(actor=actor, filed_plan=row.number, now=now, **told)


SHEET = Sheet(
    "plans",
    "企业预案备案",
    CLAUSE,
    "filed_plan.file",
    (
        Column("enterprise", "企业", "choice", choices=firms, width=28),
        Column("name", "预案名称", width=32),
        Column("version", "版本"),
        Column("adopted_on", "发布日期", "date"),
        Column("file", "文件名", width=40, help="随表一起选择的文件，连同扩展名，如：甲公司应急预案.pdf"),
        Column("record_no", "备案号", required=False, width=24, help="已经备案的由应急办填写，随即备案"),
        Column("valid_until", "有效期至", "date", required=False, help="与备案号一起填写"),
    ),
    None,
    lambda actors: (),
)


@contextmanager
def taken_in(uploads: list[UploadedFile]) -> Iterator[list[Received]]:
    """The files on the disk, as one is for a form."""
    if len(uploads) > MOST_FILES:
        raise wrong("/files", "too_many", f"一次最多 {MOST_FILES} 个文件，请分几次导入。", CLAUSE)
    with ExitStack() as stack:
        yield [stack.enter_context(attaching.taken_in(upload)) for upload in uploads]


def read(file: BinaryIO) -> Filled:
    return sheets.read(SHEET, file)


def bring_in(
    filled: Filled, files: list[Received], *, actor: Actor, now: datetime, preview: bool
) -> list[Fault]:
    """As of every sheet; besides, each file is named by one line."""
    keep = partial(_keep, {_key(each.name): each for each in files})
    filled = replace(filled, faults=[*filled.faults, *_mismatches(filled, files)])
    return sheets.bring_in(replace(SHEET, keep=keep), filled, actor=actor, now=now, preview=preview)


def _mismatches(filled: Filled, files: list[Received]) -> Iterator[Fault]:
    named: dict[str, int] = {}
    for number, cells in filled.cells.items():
        key = _key(cells["file"])
        if key and named.setdefault(key, number) != number:
            cell = f"{filled.letters['file']}{number}"
            yield Fault(cell, "文件名", f"第 {named[key]} 行已用了这个文件，一个文件只备案一次。")
    sent: set[str] = set()
    for each in files:
        key = _key(each.name)
        if key in sent:
            yield Fault("", SENT_ALONG, f"“{each.name}”选了两个同名的文件。")
        elif key not in named:
            yield Fault("", SENT_ALONG, f"“{each.name}”没有哪一行提到。")
        sent.add(key)


def _key(name: str) -> str:
    """Systems write the same name differently: in parts or whole, wide or narrow, large or small."""
    return normalize("NFKC", name).strip().casefold()
