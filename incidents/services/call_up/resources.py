"""The register of resources (§2.2.2(4), 4.3, 5.4.3): what each body has, where it is, who keeps it, until when it is good.

How much of it is reserved or out is nobody's to state: `drawing` moves that, by call-ups.
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, QuerySet

from incidents import ledger
from incidents.ledger import Entry
from incidents.models import CallUp, LedgerEntry, Organization, Resource
from incidents.models.call_up import in_words
from incidents.querysets import visible_rosters
from incidents.refusals import NotAllowed, NotFound
from incidents.roles import OFFICE, RECEIVERS, Actor, require
from incidents.services.call_up import resource_expiry
from incidents.services.check import EARLIEST, LATEST, Check
from incidents.services.report import locating

CLAUSE = "5.4.3"
MOST = Decimal(10**9)
TEXTS = ("name", "unit", "place", "custodian", "phone", "notes")
NEEDED = TEXTS[:-1]
MARKS = {"people": "队", "vehicles": "车", "supplies": "物", "communications": "通"}
PERSONAL = {"custodian": "custodian", "phone": "custodian_phone"}
FACTS = ("kind", "name", "total", "unit", "county", "place", "longitude", "latitude", "expires_on", "notes")
TOLD = (*FACTS, "is_active")
KEPT = [*TOLD, *PERSONAL, "standby_since", "changed_at"]
"""What a card changes: never what call-ups move."""


def visible_resources(actors: Iterable[Actor]) -> QuerySet[Resource]:
    """Office and commanders see those of the whole city; a body its own, a firm its subsidiaries' too."""
    return Resource.objects.filter(body__in=visible_rosters(actors)).select_related("body", "county")


def bodies_for(actor: Actor) -> QuerySet[Organization]:
    """Whose resources this post may enter."""
    return visible_rosters([actor]) if actor.role in OFFICE | RECEIVERS else Organization.objects.none()


@transaction.atomic
def keep(
    *,
    actor: Actor,
    now: datetime,
    resource: int | None = None,
    body: str = "",
    kind: str = "",
    total: Decimal | None = None,
    county: str = "",
    longitude: Decimal | None = None,
    latitude: Decimal | None = None,
    expires_on: date | None = None,
    is_active: bool = True,
    **texts: str,
) -> Resource:
    """A new card (`resource` None), or a changed one. `body`: by its code; one's own where there is no other."""
    row = Resource(kind=kind) if resource is None else locked(actor, "resource.keep", resource)
    require(actor, "resource.keep")
    check = Check(CLAUSE)
    before = {name: getattr(row, name) for name in (*TOLD, *PERSONAL)} if resource else {}
    if resource is None:
        row.body = _body(check, actor, body)
    unit = row.unit
    _texts(check, row, texts)
    _unit(check, row, unit)
    _kind(check, row, kind)
    _total(check, row, total)
    _expiry(check, row, expires_on)
    row.county = locating.county(check, county, CLAUSE)
    row.longitude, row.latitude = locating.point(check, longitude, latitude, CLAUSE)
    _use(check, row, is_active)
    check.refuse()
    _refuse_twin(check, row)
    after = {name: getattr(row, name) for name in (*TOLD, *PERSONAL)}
    changed = [name for name in after if resource is None or after[name] != before[name]]
    if changed:
        row.changed_at = now
        row.save(update_fields=None if resource is None else KEPT)
        resource_expiry.mind(row, actor=actor, now=now, formerly=before.get("expires_on"))
        _write(row, actor, now, "added" if resource is None else "changed", after, changed)
    return row


def locked(actor: Actor, code: str, pk: int) -> Resource:
    """Locked, if it exists for the actor (404) and his post keeps it (403)."""
    if not visible_resources([actor]).filter(pk=pk).exists():
        raise NotFound("没有这项资源。", "not_found", CLAUSE)
    act = require(actor, code)
    row = Resource.objects.select_for_update(of=("self",)).select_related("body", "county").get(pk=pk)
    if not bodies_for(actor).filter(pk=row.body_id).exists():
        raise NotAllowed(f"{row.body}的“{act.name}”由该单位办理。", "body", act.clause)
    return row


def history(row: Resource) -> QuerySet[LedgerEntry]:
    """What was entered of it; who had it when is told by its draws."""
    rows = LedgerEntry.objects.filter(chain=ledger.body_chain(row.body), action__startswith="resource.")
    rows = rows.filter(data__resource=row.pk).select_related("person", "post__organization", "key")
    return rows.order_by("-seq")


def points(actors: Iterable[Actor]) -> list[dict]:
    """What is in use, as a map takes it; `at` null: at the centre of its county."""
    rows = visible_resources(actors).filter(is_active=True).order_by("county_id", "kind", "name")
    return [
        {
            "kind": "resource",
            "pk": row.pk,
            "mark": MARKS[row.kind],
            "name": row.name,
            "title": f"{row.body}，{row.how_many}",
            "place": row.place,
            "county": row.county.short_name if row.county else "",
            "at": [float(row.latitude), float(row.longitude)] if row.longitude is not None else None,
        }
        for row in rows
    ]


