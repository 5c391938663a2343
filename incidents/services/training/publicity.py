"""宣传教育 (§8.1): what each body did, and how the office stands against its own aim of one activity in each half-year."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, QuerySet, Sum
from django.utils import timezone

from incidents.ledger import Entry
from incidents.models import Expert, Organization, Publicity
from incidents.querysets import visible_rosters
from incidents.refusals import NotAllowed, NotFound, WrongState
from incidents.roles import Actor, require
from incidents.services import subject
from incidents.services.check import Check
from incidents.services.report.contents import MOST_PEOPLE
from incidents.services.roster import duty
from incidents.services.training.courses import day_said, kept_body, write

CLAUSE = "8.1"
AIM = 1
"""Activities of the office in each half-year (decided)."""
TEXTS = ("topic", "audience", "place", "materials")
NEEDED = ("topic", "audience")
SERVICES = (Expert.Service.MEDIA, Expert.Service.TEXTBOOKS, Expert.Service.TRAINING)


def visible(actors: Iterable[Actor]) -> QuerySet[Publicity]:
    return Publicity.objects.filter(body__in=visible_rosters(actors))


def standing(rows: QuerySet[Publicity]) -> QuerySet[Publicity]:
    return rows.filter(withdrawn_at=None)


@transaction.atomic
def keep(
    *,
    actor: Actor,
    now: datetime,
    held_on: date,
    kind: str,
    reached: int,
    body: str = "",
    experts: Iterable[int] = (),
    activity: int | None = None,
    **texts: str,
) -> Publicity:
    """A new activity (`activity` None), or a changed one. `texts`: topic, audience, place, materials."""
    row = (
        kept(actor, activity)
        if activity
        else Publicity(body=kept_body(actor, "publicity.keep", body, CLAUSE))
    )
    check = Check(CLAUSE)
    for name in TEXTS:
        column, said = Publicity._meta.get_field(name), texts.get(name, "").strip()
        if name in NEEDED and not said:
            check.wrong(f"/{name}", "required", f"请填写{column.verbose_name}。")
        check.text(f"/{name}", str(column.verbose_name), said, column.max_length)
        setattr(row, name, said)
    if kind not in Publicity.Kind.values:
        check.wrong("/kind", "not_a_choice", "请选择类别。")
    if not isinstance(reached, int) or not 0 <= reached <= MOST_PEOPLE:
        check.wrong("/reached", "not_a_count", "“覆盖人数”须为不小于 0 的合理整数。")
    day_said(check, "/held_on", "日期", held_on, latest=timezone.localdate(now))
    wanted = set(experts)
    helping = list(helpers(row.body).filter(pk__in=wanted))
    if len(helping) < len(wanted):
        check.wrong("/experts", "not_an_expert", "请选择专家库中的在库专家。", "2.3")
    check.refuse()
    row.held_on, row.kind, row.reached = held_on, kind, reached
    if not activity:
        row.recorded_at, row.recorded_by, row.recorded_key = now, actor.post, actor.key
    row.save()
    row.experts.set(helping)
    word = "修改" if activity else "登记"
    entry = Entry(
        "publicity.changed" if activity else "publicity.recorded",
        f"{word}宣传教育活动：{row.topic}，{row.held_on}，覆盖 {row.reached} 人",
        clause=CLAUSE,
        data={"activity": row.pk, "kind": kind, "audience": row.audience, "experts": sorted(wanted)},
        personal={"expert": "、".join(expert.name for expert in helping)},
    )
    write(actor, now, row.body, entry)
    return row


@transaction.atomic
def withdraw(*, actor: Actor, activity: int, reason: str, now: datetime) -> Publicity:
    """An activity put down in error counts no longer."""
    row = kept(actor, activity)
    reason = subject.reason_needed(reason, CLAUSE)
    subject.refuse_longer("reason", "理由", reason, 200)
    row.withdrawn_at = now
    row.save(update_fields=["withdrawn_at"])
    entry = Entry(
        "publicity.withdrawn",
        f"撤销宣传教育活动：{row.topic}",
        clause=CLAUSE,
        reason=reason,
        data={"activity": row.pk},
    )
    write(actor, now, row.body, entry)
    return row


def kept(actor: Actor, activity: int) -> Publicity:
    """The activity, locked, if it exists for the actor (404), his post keeps it (403), and it stands (409)."""
    found = visible([actor]).filter(pk=activity).select_related("body").first()
    if found is None:
        raise NotFound("没有这项活动。", "not_found", CLAUSE)
    require(actor, "publicity.keep")
    if not duty.may_keep(actor, found.body):
        raise NotAllowed(f"{found.body}的活动由该单位自己登记。", "body", CLAUSE)
    row = Publicity.objects.select_for_update(of=("self",)).select_related("body").get(pk=activity)
    if row.withdrawn_at:
        raise WrongState("这项活动已撤销。", "withdrawn", CLAUSE)
    return row


def helpers(body: Organization) -> QuerySet[Expert]:
    """Whom of the office's pool its activities may name (§2.3)."""
    return Expert.objects.filter(office=body, is_active=True, services__overlap=list(SERVICES))


# — how the year stands —


@dataclass(frozen=True)
class Half:
    number: int
    held: int
    aim: int
    is_over: bool

    @property
    def missing(self) -> int:
        return max(self.aim - self.held, 0)


def halves(rows: QuerySet[Publicity], office: Organization, year: int, today: date) -> list[Half]:
    """What the office has held in each half of the year, against its own aim."""
    days = standing(rows).filter(body=office, held_on__year=year).values_list("held_on", flat=True)
    months = [day.month for day in days]
    return [
        Half(1, sum(month <= 6 for month in months), AIM, date(year, 6, 30) < today),
        Half(2, sum(month > 6 for month in months), AIM, date(year, 12, 31) < today),
    ]


def totals(rows: QuerySet[Publicity]) -> list[dict]:
    """By kind: how many activities, and how many people they reached."""
    found = {row["kind"]: row for row in _summed(standing(rows).order_by().values("kind"))}
    none = {"held": 0, "people": 0}
    return [(found.get(kind.value) or none) | {"kind": kind.label} for kind in Publicity.Kind]


def _summed(rows: QuerySet) -> QuerySet:
    return rows.annotate(held=Count("pk"), people=Sum("reached"))
