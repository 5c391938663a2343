"""Punctuality by rule, debtor and month (及时率, §4.1), the same at a million incidents as at ten.

What is settled was summed up when it was settled (`DebtTally`); what is overdue and unsettled is counted now, over the
partial index of what is unsettled. Both together are what `punctuality.counted` finds of what one may see, which a test
holds.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Count, Q, Sum, Value

from alerts.services.punctuality import CityMonth, by_month
from alerts.services.visibility import visible_debts, visible_sums
from incidents.days import city_time, later
from incidents.models import DeadlineRule
from incidents.roles import Actor

LOCK = "SELECT pg_advisory_xact_lock(hashtext('alerts_debttally'))"
FOLD = """
WITH folded AS (DELETE FROM alerts_debttally RETURNING office, rule, debtor, named, month, in_time, n)
INSERT INTO alerts_debttally (office, rule, debtor, named, month, in_time, n)
SELECT office, rule, debtor, named, month, in_time, sum(n) FROM folded GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(n) <> 0
"""
REBUILD = """
WITH gone AS (DELETE FROM alerts_debttally)
INSERT INTO alerts_debttally (office, rule, debtor, named, month, in_time, n)
SELECT coalesce(incident.office_id, warning.office_id, undertaking.office_id), rule_id, debtor_id,
    CASE WHEN incident.enterprise_id IS DISTINCT FROM debtor_id AND incident.id IS NOT NULL
        THEN named_instead(debt, incident.enterprise_id) END, city_month(due_at),
    met_at < due_at + interval '1 second', count(*)
FROM alerts_deadline debt
LEFT JOIN incidents_incident incident ON incident.id = debt.incident_id AND NOT incident.is_drill
LEFT JOIN alerts_warning warning ON warning.id = debt.warning_id AND NOT warning.is_drill
LEFT JOIN alerts_undertaking undertaking ON undertaking.id = debt.undertaking_id
WHERE counted AND met_at IS NOT NULL
    AND coalesce(incident.office_id, warning.office_id, undertaking.office_id) IS NOT NULL
GROUP BY 1, 2, 3, 4, 5, 6
"""


@transaction.atomic
def fold() -> None:
    """Rows alike become one. Who asks meanwhile sees the rows before or the rows after, who settles waits for nobody."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(LOCK)
        cursor.execute(FOLD)


@transaction.atomic
def rebuild() -> None:
    """From the debts themselves. One statement counts and takes away the rows of just what it counts: nobody waits."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(LOCK)
        cursor.execute(REBUILD)


def seen_by(
    actors: Iterable[Actor], since: date, until: date, now: datetime, debtor: int | None = None
) -> list[dict]:
    """Rows of `rule`, `debtor` (ids), `month`, `total` and `in_time`, of debts due from `since` to before `until`. One statement,
    so that no debt is settled between the one half and the other."""
    actors = list(actors)
    by_the_plan = DeadlineRule.objects.filter(basis=DeadlineRule.Basis.PLAN).values("pk")
    settled = visible_sums(actors).filter(month__gte=since, month__lt=until, rule__in=by_the_plan)
    overdue = visible_debts(actors).overdue(now).filter(counted=True, rule__in=by_the_plan)
    overdue = overdue.filter(due_at__gte=city_time(since), due_at__lt=city_time(until))
    if debtor:
        settled, overdue = settled.filter(debtor=debtor), overdue.filter(debtor=debtor)
    columns = ("rule", "debtor", "month")
    settled = settled.values(*columns).annotate(
        total=Sum("n"), in_time=Sum("n", filter=Q(in_time=True), default=0)
    )
    overdue = overdue.order_by().annotate(month=CityMonth("due_at")).values(*columns)
    overdue = overdue.annotate(total=Count("pk"), in_time=Value(0))
    return list(settled.filter(total__gt=0).union(overdue, all=True))


def between(actors: Iterable[Actor], since: date, until: date, now: datetime) -> list[dict]:
    """As `seen_by`, to the day: whole months from the sums, what is left of a month at either end counted one by one."""
    actors = list(actors)
    first, last = later((since - timedelta(days=1)).replace(day=1), 1), until.replace(day=1)
    if first >= last:
        return _counted(actors, since, until, now)
    ends = _counted(actors, since, first, now) + _counted(actors, last, until, now)
    return seen_by(actors, first, last, now) + ends


def _counted(actors: list[Actor], since: date, until: date, now: datetime) -> list[dict]:
    if since >= until:
        return []
    debts = visible_debts(actors).filter(due_at__gte=city_time(since), due_at__lt=city_time(until))
    return list(by_month(debts, now, "rule", "debtor"))
