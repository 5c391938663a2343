"""应急工作组 (§2.2.4, annex 1): formed by the start of Ⅰ–Ⅲ from the plan, adjusted, dissolved with the response."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from incidents.conditions import running
from incidents.ledger import Entry
from incidents.models import GroupTemplate, Incident, OpenItem, Organization, Response, WorkingGroup
from incidents.querysets import visible_groups
from incidents.refusals import WrongState
from incidents.roles import TABLE, Actor
from incidents.services import subject
from incidents.services.check import Check
from incidents.services.command import open_items

CLAUSE = "2.2.4"


@transaction.atomic
def form(
    *,
    actor: Actor,
    number: str,
    name: str,
    lead: str,
    now: datetime,
    members: Collection[str] = (),
    duties: str = "",
    head: str = "",
    phone: str = "",
) -> WorkingGroup:
    """A group beside those of annex 1, as this incident needs it; `lead`, `members`: codes of bodies."""
    incident = subject.locked(actor, "group.form", number)
    led, belonging = _checked(incident, None, name, lead, members, head, phone)
    group = _new(incident, running(incident), now, name=name.strip(), lead=led, duties=duties.strip())
    group.head, group.phone = head.strip(), phone.strip()
    group.save()
    group.members.set(belonging)
    _tell(group, f"成立{name.strip()}", now)
    entry = _entry(group, "group.formed", f"成立{group}：{led}牵头", head)
    subject.write(incident, actor, now, entry, *_settled(incident, now))
    return group


@transaction.atomic
def change(
    *,
    actor: Actor,
    group: str,
    name: str,
    lead: str,
    now: datetime,
    members: Collection[str] = (),
    duties: str = "",
    head: str = "",
    phone: str = "",
) -> WorkingGroup:
    """Names its head and telephone, or another lead body; each body concerned is told."""
    incident, row = _take(actor, "group.change", group)
    led, belonging = _checked(incident, row, name, lead, members, head, phone)
    before = {row.lead, *row.members.all()}
    row.name, row.lead, row.duties = name.strip(), led, duties.strip()
    row.head, row.phone = head.strip(), phone.strip()
    row.save()
    row.members.set(belonging)
    _tell(row, f"{row}调整", now, also=before)
    entry = _entry(row, "group.changed", f"调整{row}：{led}牵头", head)
    subject.write(incident, actor, now, entry, *_settled(incident, now))
    return row


@transaction.atomic
def dissolve(*, actor: Actor, group: str, reason: str, now: datetime) -> WorkingGroup:
    incident, row = _take(actor, "group.dissolve", group)
    reason = subject.reason_needed(reason, CLAUSE)
    row.dissolved_at = now
    row.save()
    _tell(row, f"撤销{row}", now)
    entry = _entry(row, "group.dissolved", f"撤销{row}", reason=reason)
    subject.write(incident, actor, now, entry, *_settled(incident, now))
    return row


def form_with(response: Response, now: datetime) -> list[Entry]:
    """The groups of annex 1, as the incident's plan has them; those that stand already go on."""
    incident = response.incident
    standing = set(incident.working_groups.filter(dissolved_at=None).values_list("name", flat=True))
    templates = GroupTemplate.objects.filter(version=incident.plan_version_id).select_related("lead")
    entries = []
    for template in templates:
        if template.name not in standing:
            group = _new(
                incident,
                response,
                now,
                name=template.name,
                lead=template.lead,
                duties=template.duties,
                source=template.source,
            )
            group.members.set(Organization.objects.filter(code__in=template.members))
            _tell(group, f"成立{group}", now)
            entries.append(_entry(group, "group.formed", f"成立{group}：{group.lead}牵头"))
    return entries


def dissolve_with(incident: Incident, now: datetime):
    """The response is over, and its groups with it."""
    incident.working_groups.filter(dissolved_at=None).update(dissolved_at=now)


def candidates(incident: Incident):
    """Who may lead a group or belong to it: the members and the counties."""
    headquarters = incident.office.parent
    kinds = Organization.Kind
    return Organization.objects.filter(is_active=True).filter(
        kind=kinds.MEMBER, parent=headquarters
    ) | Organization.objects.filter(is_active=True, kind=kinds.COUNTY, parent=headquarters.parent_id)


def why_not(group: WorkingGroup, code: str) -> str | None:
    if not group.stands:
        return f"{group}已撤销，不能{TABLE[code].name}。"
    if group.incident.is_under_way:
        return None
    return f"事件“{group.incident.get_status_display()}”，不能{TABLE[code].name}。"


def _take(actor: Actor, code: str, number: str) -> tuple[Incident, WorkingGroup]:
    incident, row = subject.locked_with(actor, code, visible_groups([actor]), number, "工作组")
    if why := why_not(row, code):
        raise WrongState(why, "wrong_state", CLAUSE)
    return incident, row


def _new(incident: Incident, response: Response | None, now: datetime, **fields) -> WorkingGroup:
    serial = incident.working_groups.count() + 1
    number = f"{incident.number}-G{serial}"
    return WorkingGroup.objects.create(
        incident=incident, response=response, number=number, serial=serial, formed_at=now, **fields
    )


def _checked(incident, group, name, lead, members, head, phone) -> tuple[Organization, list]:
    check = Check(CLAUSE)
    known = {body.code: body for body in candidates(incident)}
    if not name.strip():
        check.wrong("/name", "required", "请填写组名。", CLAUSE)
    check.text("/name", "组名", name, 40)
    twins = incident.working_groups.filter(name=name.strip(), dissolved_at=None)
    if twins.exclude(pk=group and group.pk).exists():
        check.wrong("/name", "already_there", "已有同名的工作组。", CLAUSE)
    if lead not in known:
        check.wrong("/lead", "not_found", "请选择牵头单位。", CLAUSE)
    if unknown := set(members) - known.keys():
        check.wrong("/members", "not_found", f"没有成员单位或县区机构“{min(unknown)}”。", CLAUSE)
    for field, label, said, other, longest in (
        ("head", "组长", head, phone, 60),
        ("phone", "组长的电话", phone, head, 40),
    ):
        if other.strip() and not said.strip():
            check.wrong(f"/{field}", "required", f"请填写{label}。", CLAUSE)
        check.text(f"/{field}", label, said, longest)
    check.refuse()
    return known[lead], [known[code] for code in members if code != lead]


def _settled(incident: Incident, now: datetime) -> list[Entry]:
    """The item is done once every group that stands can be reached at its head."""
    standing = list(incident.working_groups.filter(dissolved_at=None))
    if not standing or any(not group.head for group in standing):
        return []
    words = f"已成立 {len(standing)} 个工作组：{'、'.join(map(str, standing))}"
    return open_items.settle(incident, [OpenItem.Kind.WORKING_GROUPS], words, now)


def _tell(group: WorkingGroup, what: str, now: datetime, also: Collection[Organization] = ()):
    bodies = {group.lead, *group.members.all(), *also}
    subject.tell_bodies(
        group.incident,
        bodies,
        f"{group.incident.number} {what}，{group.lead}牵头",
        at=now,
        text=group.duties,
        clause=CLAUSE,
    )


def _entry(group: WorkingGroup, action: str, words: str, head: str = "", reason: str = "") -> Entry:
    return Entry(
        action,
        words,
        clause=CLAUSE,
        reason=reason,
        data={
            "group": group.number,
            "lead": group.lead.code,
            "members": sorted(group.members.values_list("code", flat=True)),
        },
        personal={"group_head": head.strip(), "group_phone": group.phone},
    )
