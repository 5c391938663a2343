"""专家库 (§2.3): the office keeps it; every change is a row on its chain, names and telephones beside it."""

import re
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from incidents import ledger
from incidents.ledger import Entry
from incidents.models import Expert, Organization
from incidents.refusals import NotFound
from incidents.roles import COMMAND, OFFICE, Actor, require
from incidents.services.contents import Check
from incidents.services.sheets import Column, Sheet

CLAUSE = "2.3"
TEXTS = ("name", "field", "body", "title", "phone", "reachable")
NEEDED = ("name", "field", "body", "phone")
PERSONAL = ("name", "phone")


@transaction.atomic
def keep(
    *,
    actor: Actor,
    now: datetime,
    expert: int | None = None,
    services: list[str] = (),
    is_active: bool = True,
    **texts: str,
) -> Expert:
    """A new card (`expert` None), or a changed one; who leaves the pool stays on the incidents he served."""
    require(actor, "expert.keep")
    row = Expert(office=actor.organization)
    if expert is not None:
        found = Expert.objects.select_for_update().filter(pk=expert, office=actor.organization)
        row = found.first()
        if row is None:
            raise NotFound("专家库里没有这位专家。", "not_found", CLAUSE)
    check = Check(CLAUSE)
    before = _as_data(row)
    for name in TEXTS:
        column = Expert._meta.get_field(name)
        said = texts.get(name, "").strip()
        if name in NEEDED and not said:
            check.wrong(f"/{name}", "required", f"请填写{column.verbose_name}。", CLAUSE)
        check.text(f"/{name}", str(column.verbose_name), said, column.max_length)
        setattr(row, name, said)
    if set(services) - set(Expert.Service.values):
        check.wrong("/services", "not_a_choice", "没有这项服务。", CLAUSE)
    twins = Expert.objects.filter(office=row.office, name=row.name, phone=row.phone).exclude(pk=row.pk)
    if twins.exists():
        check.wrong("/name", "already_there", "专家库里已有这位专家。", CLAUSE)
    check.refuse()
    row.services, row.is_active = sorted(services), is_active
    row.save()
    after = _as_data(row)
    data = {name: after[name] for name in after if expert is None or after[name] != before[name]}
    entry = Entry(
        "expert.added" if expert is None else "expert.changed",
        f"{'新增' if expert is None else '修改'}专家（{row.field}）",
        clause=CLAUSE,
        data={"expert": row.pk} | data,
        personal={name: getattr(row, name) for name in PERSONAL},
    )
    ledger.append(ledger.body_chain(row.office), entry, at=now, actor=actor)
    return row


def _as_data(expert: Expert) -> dict:
    names = ("field", "body", "title", "reachable", "services", "is_active")
    return {name: getattr(expert, name) for name in names}


def visible(actors: list[Actor]) -> QuerySet[Expert]:
    """The experts of the offices that these posts belong to, or command."""
    bodies = [actor.organization for actor in actors if actor.role in OFFICE | COMMAND]
    return Expert.objects.filter(office__in=Organization.objects.within(*bodies))


def _keep_line(*, actor: Actor, now: datetime, services: str, **texts) -> Expert:
    """A line of the sheet: who is in the pool already, by name and telephone, is changed."""
    labels = {service.label: service.value for service in Expert.Service}
    said = [word for word in re.split(r"[、,，;；\s]+", services) if word]
    same = Expert.objects.filter(office=actor.organization, name=texts["name"], phone=texts["phone"])
    known = same.values_list("pk", flat=True).first()
    return keep(
        actor=actor, now=now, expert=known, services=[labels.get(word, word) for word in said], **texts
    )


def _lines(actors: list[Actor]) -> Iterator[dict]:
    for expert in visible(actors):
        texts = {name: getattr(expert, name) for name in TEXTS}
        yield texts | {"services": expert.service_names, "is_active": expert.is_active}


SHEET = Sheet(
    "experts",
    "专家库",
    CLAUSE,
    "expert.keep",
    (
        Column("name", "姓名"),
        Column("field", "专业领域", width=24),
        Column("body", "单位", width=28),
        Column("title", "职务职称", required=False),
        Column("phone", "电话", help="只供应急办和指挥部查看；姓名、电话都相同的视为同一人"),
        Column("reachable", "何时可联系", required=False, help="如：工作日；24 小时"),
        Column(
            "services",
            "其他服务",
            required=False,
            help=f"{'、'.join(Expert.Service.labels)}，几项之间用顿号",
            width=28,
        ),
        Column("is_active", "在库", "yes"),
    ),
    _keep_line,
    _lines,
    readers=COMMAND,
)
