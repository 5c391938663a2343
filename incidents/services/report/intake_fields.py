"""What the intake's doors hand in, turned into the city's own rows; every wrong field is named."""

from dataclasses import replace
from datetime import datetime

from django.db.models import Q, Subquery
from django.utils import timezone

from incidents.kept import kept
from incidents.models import (
    EventClass,
    Incident,
    Organization,
    PlanVersion,
    Report,
    Role,
    in_force_at,
    plan_parts,
)
from incidents.models.organization import details
from incidents.refusals import FieldError
from incidents.roles import Actor
from incidents.services.check import Check, skew


def with_what_is_known(incident: Incident, contents: dict, check: Check) -> dict:
    """A later report need not repeat the time, place and class that are on file."""
    unknown = contents.get("unknown") or []
    known = {"occurred_at": incident.occurred_at, "place": incident.place}
    stated = {k: v for k, v in known.items() if v and k not in unknown} | contents
    code = contents.get("event_class")
    stated["event_class"] = (
        event_class(check, incident.plan_version_id, code) if code else incident.event_class
    )
    return stated


KINDS = frozenset(Report.Kind.values)
ORAL_BY_PHONE = "oral_by_phone_only", "口头汇报须打电话，由应急办值班员登记。", "5.2.1"


def check_kind(check: Check, actor: Actor, kind: str, channel: str):
    """An oral report is a telephone call that the duty officer logs; nothing written comes by telephone."""
    kinds, phone = Report.Kind, channel == Report.Channel.PHONE
    if kind not in KINDS:
        check.wrong("/kind", "unknown_kind", "没有这种报告。")
    elif kind == kinds.ORAL and (actor.role == Role.ENTERPRISE or not phone):
        check.wrong("/kind", *ORAL_BY_PHONE)
    elif phone and kind in (kinds.BRIEF, kinds.WRITTEN):
        check.wrong("/kind", "not_by_phone", "书面报告不能以电话报送，请登记为口头汇报。")


def by_whom(check: Check, actor: Actor, incident: Incident, kind: str, arrival):
    """A member or a county speaks for itself and only follows up (§5.4.2(2)); what the office notes of one names it."""
    informant = INFORMANT_OF.get(actor.role)
    if informant:
        if kind != Report.Kind.FOLLOW_UP:
            check.wrong("/kind", "follow_up_only", "成员单位和县区机构只报送续报。", "5.4.2")
        return replace(arrival, informant=informant, body=actor.organization.code)
    if arrival.informant in INFORMANT_OF.values():
        if named_body(incident, arrival) is None:
            check.wrong("/body", "required", "请选择是哪个成员单位或县区机构的续报。", "5.4.2")
        if kind != Report.Kind.FOLLOW_UP:
            check.wrong("/kind", "follow_up_only", "成员单位和县区机构的情况登记为续报。", "5.4.2")
    return arrival


INFORMANT_OF = {Role.MEMBER: Report.Informant.MEMBER, Role.COUNTY: Report.Informant.COUNTY}


def named_body(incident: Incident, arrival) -> Organization | None:
    """The member or county body whose word it is."""
    kinds = Organization.Kind
    headquarters = incident.office.parent
    below = {
        Report.Informant.MEMBER: Q(kind=kinds.MEMBER, parent=headquarters),
        Report.Informant.COUNTY: Q(kind=kinds.COUNTY, parent=headquarters.parent_id),
    }[arrival.informant]
    return Organization.objects.filter(below, code=arrival.body).first()


def may_correct(actor: Actor, report: Report) -> bool:
    if actor.role in INFORMANT_OF:
        return report.is_of_a_named_body and report.reporter_id == actor.organization.pk
    if actor.role != Role.ENTERPRISE:
        return report.informant != Report.Informant.ENTERPRISE or report.filed_by_id is not None
    return report.reporter is not None and report.reporter.is_within(actor.organization)


def arrived_at(check: Check, arrival, now: datetime) -> datetime:
    """What comes in by form or API arrives when the server receives it; calls, faxes and paper when they came."""
    stated = arrival.arrived_at
    if stated is None or arrival.channel in (Report.Channel.FORM, Report.Channel.API):
        return now
    check.time("/arrived_at", "到达时间", stated, now)
    return min(stated, now)


