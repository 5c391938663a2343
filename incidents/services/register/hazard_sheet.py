"""The hazards as a sheet (§4.1): a line registers one, with its assessment and its measures where they are filled in."""

from collections.abc import Iterator
from datetime import datetime

from incidents.models import Hazard, Organization
from incidents.refusals import wrong
from incidents.register_sight import visible_firms, visible_hazards
from incidents.roles import Actor
from incidents.roles.of_registers import READERS
from incidents.services.register import hazards
from incidents.services.register.firm_registers import CLAUSE, firm_of
from incidents.services.sheets import Column, Sheet

PLACED = ("kind", "words", "place", "county", "longitude", "latitude")
ASSESSED = ("likelihood", "consequence", "assessed_by", "assessed_on")
PLANNED = ("measures", "responsible", "due_on")


def firms(actors: list[Actor]) -> list[tuple[str, str]]:
    """Those that they may enter something for; no other is named to them."""
    rows = visible_firms(actors).filter(is_active=True, county__isnull=False)
    return list(rows.order_by("code").values_list("code", "short_name"))


def counties(actors: list[Actor]) -> list[tuple[str, str]]:
    rows = Organization.objects.filter(kind=Organization.Kind.COUNTY, is_active=True)
    return list(rows.order_by("pk").values_list("code", "short_name"))


def refuse_known(number: str, clause: str = CLAUSE):
    """A line that was taken out of the register is not brought in as a second one."""
    if number:
        raise wrong("/number", "already_there", f"{number} 已在登记册中；导入新的一行时编号留空。", clause)


def _keep(*, actor: Actor, now: datetime, number: str, enterprise: str, status: str, **said) -> Hazard:
    refuse_known(number)
    placed, body = {name: said[name] for name in PLACED}, firm_of(actor, enterprise)
    same = body.hazards.open().filter(place=said["place"], words=said["words"])
    if known := same.first():
        raise wrong("/words", "already_there", f"{known.number} 已登记了同一处，还没有销号。", CLAUSE)
    row = hazards.register(actor=actor, body=body, now=now, **placed)
    if _says_any(said, ASSESSED):
        _whole(said, ("likelihood", "consequence", "assessed_by"))
        hazards.assess(actor=actor, hazard=row.number, now=now, **{name: said[name] for name in ASSESSED})
    if _says_any(said, PLANNED):
        if said["likelihood"] is None:
            raise wrong("/likelihood", "required", "先评估风险，再定整改措施。", CLAUSE)
        hazards.plan(actor=actor, hazard=row.number, now=now, **{name: said[name] for name in PLANNED})
    return row


def _says_any(said: dict, names: tuple[str, ...]) -> bool:
    return any(said[name] not in (None, "") for name in names)


def _whole(said: dict, names: tuple[str, ...]):
    for name in names:
        if said[name] in (None, ""):
            raise wrong(f"/{name}", "required", "评估须写明可能性、后果和评估人。", CLAUSE)
        if name != "assessed_by" and not isinstance(said[name], int):
            raise wrong(f"/{name}", "not_an_integer", "须为整数。", CLAUSE)


def _rows(actors: list[Actor]) -> Iterator[dict]:
    for row in visible_hazards(actors).select_related("body", "county").iterator():
        told = {name: getattr(row, name) for name in ("number", "kind", "words", "place", *ASSESSED)}
        told |= {name: getattr(row, name) for name in ("longitude", "latitude", *PLANNED)}
        yield told | {
            "enterprise": row.body.code,
            "county": row.county.code,
            "status": row.get_status_display(),
        }


SHEET = Sheet(
    "hazards",
    "危险源和隐患",
    CLAUSE,
    "hazard.register",
    (
        Column("number", "编号", required=False, help="导入新的一行时留空"),
        Column("enterprise", "企业", "choice", choices=firms, width=28),
        Column("kind", "类别", "choice", choices=tuple(Hazard.Kind.choices)),
        Column("words", "情况", width=40),
        Column("place", "地点", width=28),
        Column("county", "县区", "choice", required=False, choices=counties, help="不填即企业所在县区"),
        Column("longitude", "经度", "number", required=False, help="东经，如 114.022"),
        Column("latitude", "纬度", "number", required=False, help="北纬，如 32.98"),
        Column("likelihood", "可能性", "number", required=False, help="1 至 5 分"),
        Column("consequence", "后果", "number", required=False, help="1 至 5 分"),
        Column("assessed_by", "评估人", required=False),
        Column("assessed_on", "评估日期", "date", required=False, help="不填即今天"),
        Column("measures", "整改措施", required=False, width=40),
        Column("responsible", "整改责任人", required=False),
        Column("due_on", "整改期限", "date", required=False),
        Column("status", "状态", required=False, help="只在导出时有"),
    ),
    _keep,
    _rows,
    readers=READERS,
    most=500,
)
