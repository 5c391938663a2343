"""Who may see which debts (domain §5): the office's tree all of them, every other body what it owes itself; a county also
what the firms in it have to make ready, as it sees their registers (§4.1)."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from alerts.models import Deadline, DebtTally
from incidents.models import DeadlineRule, Drill, Organization, Role, of_drills
from incidents.querysets import ALL_SEEING, one_of
from incidents.roles import Actor

REGISTERS = "4.1"
"""The clause of what a firm has to keep in its registers: hazards, filed plans, safety checks, findings, key periods. Its training
and its resources are no county's to see."""


def visible_debts(actors: Iterable[Actor]) -> QuerySet[Deadline]:
    """A firm sees what it owes; not what it seemed to owe while it was wrongly named in an incident."""
    seen = Q(pk__in=[])
    for actor in actors:
        seen |= _concerns(actor) & of_drills(actor.in_drill, "incident", "warning", drill=actor.drill)
    return Deadline.objects.filter(seen)


def _concerns(actor: Actor) -> Q:
    body = actor.organization
    if actor.role in ALL_SEEING:
        offices = Organization.objects.within(body)
        return (
            Q(incident__office__in=offices)
            | Q(warning__office__in=offices)
            | Q(undertaking__office__in=offices)
        )
    if actor.role == Role.ENTERPRISE:
        firms = Organization.objects.within(body)
        its_own = Q(incident__enterprise__in=firms) | Q(incident=None) | Q(order__isnull=False)
        return Q(its_own, debtor__in=firms)
    if actor.role == Role.COUNTY:
        firms = Organization.objects.filter(Q(pk=body.pk) | Q(county=body))
        return Q(one_of("debtor", firms)) & (
            Q(debtor=body) | Q(undertaking__isnull=False, rule__clause=REGISTERS)
        )
    if actor.role in (Role.MEMBER, Role.APPROVER):
        return Q(debtor=body)
    return Q(pk__in=[])


def visible_sums(actors: Iterable[Actor]) -> QuerySet[DebtTally]:
    """The twin of `visible_debts` for the figures of what is settled; held equal by a test. Nothing of drills is in them."""
    seen = Q(pk__in=[])
    for actor in actors:
        if actor.in_drill:
            continue
        bodies = Organization.objects.within(actor.organization).values("pk")
        if actor.role in ALL_SEEING:
            seen |= Q(office__in=bodies)
        elif actor.role == Role.ENTERPRISE:
            seen |= Q(Q(named=None) | Q(named__in=bodies), debtor__in=bodies)
        elif actor.role in (Role.MEMBER, Role.COUNTY, Role.APPROVER):
            seen |= Q(debtor=actor.organization.pk)
        if actor.role == Role.COUNTY:
            firms = Organization.objects.filter(county=actor.organization).values("pk")
            undertaken = DeadlineRule.objects.filter(
                clause=REGISTERS, clock=DeadlineRule.Clock.UNDERTAKEN
            ).values("pk")
            seen |= Q(debtor__in=firms, rule__in=undertaken)
    return DebtTally.objects.filter(seen)


def sees_debt(actor: Actor, debt: Deadline) -> bool:
    """The twin of `visible_debts` for a debt in hand, with its bodies; held equal by a test."""
    body = actor.organization
    subject = debt.subject
    if subject.is_drill != actor.in_drill or actor.in_drill and subject.drill_id != _pk(actor.drill):
        return False
    if actor.role in ALL_SEEING:
        return debt.subject.office.is_below(body)
    if actor.role == Role.ENTERPRISE:
        its_own = not debt.incident_id or debt.order_id or _is_of(debt.incident.enterprise, body)
        return debt.is_the_firms and bool(its_own) and debt.debtor.is_below(body)
    of_a_register = debt.undertaking_id and debt.rule.clause == REGISTERS
    if actor.role == Role.COUNTY and of_a_register and debt.debtor.county_id == body.pk:
        return True
    return actor.role in (Role.MEMBER, Role.COUNTY, Role.APPROVER) and debt.debtor_id == body.pk


def _pk(drill: Drill | None) -> int | None:
    return drill and drill.pk


def _is_of(firm: Organization | None, body: Organization) -> bool:
    return firm is not None and firm.is_below(body)