def known_at(check: Check, stated, arrived_at, arrival, firm, now) -> datetime | None:
    """When the firm knew, never later than receipt; needed where the word is the firm's own."""
    if stated is None:
        if firm and arrival.informant == Report.Informant.ENTERPRISE:
            check.wrong("/known_at", "required", "请填写企业获知时间：时限从获知时起算。")
        return None
    check.time("/known_at", "获知时间", stated, now)
    if arrived_at + skew() < stated <= now + skew():
        check.wrong("/known_at", "after_receipt", "获知时间不能晚于接报时间。")
    return min(stated, arrived_at)


def county(check: Check, pointer: str, name: str | None) -> Organization | None:
    """A county body by its code or its name."""
    return county_and_office(check, pointer, name)[0]


def county_and_office(check: Check, pointer: str, name: str | None, at: datetime | None = None) -> tuple:
    """The county body, with the emergency office of its city and the bodies above that (§2.2.1), and the plan in force
    there at that time (by default now)."""
    found = {body.kind: body for body in _county_and_office(name, at or timezone.now())} if name else {}
    county, office = found.get(Organization.Kind.COUNTY), found.get(Organization.Kind.OFFICE)
    if not name:
        check.wrong(pointer, "required", "请选择县区。")
    elif county is None:
        check.wrong(pointer, "not_found", f"没有县区“{name}”。")
    elif office is None:
        check.wrong(pointer, "not_found", f"“{name}”所属城市没有在用的应急办。", "2.2.1")
    return county, office


def plan_in_force(office: Organization | None, at: datetime) -> int:
    """The id of the version; an office from `county_and_office` was read together with it."""
    return (office and office.plan_in_force) or PlanVersion.in_force(at).pk


@kept
def _county_and_office(name: str, at: datetime):
    bodies = Organization.objects.filter(is_active=True)
    county = bodies.filter(Q(code=name) | Q(short_name=name), kind=Organization.Kind.COUNTY).order_by("pk")[
        :1
    ]
    office = Q(kind=Organization.Kind.OFFICE, parent__parent__in=county.values("parent"))
    above = ["parent" + "__parent" * height for height in range(4)]
    return (
        bodies.filter(Q(pk__in=county.values("pk")) | office)
        .select_related(above[-1], "host")
        .defer(*details("", but=("host", "number_prefix")), *details("host", *above))
        .annotate(plan_in_force=Subquery(in_force_at(at).values("pk")))
    )


def enterprise(check, actor: Actor, code: str | None, arrival) -> Organization | None:
    if actor.role == Role.ENTERPRISE and code in (None, "", actor.organization.code):
        return actor.organization
    firms = Organization.objects.filter(kind=Organization.Kind.ENTERPRISE, is_active=True)
    if actor.role == Role.ENTERPRISE:
        firms = firms.within(actor.organization)
    elif not code:
        if arrival.informant == Report.Informant.ENTERPRISE:
            check.wrong("/enterprise", "required", "请选择报告的企业。")
        return None
    firm = firms.select_related("parent").filter(code=code).first()
    if firm is None:
        check.wrong("/enterprise", "not_found", f"没有代码为“{code}”的企业。")
    return firm


def event_class(check: Check, plan: int, code: str | None) -> EventClass | None:
    """`plan`: the id of its version."""
    found = plan_parts(plan).event_classes.get(code)
    if found is None:
        words = f"没有事件类别“{code}”。" if code else "请选择事件类别。"
        check.wrong("/event_class", "unknown_class" if code else "required", words, "3.1")
    return found


def office_of(county: Organization) -> Organization:
    """The emergency office of the county's city, with the bodies above it (§2.2.1)."""
    (office,) = _offices(county.parent_id)
    return office


@kept
def _offices(city: int):
    return Organization.objects.select_related("parent__parent__parent", "host").filter(
        kind=Organization.Kind.OFFICE, parent__parent=city, is_active=True
    )


def reporter(actor: Actor, arrival, firm: Organization | None, incident: Incident | None = None):
    """Whose word it is, where that is a body of ours."""
    if actor.role == Role.ENTERPRISE:
        return actor.organization
    if incident and arrival.informant in INFORMANT_OF.values():
        return named_body(incident, arrival)
    return firm if arrival.informant == Report.Informant.ENTERPRISE else None


def at_the_door(error: FieldError) -> FieldError:
    """When an incident is filed, its time, place and class stand beside the report, and its kind within."""
    moved = {f"/report/{name}": f"/{name}" for name in ("occurred_at", "place", "event_class")}
    return replace(error, pointer=(moved | {"/kind": "/report/kind"}).get(error.pointer, error.pointer))
