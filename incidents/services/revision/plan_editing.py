"""Editing a draft of the plan (§8.4) row by row; every change keeps its reason."""

import re
from datetime import datetime, timedelta

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction

from incidents.ledger import Entry
from incidents.models import Clause, Criterion, DeadlineRule, EscalationStep, Measure, PlanEdit, PlanVersion
from incidents.refusals import NotFound, WrongState
from incidents.roles import Actor, require
from incidents.services.check import Check
from incidents.services.revision import plan_soundness
from incidents.services.revision.plan_rows import (
    BY_CODE,
    NAMES,
    TITLE,
    Change,
    Part,
    name_of,
    row_changes,
    title_changes,
)
from incidents.services.revision.plan_versions import CLAUSE, locked, write

YEAR = timedelta(days=366)
LEVELS_OUT_OF_ORDER = "最高级别须不低于最低级别：Ⅰ级最高。"


@transaction.atomic
def keep_row(
    *, actor: Actor, part: str, values: dict, reason: str, now: datetime, row: int | None = None
) -> PlanEdit:
    """A new row of the draft, or (`row`: its id) another content of one. `values`: by the columns' names."""
    require(actor, "plan.draft")
    kind, draft = _part(part), locked(PlanVersion.Status.DRAFT, now=now)
    before = None if row is None else _row(kind, draft, row)
    after = kind.model(version=draft) if row is None else _row(kind, draft, row)
    check = Check(CLAUSE)
    for name in (*kind.key, *kind.columns):
        if name in values:
            setattr(after, name, values[name])
    if before is None and kind.is_ordered:
        last = kind.model.objects.filter(version=draft).order_by("order").last()
        after.order = last.order + 1 if last else 1
    _check_reason(check, reason)
    _check_row(check, after, draft)
    check.refuse()
    changes = row_changes(kind, before, after) if before is None or _same_key(kind, before, after) else None
    if changes == []:
        raise WrongState("没有改动。", "no_changes", CLAUSE)
    after.save()
    if isinstance(after, Clause):
        _put_clauses_in_order(draft)
    if changes is not None:
        return _told(actor, draft, kind, after, changes, reason, now)
    _told(actor, draft, kind, before, row_changes(kind, before, None), reason, now)
    return _told(actor, draft, kind, after, row_changes(kind, None, after), reason, now)


@transaction.atomic
def remove_row(*, actor: Actor, part: str, row: int, reason: str, now: datetime) -> PlanEdit:
    """The draft does without this row."""
    require(actor, "plan.draft")
    kind, draft = _part(part), locked(PlanVersion.Status.DRAFT, now=now)
    gone = _row(kind, draft, row)
    check = Check(CLAUSE)
    _check_reason(check, reason)
    check.refuse()
    if isinstance(gone, Clause):
        rules = DeadlineRule.objects.filter(version=draft, clause=gone.number)
        if codes := "、".join(dict.fromkeys(rules.values_list("code", flat=True))):
            words = f"规则 {codes} 以 §{gone.number} 为依据：先改动或删去这些规则。"
            raise WrongState(words, "rests_on_it", CLAUSE)
    changes = row_changes(kind, gone, None)
    kind.model.objects.filter(pk=gone.pk).delete()
    return _told(actor, draft, kind, gone, changes, reason, now)


@transaction.atomic
def rename(*, actor: Actor, title: str, reason: str, now: datetime) -> PlanEdit:
    """The draft bears another name: 市政府 approves the plan by it."""
    require(actor, "plan.draft")
    draft = locked(PlanVersion.Status.DRAFT, now=now)
    title, check = title.strip(), Check(CLAUSE)
    if not title:
        check.wrong("/title", "required", "请填写预案名称。")
    check.text("/title", TITLE, title, PlanVersion._meta.get_field("title").max_length)
    _check_reason(check, reason)
    check.refuse()
    changes = title_changes(draft.title, title)
    if not changes:
        raise WrongState("没有改动。", "no_changes", CLAUSE)
    draft.title = title
    draft.save(update_fields=["title"])
    return _keep(actor, draft, "title", "title", TITLE, changes, reason, now)


