"""Revising the plan (§8.4): a draft is a copy of the version in force; putting it into force is one act.

Rows that rest on the plan (clauses, event classes, criteria, limits of the plan) change only with the city
government's approval, named by its document number; decided targets and steps by the director, with a
reason. Incidents keep the version that they began under.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from incidents import ledger
from incidents.ledger import Entry
from incidents.models import (
    Clause,
    Criterion,
    DeadlineRule,
    EscalationStep,
    EventClass,
    GroupTemplate,
    Level,
    Organization,
    PlanVersion,
)
from incidents.refusals import NotFound, WrongState, wrong
from incidents.roles import Actor, require
from incidents.services import subject

Basis = DeadlineRule.Basis
CLAUSE = "8.4"


@dataclass(frozen=True)
class Part:
    """A kind of row in a plan: what identifies a row across versions, and which columns are compared."""

    model: type
    key: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.model._meta.verbose_name

    def column_name(self, column: str) -> str:
        return self.model._meta.get_field(column).verbose_name

    def rows(self, version: PlanVersion) -> dict[tuple, object]:
        rows = self.model.objects.filter(version=version)
        return {tuple(getattr(row, column) for column in self.key): row for row in rows}


PARTS = (
    Part(Clause, ("number",), ("title", "text")),
    Part(EventClass, ("code",), ("name", "source", "questions")),
    Part(Criterion, ("measure", "level"), ("at_least", "scope", "source", "from_gazette")),
    Part(GroupTemplate, ("name",), ("lead", "members", "duties", "source", "from_gazette")),
    Part(
        DeadlineRule,
        ("code", "creditor", "severest"),
        (
            "name",
            "clause",
            "basis",
            "clock",
            "kind",
            "mildest",
            "debtor",
            "limit",
            "recurs",
            "interval",
            "answers",
        ),
    ),
    Part(EscalationStep, ("kind", "severest", "mildest", "offset"), ("targets",)),
)


@dataclass(frozen=True)
class Change:
    """One column of one row, in the words of a screen. `before` or `after` None: the row is new, or gone."""

    part: str
    row: str
    column: str
    before: str | None
    after: str | None
    rests_on_plan: bool


def draft_of() -> PlanVersion | None:
    return PlanVersion.objects.filter(status=PlanVersion.Status.DRAFT).select_related("based_on").first()


@transaction.atomic
def start_draft(*, actor: Actor, now: datetime) -> PlanVersion:
    """Copies the version in force, with all its rows, into a new draft; there is one draft at a time."""
    require(actor, "plan.draft")
    PlanVersion.objects.select_for_update().get(status=PlanVersion.Status.ACTIVE)
    if draft_of():
        raise WrongState("已有一个草案，请先完成它。", "draft_exists", CLAUSE)
    draft = copy_of_the_plan_in_force()
    entry = Entry(
        "plan.drafted", f"建立预案第{draft.number}版草案", clause=CLAUSE, data={"number": draft.number}
    )
    _write(actor, now, entry)
    return draft


def copy_of_the_plan_in_force() -> PlanVersion:
    """A draft with all the rows of the version in force."""
    active = PlanVersion.in_force()
    number = PlanVersion.objects.aggregate(last=Max("number"))["last"] + 1
    draft = PlanVersion.objects.create(number=number, title=active.title, based_on=active)
    for part in PARTS:
        copies = list(part.model.objects.filter(version=active))
        for row in copies:
            row.pk, row.version = None, draft
            row._state.adding = True
        part.model.objects.bulk_create(copies)
    return draft


def differences(draft: PlanVersion) -> list[Change]:
    """What the draft would change of the version that it was copied from."""
    changes = []
    for part in PARTS:
        before, after = part.rows(draft.based_on), part.rows(draft)
        for key in sorted(before.keys() | after.keys(), key=str):
            changes += _row_changes(part, before.get(key), after.get(key))
    return changes


def needs_document(changes: list[Change]) -> bool:
    """§8.4: whether 市政府's approval, by its document number, is needed."""
    return any(change.rests_on_plan for change in changes)


def fingerprint(changes: list[Change]) -> str:
    """What a person has seen when he confirms; another one means that the draft has changed meanwhile."""
    return hashlib.sha256(repr(changes).encode()).hexdigest()[:32]