def matching(
    rows: QuerySet[Resource],
    *,
    today: date,
    kind: str = "",
    body: str = "",
    county: str = "",
    which: str = "",
    words: str = "",
) -> QuerySet[Resource]:
    """`which`: `in_hand`, `expiring`, `standby`, `out`, `off` (no longer in use); blank: all in use."""
    if kind in CallUp.Kind.values:
        rows = rows.filter(kind=kind)
    if body:
        rows = rows.filter(body__code=body)
    if county:
        rows = rows.filter(county__code=county)
    if words:
        rows = rows.filter(
            Q(name__icontains=words) | Q(place__icontains=words) | Q(custodian__icontains=words)
        )
    if which == "off":
        return rows.filter(is_active=False)
    rows = rows.filter(is_active=True)
    ways = {
        "in_hand": lambda: rows.in_hand(),
        "expiring": lambda: rows.expiring(today),
        "standby": lambda: rows.filter(standby_since__isnull=False),
        "out": lambda: rows.filter(lent__gt=0),
    }
    return ways[which]() if which in ways else rows


def _body(check: Check, actor: Actor, code: str) -> Organization | None:
    """Locked, so that the same is not entered twice at once."""
    code = code or (actor.organization.code if actor.role in RECEIVERS else "")
    found = bodies_for(actor).filter(code=code).first() if code else None
    if found is None:
        check.wrong("/body", "not_found", "请选择所属单位（本单位或下属单位）。", CLAUSE)
        return None
    return Organization.objects.select_for_update(no_key=True, of=("self",)).get(pk=found.pk)


def _texts(check: Check, row: Resource, texts: dict[str, str]):
    for name in TEXTS:
        column = Resource._meta.get_field(name)
        said = (texts.get(name) or "").strip()
        if name in NEEDED and not said:
            check.wrong(f"/{name}", "required", f"请填写{column.verbose_name}。")
        check.text(f"/{name}", str(column.verbose_name), said, column.max_length)
        setattr(row, name, said)


def _use(check: Check, row: Resource, is_active: bool):
    row.is_active = is_active
    if not is_active and (row.reserved or row.lent):
        check.wrong("/is_active", "in_use", f"还有预留或在外的，不能停用：{row.how_many}。", CLAUSE)
    if not (row.is_active and row.is_team):
        row.standby_since = None


def _kind(check: Check, row: Resource, kind: str):
    if kind not in CallUp.Kind.values:
        check.wrong("/kind", "not_a_choice", "请选择人员、车辆、物资装备或通信资源。", CLAUSE)
        return
    if row.pk and kind != row.kind and row.draws.exists():
        check.wrong("/kind", "in_use", "已有调用记录，类别不能再改；请停用后另行登记。", CLAUSE)
    row.kind = kind


def _unit(check: Check, row: Resource, formerly: str):
    """What is asked for, promised or out is counted in it."""
    if row.pk and row.unit != formerly and row.draws.filter(call_up__in=CallUp.objects.open()).exists():
        words = f"还有未结清的调用按“{formerly}”计数，计量单位不能改；请另行登记。"
        check.wrong("/unit", "in_use", words, CLAUSE)


def _total(check: Check, row: Resource, total: Decimal | None):
    taken, total = row.reserved + row.lent, None if total is None else Decimal(total)
    if total is None:
        check.wrong("/total", "required", "请填写总数。", CLAUSE)
    elif not 0 <= total <= MOST or total != total.quantize(Decimal("0.01")):
        check.wrong("/total", "not_a_quantity", "总数须在 0 到 10 亿之间，最多两位小数。", CLAUSE)
    elif total < taken:
        words = f"总数不能少于已预留和在外的 {in_words(taken)}{row.unit}。"
        check.wrong("/total", "more_than_there_is", words, CLAUSE)
    else:
        row.total = total


def _expiry(check: Check, row: Resource, day: date | None):
    if day and not EARLIEST.year <= day.year < LATEST.year:
        check.wrong("/expires_on", "out_of_range", "有效期须在 2000 年至 2100 年之间。", CLAUSE)
    elif day and row.kind == CallUp.Kind.PEOPLE:
        check.wrong("/expires_on", "not_for_teams", "应急队伍没有有效期。", CLAUSE)
    else:
        row.expires_on = day


def _refuse_twin(check: Check, row: Resource):
    same = {name: getattr(row, name) for name in ("body", "kind", "name", "place")}
    twins = Resource.objects.filter(**same, expires_on=row.expires_on).exclude(pk=row.pk)
    if twins.exists():
        check.wrong("/name", "already_there", "该单位在这个地址已登记过这项资源。", CLAUSE)
    check.refuse()


def _write(row: Resource, actor: Actor, now: datetime, what: str, after: dict, changed: list[str]):
    facts = {name: _plain(after[name]) for name in changed if name not in PERSONAL}
    personal = {PERSONAL[name]: after[name] for name in PERSONAL if name in changed}
    word = "登记" if what == "added" else "修改"
    entry = Entry(
        f"resource.{what}",
        f"{word}应急资源：{row.name} {in_words(row.total)}{row.unit}",
        clause=CLAUSE,
        data={"resource": row.pk, "body": row.body.code} | facts,
        personal=personal,
    )
    ledger.append(ledger.body_chain(row.body), entry, at=now, actor=actor)


def _plain(fact):
    return fact if fact is None or isinstance(fact, bool) else str(fact)
