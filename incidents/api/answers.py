"""What the API tells: the wire's names of the contract for the rows that the caller may see."""

from collections.abc import Iterable
from datetime import datetime

from alerts.models import Deadline
from alerts.models.deadline import State as State
from alerts.services import wire
from alerts.services.wire import ROMAN, deadline, time
from incidents.models import Incident, LedgerEntry, Report
from incidents.roles import TABLE, Caller
from incidents.services.contents import FIGURES, TEXT_FIELDS
from incidents.services.figures import Proposal


def incident(row: Incident) -> dict:
    """The facts of an incident. Needs its class, enterprise, county and common incident selected."""
    return wire.incident(row) | {
        "proposed_level": ROMAN[row.proposed_level],
        "event_class": row.event_class.code,
        "origin": row.origin,
        "enterprise": row.enterprise and row.enterprise.code,
        "enterprise_name": row.enterprise and row.enterprise.name,
        "county": row.county.short_name,
        "place": row.place,
        "occurred_at": time(row.occurred_at),
        "known_at": time(row.known_at),
        "received_at": time(row.received_at),
        "graded_at": time(row.graded_at),
        "ended_at": time(row.ended_at),
        "closed_at": time(row.closed_at),
        "merged_into": row.merged_into and common(row.merged_into),
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


def report(row: Report) -> dict:
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
        "superior_unit_told": told and {"who": row.superior_told_who, "at": time(told)},
        "oral_report": claim
        and {
            "to": claim.told_whom,
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


ON_SCREENS_ONLY = {"own_plan.start", "own_plan.end"}
"""What a firm may do to an incident and this API has no path for."""


def actions(caller: Caller, row: Incident) -> list[dict]:
    """What the caller may do to the incident now, by the role table."""
    here = [code for code in TABLE if code not in ON_SCREENS_ONLY]
    return actions_of(offer.act.code for offer in caller.offers(row, here) if offer.actors and offer.allowed)


def actions_of(codes: Iterable[str]) -> list[dict]:
    acts = (TABLE[code] for code in codes)
    return [{"code": act.code, "name": act.name, "clause": act.clause} for act in acts]
