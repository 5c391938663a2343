"""The register of resources as a sheet (§5.4.3): a line is a card, new or changed."""

from collections.abc import Iterable, Iterator

from incidents.models import CallUp, Organization, Resource, Role
from incidents.querysets import KEEP_A_DESK
from incidents.refusals import wrong
from incidents.roles import Actor
from incidents.services.call_up.resources import CLAUSE, keep, visible_resources
from incidents.services.report.locating import county_choices
from incidents.services.sheets import Column, Sheet


def _bodies(_actors: Iterable[Actor]) -> list[tuple[str, str]]:
    bodies = Organization.objects.filter(kind__in=KEEP_A_DESK, is_active=True).order_by("kind", "code")
    return [(body.code, str(body)) for body in bodies]


def _keep_line(*, resource: int | None, is_active: bool | None, **row) -> Resource:
    """A line of the sheet: with the number of a card it changes that one."""
    if resource is not None and not isinstance(resource, int):
        raise wrong("/resource", "not_found", "没有这个登记号。", CLAUSE)
    return keep(resource=resource, is_active=is_active is not False, **row)


def _lines(actors: list[Actor]) -> Iterator[dict]:
    for row in visible_resources(actors):
        line = {column.name: getattr(row, column.name, None) for column in SHEET.columns}
        yield line | {"resource": row.pk, "body": row.body.code, "county": row.county and row.county.code}


SHEET = Sheet(
    code="resources",
    title="应急资源",
    clause=CLAUSE,
    act="resource.keep",
    columns=(
        Column("resource", "登记号", "number", False, help="空着：新登记一项；填号：修改那一项", width=9),
        Column("body", "所属单位", "choice", False, _bodies, help="空着：本单位"),
        Column("kind", "类别", "choice", choices=tuple(CallUp.Kind.choices), width=12),
        Column("name", "名称规格", width=28),
        Column("total", "总数", "number", width=9),
        Column("unit", "计量单位", width=10, help="人、辆、台、箱"),
        Column("county", "所在县区", "choice", False, county_choices),
        Column("place", "存放（驻扎）地址", width=32),
        Column("longitude", "经度", "number", False, help="东经，十进制，与纬度一起填", width=12),
        Column("latitude", "纬度", "number", False, help="北纬，十进制", width=12),
        Column("custodian", "保管人（带队人）"),
        Column("phone", "联系电话", "phone"),
        Column("expires_on", "有效期至", "date", False, help="会过期的物资填写", width=14),
        Column("notes", "备注", required=False, width=30),
        Column("is_active", "在用", "yes", False, help="空着：在用", width=8),
    ),
    keep=_keep_line,
    rows=_lines,
    readers=frozenset({Role.COMMANDER, Role.AUDITOR}),
)
