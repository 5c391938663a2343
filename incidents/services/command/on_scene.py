"""现场指挥机构 (§5.4.4): taken over from whoever received an order, or recorded by the office; history is kept."""

from datetime import datetime

from django.db import transaction

from incidents.ledger import Entry
from incidents.models import Incident, OnSceneCommand, OpenItem, TaskOrder
from incidents.roles import Actor
from incidents.services import subject
from incidents.services.check import Check
from incidents.services.command import open_items

CLAUSE = "5.4.4"


@transaction.atomic
def name(
    *,
    actor: Actor,
    number: str,
    head: str,
    phone: str,
    place: str,
    now: datetime,
    since: datetime | None = None,
    instead_of: int | None = None,
) -> OnSceneCommand:
    """The office or a commander says who commands on scene; `instead_of`: which one that stands is replaced."""
    incident = subject.locked(actor, "on_scene.name", number)
    check = Check(CLAUSE)
    for field, label, said, longest in (
        ("head", "负责人", head, 60),
        ("phone", "电话", phone, 40),
        ("place", "地点", place, 200),
    ):
        if not said.strip():
            check.wrong(f"/{field}", "required", f"请填写现场指挥机构的{label}。", CLAUSE)
        check.text(f"/{field}", label, said, longest)
    check.time("/since", "成立时间", since, now)
    before = None
    if instead_of is not None:
        before = incident.on_scene_commands.filter(pk=instead_of, until=None).first()
        if before is None:
            check.wrong("/instead_of", "not_found", "它已被更替。", CLAUSE)
    check.refuse()
    since = min(since or now, now)
    command = _stand(incident, now, head.strip(), phone.strip(), place.strip(), since, before=before)
    subject.write(incident, actor, now, *_entries(command, before, now))
    return command


def take_over(order: TaskOrder, now: datetime) -> list[Entry]:
    """What the receiver named with its acknowledgement or first progress (§5.2.2); replaces its own word before."""
    incident = order.incident
    before = incident.on_scene_commands.filter(order=order, until=None).first()
    command = _stand(
        incident,
        now,
        order.on_scene_head,
        order.on_scene_phone,
        order.on_scene_place,
        now,
        order=order,
        before=before,
    )
    return _entries(command, before, now)


def end_with(incident: Incident, now: datetime):
    incident.on_scene_commands.filter(until=None).update(until=now)


def _stand(incident, now, head, phone, place, since, *, order=None, before=None) -> OnSceneCommand:
    if before:
        before.until = now
        before.save()
        order = order or before.order
    return OnSceneCommand.objects.create(
        incident=incident,
        order=order,
        head=head,
        phone=phone,
        place=place,
        since=since,
        recorded_at=now,
    )


def _entries(command: OnSceneCommand, before: OnSceneCommand | None, now: datetime) -> list[Entry]:
    by = f"（{command.order.receiver}，任务 {command.order.number}）" if command.order else ""
    words = f"{'更替' if before else '成立'}{command}{by}"
    entry = Entry(
        "on_scene.named",
        words,
        clause=CLAUSE,
        data={"place": command.place, "since": command.since.isoformat()},
        personal={"on_scene_head": command.head, "on_scene_phone": command.phone},
    )
    settled = open_items.settle(command.incident, [OpenItem.Kind.ON_SCENE_COMMAND], words, now)
    return [entry, *settled]
