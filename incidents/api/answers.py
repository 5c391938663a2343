"""What the API tells: the wire's names of the contract for the rows that the caller may see."""

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal

from django.urls import NoReverseMatch, reverse

from alerts.models import Deadline
from alerts.models.deadline import State as State
from alerts.services import wire
from alerts.services.wire import ROMAN, deadline, time
from incidents.models import Incident, LedgerEntry, OnSceneCommand, Report, Response, plan_parts
from incidents.personal import mask_name
from incidents.roles import RECEIVERS, TABLE, Actor, Caller
from incidents.services.report.contents import FIGURES, TEXT_FIELDS
from incidents.services.report.figures import Proposal


def incident(row: Incident) -> dict:
    """The facts of an incident. Needs its class, enterprise, county and common incident selected."""
    return wire.incident(row) | {
        "is_drill": row.is_drill,
        "proposed_level": ROMAN[row.proposed_level],
        "event_class": row.event_class.code,
        "origin": row.origin,
        "enterprise": row.enterprise and row.enterprise.code,
        "enterprise_name": row.enterprise and row.enterprise.name,
        "county": row.county.short_name,
        "place": row.place,
        "longitude": number(row.longitude),
        "latitude": number(row.latitude),
        "occurred_at": time(row.occurred_at),
        "known_at": time(row.known_at),
        "received_at": time(row.received_at),
        "graded_at": time(row.graded_at),
        "ended_at": time(row.ended_at),
        "closed_at": time(row.closed_at),
        "merged_into": row.merged_into and common(row.merged_into),
        "plan_version": plan_parts(row.plan_version_id).number,
    }


def response(row: Response) -> dict:
    return {
        "level": ROMAN[row.level],
        "status": row.status,
        "body": row.body.code,
        "started_at": time(row.started_at),
        "ended_at": time(row.ended_at),
    }


def on_scene(row: OnSceneCommand) -> dict:
    """现场指挥机构 (§5.4.4); `until`: when another took its place."""
    return {
        "head": row.head,
        "phone": row.phone,
        "place": row.place,
        "since": time(row.since),
        "until": time(row.until),
    }


def common(row: Incident) -> dict:
    """All that a merged incident's firm may know of the common one (domain §3)."""
    return {
        "number": row.number,
        "event_class": row.event_class.code,
        "level": ROMAN[row.level],
        "status": row.status,
    }


def because(proposal: Proposal) -> list[dict]:
    """The criteria that gave the proposed level: `source` is where the criterion comes from,
    `figure_source` whose figure met it."""
    return [
        {
            "criterion": criterion.measure,
            "value": figure.value,
            "level": ROMAN[criterion.level],
            "source": criterion.source,
            "figure_source": figure.source,
        }
        for criterion, figure in proposal.because
    ]


def deadlines(debts: Iterable[Deadline], now: datetime) -> list[dict]:
    return [deadline(debt, now) for debt in debts]


def report_for(actors: Iterable[Actor]) -> Callable[[Report], dict]:
    """People's names in clear for the body alone that reported."""
    own = {actor.organization.pk for actor in actors if actor.role in RECEIVERS}
    return lambda row: report(row, mask=str if row.reporter_id in own else mask_name)


def report(row: Report, mask: Callable[[str], str]) -> dict:
    told, claim = row.superior_told_at, getattr(row, "oral_claim", None)
    later = getattr(row, "superseded_by", None)
    return {
        "number": row.number,
        "kind": row.kind.lower(),
        "channel": row.channel.lower(),
        "informant": row.informant.lower(),
        "reporter": row.reporter and row.reporter.code,
        "arrived_at": time(row.arrived_at),
        "received_at": time(row.received_at),
        "supersedes": row.supersedes and row.supersedes.number,
        "superseded_by": later and later.number,
        "known_at": time(row.known_at),
        "occurred_at": time(row.occurred_at),
        "event_class": row.event_class and row.event_class.code,
        **{name: getattr(row, name) for name in (*FIGURES, "network_scope", *TEXT_FIELDS)},
        "superior_unit_told": told and {"who": mask(row.superior_told_who), "at": time(told)},
        "oral_report": claim
        and {
            "to": mask(claim.told_whom),
            "at": time(claim.told_at),
            "confirmed_at": time(claim.confirmed_at),
            "refused_reason": claim.refused_reason,
        },
        "unknown": row.unknown,
    }


def entry(row: LedgerEntry) -> dict:
    """A line of the timeline. Who acted is told by body and post, not by a person's name."""
    return {
        "seq": row.seq,
        "at": time(row.at),
        "action": row.action,
        "summary": row.summary,
        "clause": row.clause,
        "reason": row.reason,
        "organization": row.organization and row.organization.short_name,
        "post": row.post and row.post.title,
    }


def actions(caller: Caller, row: Incident) -> list[dict]:
    """What the caller may do to the incident now, by the role table."""
    offers = caller.offers(row)
    able = (offer.act.code for offer in offers if offer.actors and offer.allowed)
    return actions_of(able, number=row.number)


def actions_of(codes: Iterable[str], **path) -> list[dict]:
    """Acts as they are offered, each with the request that does it; `path`: the names in that request's path."""
    acts = (TABLE[code] for code in codes)
    return [
        {"code": act.code, "name": act.name, "clause": act.clause, **_request_for(act.code, path)}
        for act in acts
    ]


def _request_for(code: str, path: dict) -> dict:
    """Where the act is done; null for what only the office does, on its screens."""
    try:
        where = reverse(code, urlconf="incidents.api.urls", kwargs=path)
    except NoReverseMatch:
        return {"method": None, "href": None}
    return {"method": "POST", "href": f"/api{where}/"}


def number(value: Decimal | None) -> int | float | None:
    """A quantity as JSON writes it."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
