"""专家库 (§2.3): the office keeps it; every change is a row on its chain, names and telephones beside it."""

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet

from incidents import ledger
from incidents.ledger import Entry
from incidents.models import Expert, Organization
from incidents.refusals import NotFound
from incidents.roles import COMMAND, OFFICE, Actor, require
from incidents.services.check import Check
from incidents.services.report import locating
from incidents.services.report.locating import county_choices
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
    county: str = "",
    longitude: Decimal | None = None,
    latitude: Decimal | None = None,
    **texts: str,
) -> Expert:
    """A new card (`expert` None), or a changed one; who leaves the pool stays on the incidents he served.

    Under the office's lock, so that nobody is entered twice at once.
    """
    require(actor, "expert.keep")
    Organization.objects.select_for_update(no_key=True, of=("self",)).get(pk=actor.organization.pk)
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
    row.county = locating.county(check, county, CLAUSE)
    row.longitude, row.latitude = locating.point(check, longitude, latitude, CLAUSE)
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
    point = [None if figure is None else str(figure) for figure in (expert.longitude, expert.latitude)]
    county = expert.county.code if expert.county else None
    return {name: getattr(expert, name) for name in names} | {"county": county, "point": point}


def visible(actors: list[Actor]) -> QuerySet[Expert]:
    """The experts of the offices that these posts belong to, or command."""
    bodies = [actor.organization for actor in actors if actor.role in OFFICE | COMMAND]
    return Expert.objects.filter(office__in=Organization.objects.within(*bodies))


def points(actors: list[Actor]) -> list[dict]:
    """Who is in the pool and stands somewhere, as a map takes it: where the body is at which he is found."""
    placed = visible(actors).filter(is_active=True, county__isnull=False)
    return [
        {
            "name": row.name,
            "title": f"{row.field}，{row.body}" + (f"，{row.reachable}可联系" if row.reachable else ""),
            "county": row.county.short_name,
            "at": [float(row.latitude), float(row.longitude)] if row.longitude is not None else None,
        }
        for row in placed.select_related("county").order_by("county_id", "field", "name")
    ]


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
    for expert in visible(actors).select_related("county"):
        said = {name: getattr(expert, name) for name in (*TEXTS, "is_active", "longitude", "latitude")}
        yield said | {"services": expert.service_names, "county": expert.county and expert.county.code}


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
        Column("phone", "电话", "phone", help="只供应急办和指挥部查看；姓名、电话都相同的视为同一人"),
        Column("reachable", "何时可联系", required=False, help="如：工作日；24 小时"),
        Column(
            "services",
            "其他服务",
            required=False,
            help=f"{'、'.join(Expert.Service.labels)}，几项之间用顿号",
            width=28,
        ),
        Column("is_active", "在库", "yes"),
        Column("county", "单位所在县区", "choice", False, county_choices),
        Column("longitude", "单位经度", "number", False, help="东经，十进制，与纬度一起填", width=12),
        Column("latitude", "单位纬度", "number", False, help="北纬，十进制", width=12),
    ),
    _keep_line,
    _lines,
    readers=COMMAND,
)
