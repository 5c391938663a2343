"""专家库 (§2.3): the office keeps it; every change is a row on its chain, names and telephones beside it."""

from datetime import datetime

from django.db import transaction

from incidents import ledger
from incidents.ledger import Entry
from incidents.models import Expert
from incidents.refusals import NotFound
from incidents.roles import Actor, require
from incidents.services.contents import Check

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
