"""The seven contents of a warning (§4.4), and to whom it goes if nobody says otherwise."""

from datetime import datetime

from alerts.models import Warning
from incidents.models import EventClass, Level, Organization
from incidents.services.check import Check

CONTENTS = ("event_class", "level", "starts_at", "area", "caution", "measures", "authority")
NAMES = {
    "event_class": "突发事件类别",
    "level": "预警级别",
    "starts_at": "起始时间",
    "area": "可能影响范围",
    "caution": "警示事项",
    "measures": "应采取的措施",
    "authority": "发布机关",
}
LONGEST = {"area": 500, "caution": 2000, "measures": 2000, "authority": 80}
CLAUSE = "4.4"


def check_contents(check: Check, warning: Warning, contents: dict, now: datetime) -> dict:
    """The seven contents as the bulletin holds them; every one that is missing is named."""
    found = {}
    for name in CONTENTS:
        value = contents.get(name)
        value = (value.strip() or None) if isinstance(value, str) else value
        if value is None:
            check.wrong(f"/{name}", "required", f"预警信息须有“{NAMES[name]}”。", CLAUSE)
        found[name] = value
    for name, longest in LONGEST.items():
        check.text(f"/{name}", NAMES[name], found[name], longest)
    check.time("/starts_at", NAMES["starts_at"], found["starts_at"], now, past=False)
    if found["level"] is not None and found["level"] not in Level.values:
        check.wrong("/level", "not_a_level", "请选择预警级别。", CLAUSE)
    if found["event_class"] and not isinstance(found["event_class"], EventClass):
        found["event_class"] = _event_class(check, warning, found["event_class"])
    return found


def _event_class(check: Check, warning: Warning, code: str) -> EventClass | None:
    found = EventClass.objects.filter(version=warning.plan_version_id, code=code).first()
    if found is None:
        check.wrong("/event_class", "unknown_class", f"没有事件类别“{code}”。", CLAUSE)
    return found


def default_addressees(warning: Warning) -> list[Organization]:
    """The departments, the counties that may be affected (all, where none is named) and the enterprises in them."""
    bodies, kinds = Organization.objects.filter(is_active=True), Organization.Kind
    headquarters = warning.office.parent
    counties = list(warning.counties_affected.all()) or list(
        bodies.filter(kind=kinds.COUNTY, parent=headquarters.parent)
    )
    members = bodies.filter(kind=kinds.MEMBER, parent=headquarters)
    firms = bodies.filter(kind=kinds.ENTERPRISE, county__in=counties)
    reporter = bodies.filter(pk=warning.enterprise_id)
    chosen = {body.pk: body for group in (members, counties, firms, reporter) for body in group}
    return sorted(chosen.values(), key=lambda body: (body.kind, body.pk))
