"""Punctuality by rule, debtor and month (及时率, §4.1), the same at a million incidents as at ten.

What is settled was summed up when it was settled (`DebtTally`); what is overdue and unsettled is counted now, over the
partial index of what is unsettled. Both together are what `punctuality.counted` finds, which a test holds.
"""

from collections.abc import Iterable
from datetime import date, datetime, time

from django.db import connection, transaction
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from alerts.models import Deadline, DebtTally
from alerts.services.punctuality import by_month
from incidents.models import DeadlineRule

LOCK = "SELECT pg_advisory_xact_lock(hashtext('alerts_debttally'))"
FOLD = """
WITH folded AS (DELETE FROM alerts_debttally RETURNING office, rule, debtor, month, in_time, n)
INSERT INTO alerts_debttally (office, rule, debtor, month, in_time, n)
SELECT office, rule, debtor, month, in_time, sum(n) FROM folded GROUP BY 1, 2, 3, 4, 5 HAVING sum(n) <> 0
"""
REBUILD = """
INSERT INTO alerts_debttally (office, rule, debtor, month, in_time, n)
SELECT subject.office_id, rule_id, debtor_id, city_month(due_at), met_at < due_at + interval '1 second', count(*)
FROM alerts_deadline debt
LEFT JOIN incidents_incident incident ON incident.id = debt.incident_id AND NOT incident.is_drill
LEFT JOIN alerts_warning warning ON warning.id = debt.warning_id AND NOT warning.is_drill
LEFT JOIN alerts_undertaking undertaking ON undertaking.id = debt.undertaking_id,
LATERAL (SELECT coalesce(incident.office_id, warning.office_id, undertaking.office_id) AS office_id) subject
WHERE counted AND met_at IS NOT NULL AND subject.office_id IS NOT NULL GROUP BY 1, 2, 3, 4, 5
"""


@transaction.atomic
def fold() -> None:
    """Rows alike become one. Who asks meanwhile sees the rows before or the rows after, who settles waits for nobody."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        cursor.execute(FOLD)


@transaction.atomic
def rebuild() -> None:
    """From the debts themselves; they can't change in the meantime."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(LOCK)
        cursor.execute("LOCK TABLE alerts_deadline IN SHARE MODE")
        cursor.execute("DELETE FROM alerts_debttally")
        cursor.execute(REBUILD)


def of_offices(
    offices: Iterable[int], since: date, until: date, now: datetime, debtor: int | None = None
) -> list[dict]:
    """Rows of `rule`, `debtor` (ids), `month`, `total` and `in_time`, of debts due from `since` to before `until`."""
    offices = list(offices)
    by_the_plan = DeadlineRule.objects.filter(basis=DeadlineRule.Basis.PLAN).values("pk")
    settled = DebtTally.objects.filter(
        office__in=offices, month__gte=since, month__lt=until, rule__in=by_the_plan
    )
    overdue = _due_between(Deadline.objects.real().overdue(now), since, until).filter(
        Q(incident__office__in=offices) | Q(warning__office__in=offices) | Q(undertaking__office__in=offices),
        counted=True,
        rule__in=by_the_plan,
    )
    if debtor:
        settled, overdue = settled.filter(debtor=debtor), overdue.filter(debtor=debtor)
    found = settled.values("rule", "debtor", "month").annotate(
        total=Sum("n"), in_time=Sum("n", filter=Q(in_time=True), default=0)
    )
    return [*found.filter(total__gt=0), *_by_month(overdue)]


def of_debts(debts: QuerySet[Deadline], since: date, until: date, now: datetime) -> list[dict]:
    """The same of these debts, counted one by one: for who sees few of them."""
    rows = by_month(_due_between(debts, since, until), now, "rule", "debtor")
    return [row | {"month": timezone.localdate(row["month"])} for row in rows]


def _by_month(overdue: QuerySet[Deadline]) -> list[dict]:
    rows = overdue.order_by().annotate(month=TruncMonth("due_at")).values("rule", "debtor", "month")
    rows = rows.annotate(total=Count("pk"))
    return [row | {"month": timezone.localdate(row["month"]), "in_time": 0} for row in rows]


def _due_between(debts: QuerySet[Deadline], since: date, until: date) -> QuerySet[Deadline]:
    return debts.filter(due_at__gte=midnight(since), due_at__lt=midnight(until))


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