@transaction.atomic
def activate(
    *, actor: Actor, reason: str, document_no: str, now: datetime, seen: str | None = None
) -> PlanVersion:
    """Puts the draft into force in one act; the version before is superseded and stays readable (§8.4)."""
    require(actor, "plan.activate")
    active = PlanVersion.objects.select_for_update().get(status=PlanVersion.Status.ACTIVE)
    draft = (
        PlanVersion.objects.select_for_update(of=("self",))
        .select_related("based_on")
        .filter(status=PlanVersion.Status.DRAFT)
        .first()
    )
    if draft is None:
        raise NotFound("没有草案可以生效。", "not_found", CLAUSE)
    changes = differences(draft)
    if not changes:
        raise WrongState("草案与现行版没有差别，不必生效。", "no_changes", CLAUSE)
    if seen is not None and seen != fingerprint(changes):
        raise WrongState("您确认之后草案又有改动，请看过再定。", "moved_on", CLAUSE)
    reason = subject.reason_needed(reason, CLAUSE)
    document_no = document_no.strip()
    if needs_document(changes) and not document_no:
        raise wrong(
            "/document_no",
            "required",
            "改动涉及预案条款、类别、标准或法定时限，须填写市政府批准文号。",
            CLAUSE,
        )
    refuse_ladder_without_breach(draft)
    put_into_force(draft, document_no=document_no, note=reason, now=now)
    entry = Entry(
        "plan.activated",
        f"预案第{draft.number}版生效，取代第{active.number}版",
        clause=CLAUSE,
        reason=reason,
        data={
            "number": draft.number,
            "document_no": document_no,
            "changes": [
                f"{c.part} {c.row} {c.column}：{c.before or '（无）'} → {c.after or '（删去）'}"
                for c in changes
            ],
        },
    )
    _write(actor, now, entry)
    return draft


def put_into_force(draft: PlanVersion, *, now: datetime, note: str, document_no: str = ""):
    """The version in force is superseded by the draft."""
    active = PlanVersion.in_force()
    active.status = PlanVersion.Status.SUPERSEDED
    active.save(update_fields=["status"])
    draft.status, draft.activated_at = PlanVersion.Status.ACTIVE, now
    draft.document_no = document_no or active.document_no
    draft.note = draft.note or note
    draft.save()


def refuse_ladder_without_breach(draft: PlanVersion):
    """Every ladder tells of the breach itself: no deadline is missed in silence."""
    ladders: dict[tuple, set] = {}
    for step in EscalationStep.objects.filter(version=draft):
        ladders.setdefault(step.scope, set()).add(step.label)
    without = [scope for scope, labels in ladders.items() if "breach" not in labels]
    if without or not any(scope == ("", Level.I, Level.IV) for scope in ladders):
        raise WrongState(
            "每一套提醒与升级步骤都须有“到期时”一步，并须有一套适用于全部事项和级别。",
            "no_breach_step",
            CLAUSE,
        )


def _row_changes(part: Part, before, after) -> list[Change]:
    rests = _rests_on_plan(part, before, after)
    row = _name(after or before)
    if before is None or after is None:
        whole = "整行"
        words = [None if one is None else _whole(part, one) for one in (before, after)]
        return [Change(part.name, row, whole, *words, rests)]
    return [
        Change(part.name, row, part.column_name(column), _words(before, column), _words(after, column), rests)
        for column in part.columns
        if getattr(before, column) != getattr(after, column)
    ]


def _name(row) -> str:
    if not isinstance(row, EscalationStep):
        return str(row)
    when = "到期前" if row.is_reminder else "超时后"
    return f"{row.scope_words}{when} {abs(row.minutes)} 分钟" if row.minutes else f"{row.scope_words}到期时"


def _rests_on_plan(part: Part, before, after) -> bool:
    if part.model is DeadlineRule:
        return any(row is not None and row.basis == Basis.PLAN for row in (before, after))
    return part.model in (Clause, EventClass, Criterion, GroupTemplate)


def _whole(part: Part, row) -> str:
    return "；".join(
        f"{part.column_name(column)}：{words}" for column in part.columns if (words := _words(row, column))
    )


def _words(row, column: str) -> str:
    value = getattr(row, column)
    display: Callable | None = getattr(row, f"get_{column}_display", None)
    if isinstance(value, timedelta):
        return f"{round(value.total_seconds() / 60)} 分钟"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        choices = dict(getattr(row._meta.get_field(column).base_field, "choices", None) or ())
        return "、".join(str(choices.get(item, item)) for item in value)
    if column in ("severest", "mildest"):
        return Level(value).label
    return "" if value is None else str(display() if display else value)


def _write(actor: Actor, now: datetime, entry: Entry):
    """On the chain of the office, which keeps and revises the plan (§2.2.3(4))."""
    office = Organization.objects.filter(kind=Organization.Kind.OFFICE).order_by("pk").first()
    ledger.append(ledger.body_chain(office), entry, at=now, actor=actor)