def reasons_of(version: PlanVersion) -> dict[tuple[str, str], list[PlanEdit]]:
    """Why each row was changed: by part (its name) and key."""
    found: dict[tuple[str, str], list[PlanEdit]] = {}
    for edit in version.edits.select_related("made_by"):
        found.setdefault((NAMES[edit.part], edit.key), []).append(edit)
    return found


def _told(
    actor: Actor, draft, kind: Part, row, changes: list[Change], reason: str, now: datetime
) -> PlanEdit:
    what = f"{kind.name} {name_of(row)}"
    return _keep(actor, draft, kind.code, kind.key_words(row), what, changes, reason, now)


def _keep(
    actor: Actor, draft, part: str, key: str, what: str, changes: list[Change], reason: str, now: datetime
) -> PlanEdit:
    words = [f"{c.column}：{c.before or '（无）'} → {c.after or '（删去）'}" for c in changes]
    edit = PlanEdit.objects.create(
        version=draft,
        part=part,
        key=key,
        words="\n".join(words),
        reason=reason.strip(),
        made_at=now,
        made_by=actor.post,
    )
    entry = Entry(
        "plan.edited",
        f"修改预案第{draft.number}版草案：{what}",
        clause=CLAUSE,
        reason=edit.reason,
        data={"number": draft.number, "changes": words},
    )
    write(actor, now, entry)
    return edit


def _part(code: str) -> Part:
    if code not in BY_CODE:
        raise NotFound("预案没有这个部分。", "not_found", CLAUSE)
    return BY_CODE[code]


def _row(kind: Part, draft: PlanVersion, pk: int):
    if row := kind.model.objects.filter(version=draft, pk=pk).first():
        return row
    raise NotFound(f"草案里没有这一行{kind.name}。", "not_found", CLAUSE)


def _same_key(kind: Part, before, after) -> bool:
    return kind.key_words(before) == kind.key_words(after)


def _check_reason(check: Check, reason: str):
    if not reason.strip():
        check.wrong("/reason", "required", "请填写改动的理由。")
    check.text("/reason", "理由", reason, 500)


def _check_row(check: Check, row, draft: PlanVersion):
    """What the row's own model refuses, and what holds between rows; each wrong field by its name."""
    if isinstance(row, DeadlineRule | EscalationStep) and (row.severest or 0) > (row.mildest or 9):
        check.wrong("/mildest", "levels_in_order", LEVELS_OUT_OF_ORDER)
    if isinstance(row, DeadlineRule):
        for name, label in (("limit", "时限"), ("interval", "间隔")):
            span = getattr(row, name)
            if span is not None and not timedelta() < span <= YEAR:
                check.wrong(f"/{name}", "out_of_range", f"{label}须大于 0，不超过一年。")
        if row.clause and not Clause.objects.filter(version=draft, number=row.clause).exists():
            check.wrong("/clause", "not_found", f"草案里没有 §{row.clause}。")
        for name, words in plan_soundness.of_rule(row):
            check.wrong(f"/{name}", "not_carried", words)
    if isinstance(row, EscalationStep) and row.offset is not None and abs(row.offset) > YEAR:
        check.wrong("/offset", "out_of_range", "相对到期时间不能超过一年。")
    if isinstance(row, Criterion) and row.measure != Measure.NETWORK_SCOPE and row.at_least is None:
        check.wrong("/at_least", "required", "除网络阻断外，分级标准须有数值下限。", "3.2")
    if check.errors:
        return
    try:
        row.full_clean()
    except ValidationError as error:
        for name, words in error.message_dict.items():
            pointer = "/" if name == NON_FIELD_ERRORS else f"/{name}"
            for each in words:
                check.wrong(pointer, "invalid", each)


def _put_clauses_in_order(draft: PlanVersion):
    """As they are numbered: 5.4.2 before 5.4.10, the annexes last."""
    clauses = sorted(Clause.objects.filter(version=draft), key=lambda clause: _place(clause.number))
    for order, clause in enumerate(clauses, 1):
        clause.order = order
    Clause.objects.bulk_update(clauses, ["order"])


def _place(number: str) -> tuple:
    figures = [int(figure) for figure in re.findall(r"\d+", number)]
    return (not number[:1].isdigit(), figures, number)
