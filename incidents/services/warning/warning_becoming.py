"""What was warned of has happened: the warning becomes an incident, linked both ways (domain §3)."""

from datetime import datetime

from django.db import transaction

from alerts.models import Warning
from incidents.ledger import Entry
from incidents.models import Incident, Report
from incidents.roles import Actor
from incidents.services import subject as incident_subject
from incidents.services import warning_subject as subject
from incidents.services.report import intake
from incidents.services.subject import clock_words


@transaction.atomic
def become_incident(
    *,
    actor: Actor,
    number: str,
    informant: str,
    facts: dict,
    contents: dict,
    now: datetime,
    seen: int | None = None,
) -> Incident:
    """Opens the incident through the ordinary intake, as a call logged by the office; the warning goes on until it is lifted.

    `informant`: who said that it has happened. `facts` and `contents` as in `intake.open_incident`.
    """
    warning = subject.locked(actor, "warning.become_incident", number, seen=seen)
    incident, _ = intake.open_incident(
        actor=actor,
        kind=Report.Kind.ORAL,
        arrival=intake.Arrival(Report.Channel.PHONE, informant=informant),
        facts=facts,
        contents=contents,
        now=now,
    )
    entry = Entry(
        "warning.became_incident",
        f"转为突发事件 {incident.number} {incident.title}",
        clause="4.3",
        data={"number": incident.number},
        for_firm=True,
    )
    subject.write(warning, actor, now, entry)
    warning.incident = incident
    warning.save()
    incident_subject.write(incident, actor, now, *_story(warning))
    return incident


def _story(warning: Warning) -> list[Entry]:
    """What the incident's timeline takes over: where it came from, and each report and bulletin with its own time."""
    told = [
        (report.at, f"向{report.to}报告", {"words": report.words}) for report in warning.upward_reports.all()
    ]
    told += [
        (b.issued_at, b.headline, {"version": b.version, "area": b.area}) for b in warning.bulletins.all()
    ]
    told += [(d.filed_at, f"日报 {d.number}", {"contents": d.contents}) for d in warning.daily_reports.all()]
    origin = Entry(
        "incident.from_warning",
        f"由预警 {warning.number} {warning.title} 转入",
        clause="4.3",
        data={"warning": warning.number},
    )
    return [origin] + [
        Entry(
            "warning.came_along",
            f"预警 {warning.number}：{clock_words(at)} {words}",
            clause="4.3",
            data=data | {"warning": warning.number},
        )
        for at, words, data in sorted(told, key=lambda row: row[0])
    ]
