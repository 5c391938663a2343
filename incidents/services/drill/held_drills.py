"""A drill that a body held by itself, outside this system, is stated (§8.3), and withdrawn where it was stated in error."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from incidents import ledger
from incidents.ledger import Entry
from incidents.models import Drill, HeldDrill, Organization, Role
from incidents.querysets import ALL_SEEING, city_of
from incidents.refusals import NotFound, wrong
from incidents.roles import COMMAND, RECEIVERS, Actor, require
from incidents.services.check import Check
from incidents.services.drill import drill_dues
from incidents.services.drill.drills import CLAUSE, content_choices
from incidents.services.sheets import Column, Sheet
from incidents.services.subject import reason_needed, refuse_longer

MOST_PEOPLE = 100_000
LONGEST = 4000
EARLIEST = date(2000, 1, 1)


def visible(actors: Iterable[Actor]) -> QuerySet[HeldDrill]:
    """The office's tree sees its city's, every other body its own and its subsidiaries'."""
    seen = Q(pk__in=[])
    for actor in actors:
        if actor.role in ALL_SEEING:
            within = Organization.objects.within(city_of(actor.organization)).values("pk")
            seen |= Q(body__in=within) | Q(body__county__in=within)
        elif actor.role in RECEIVERS:
            seen |= Q(body__in=Organization.objects.within(actor.organization).values("pk"))
    return HeldDrill.objects.filter(seen)


def bodies_of(actor: Actor) -> list[Organization]:
    """For whom this post may state one: its own body, a firm also for its subsidiaries, the office for the bureau."""
    own = actor.organization
    if actor.role == Role.ENTERPRISE:
        return list(Organization.objects.within(own).filter(is_active=True).order_by("pk"))
    return [own.host] if own.host else [own]


@transaction.atomic
def state(
    *,
    actor: Actor,
    now: datetime,
    title: str,
    held_on: date | None,
    kind: str,
    contents: Iterable[str],
    people: int | None,
    result: str,
    body: str = "",
) -> HeldDrill:
    """`contents`: codes of event classes; `body`: a code, by default the actor's own."""
    require(actor, "drill.state")
    known = {one.code: one for one in bodies_of(actor)}
    check = Check(CLAUSE)
    whose = "/enterprise" if actor.key else "/body"
    if body and body not in known:
        check.wrong(whose, "not_a_choice", "只能登记本单位（及下属单位）的演练。")
    texts = {"title": (title or "").strip(), "result": (result or "").strip()}
    for name, longest in (("title", 100), ("result", LONGEST)):
        label = HeldDrill._meta.get_field(name).verbose_name
        if not texts[name]:
            check.wrong(f"/{name}", "required", f"请填写{label}。")
        check.text(f"/{name}", label, texts[name], longest)
    if held_on is None:
        check.wrong("/held_on", "required", "请填写演练日期。")
    elif not EARLIEST <= held_on <= timezone.localdate(now):
        check.wrong("/held_on", "out_of_range", "演练日期须在 2000 年之后，不能晚于今天。")
    if kind not in Drill.Kind.values:
        check.wrong("/kind", "not_a_choice", "请选择形式。")
    choices = [code for code, _ in content_choices()]
    if strange := set(contents) - set(choices):
        check.wrong("/contents", "not_a_choice", f"演练内容里没有“{min(strange)[:20]}”。")
    if not contents:
        check.wrong("/contents", "required", "请选择演练内容（企业应当包括积压损毁、寄递渠道中断等）。")
    if people is None or not 1 <= people <= MOST_PEOPLE:
        check.wrong("/people", "out_of_range", f"参加人数为 1 至 {MOST_PEOPLE} 的整数。")
    check.refuse()
    own = known.get(body or actor.organization.code) or next(iter(known.values()))
    Organization.objects.select_for_update(of=("self",)).get(pk=own.pk)
    same = HeldDrill.objects.filter(body=own, held_on=held_on, title=texts["title"], withdrawn_at=None)
    if same.exists():
        raise wrong("/title", "already_there", "这次演练已经登记。", CLAUSE)
    row = HeldDrill.objects.create(
        body=own,
        held_on=held_on,
        kind=kind,
        contents=[code for code in choices if code in set(contents)],
        people=people,
        recorded_at=now,
        recorded_by=actor.post,
        recorded_key=actor.key,
        **texts,
    )
    data = {"drill": row.pk, "held_on": held_on.isoformat(), "kind": kind, "contents": row.contents}
    _write(row, actor, now, Entry("drill.stated", f"登记演练 {row}", CLAUSE, data=data | {"people": people}))
    drill_dues.reckon(own, actor=actor, now=now)
    return row


@transaction.atomic
def withdraw(*, actor: Actor, pk: int, reason: str, now: datetime) -> HeldDrill:
    require(actor, "drill.withdraw")
    mine = visible([actor]).filter(pk=pk, body__in=bodies_of(actor), withdrawn_at=None)
    row = HeldDrill.objects.select_for_update(of=("self",)).filter(pk__in=mine.values("pk")).first()
    if row is None:
        raise NotFound("没有这条演练登记。", "not_found", CLAUSE)
    reason = reason_needed(reason, CLAUSE)
    refuse_longer("reason", "理由", reason, 300)
    row.withdrawn_at, row.why_withdrawn = now, reason
    row.save(update_fields=["withdrawn_at", "why_withdrawn"])
    _write(
        row, actor, now, Entry("drill.withdrawn", f"撤销演练登记 {row}", CLAUSE, reason, {"drill": row.pk})
    )
    drill_dues.reckon(row.body, actor=actor, now=now, is_withdrawn=True)
    return row


def _write(row: HeldDrill, actor: Actor, now: datetime, entry: Entry):
    ledger.append(ledger.body_chain(row.body), entry, at=now, actor=actor)


# — as a sheet —


def _keep_line(*, actor: Actor, now: datetime, contents: str, **line) -> HeldDrill:
    codes = {name: code for code, name in content_choices()}
    said = [word for word in contents.replace("，", "、").replace(",", "、").split("、") if word.strip()]
    return state(actor=actor, now=now, contents=[codes.get(w.strip(), w.strip()) for w in said], **line)


def _lines(actors: list[Actor]) -> Iterator[dict]:
    names = dict(content_choices())
    for row in visible(actors).filter(withdrawn_at=None).select_related("body"):
        yield {
            "body": row.body.code,
            "title": row.title,
            "held_on": row.held_on,
            "kind": row.kind,
            "contents": "、".join(names.get(code, code) for code in row.contents),
            "people": row.people,
            "result": row.result,
        }


SHEET = Sheet(
    "drills",
    "自行组织的演练",
    CLAUSE,
    "drill.state",
    (
        Column("body", "单位代码", required=False, help="不填即本单位"),
        Column("title", "名称", width=30),
        Column("held_on", "演练日期", "date"),
        Column("kind", "形式", "choice", choices=Drill.Kind.choices),
        Column("contents", "演练内容", help="几项之间用顿号，如：邮件快件积压损毁、寄递渠道中断", width=36),
        Column("people", "参加人数", "number"),
        Column("result", "演练情况", width=50),
    ),
    _keep_line,
    _lines,
    readers=COMMAND | {Role.AUDITOR},
)
