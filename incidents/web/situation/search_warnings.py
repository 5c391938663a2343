"""Warnings among what can be found: by their words too, but only by those that their page shows this person."""

from django.db.models import (
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from alerts.models import Bulletin, BulletinReceipt, Warning
from alerts.models.warning import READ_FACTS
from incidents.models import Organization
from incidents.querysets import sees_office_matters
from incidents.roles import Caller
from incidents.search import matches

HEAD = ("number", "title")
"""What whoever sees the warning may read; the rest of its own words is what came in (§4.2)."""


def rows(caller: Caller) -> QuerySet[Warning]:
    """Each with whether its facts may be shown, which firm reported it if that may be known, and what the newest bulletin
    that was sent to this person says."""
    newest = _bulletins(caller).filter(warning=OuterRef("pk")).order_by("-version")
    return Warning.with_drills.visible_to(caller.actors).annotate(
        shows_facts=_facts(caller), reporter=_reporter(caller), caution=Subquery(newest.values("caution")[:1])
    )


def stands(caller: Caller, word: str) -> Q:
    """Where the word may stand: in the head, in the facts, in a bulletin."""
    said = _bulletins(caller).filter(matches("alerts_bulletin", word))
    head = matches("alerts_warning", word, shown=HEAD)
    facts = matches("alerts_warning", word) & Q(shows_facts=True)
    return head | facts | Q(pk__in=said.values("warning"))


def texts(row: Warning) -> list[str]:
    facts = [row.risk, row.may_follow, row.measures_taken, row.place] if row.shows_facts else []
    return [*facts, row.caution or ""]


def _facts(caller: Caller) -> ExpressionWrapper | Value:
    if caller.roles & READ_FACTS:
        return Value(True)
    return ExpressionWrapper(Q(enterprise__in=_own(caller)), output_field=BooleanField())


def _reporter(caller: Caller) -> F | Case:
    """The office knows it, and the firm itself."""
    if sees_office_matters(caller.actors):
        return F("enterprise")
    return Case(When(enterprise__in=_own(caller), then=F("enterprise")))


def _bulletins(caller: Caller) -> QuerySet[Bulletin]:
    if sees_office_matters(caller.actors):
        return Bulletin.objects.all()
    sent = BulletinReceipt.objects.filter(bulletin=OuterRef("pk"), organization__in=_own(caller))
    return Bulletin.objects.filter(Exists(sent))


def _own(caller: Caller) -> QuerySet[Organization]:
    return Organization.objects.within(*(actor.organization for actor in caller.actors))
