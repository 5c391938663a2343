"""What Prometheus is told of the product. Read from the rows at each scrape, so every process says the same."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from alerts.models import Deadline
from alerts.services import outbox, watchdog, webhook_sending
from alerts.web.live import hub
from incidents.models import Incident, Level
from incidents.roles import UNDER_WAY
from incidents.services import backups

HOUR = timedelta(hours=1)


class ProductCollector(Collector):
    def __init__(self, now: datetime):
        self.now = now

    def describe(self) -> list:
        """Nothing: asked at registration, it would read all rows twice."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for source in SOURCES:
            yield from source(self.now)


def gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"zmd_{name}", words, value=value)


def sweep(now: datetime) -> Iterator[GaugeMetricFamily]:
    watch = watchdog.look()
    age = watch.age.total_seconds() if watch.heartbeat else float("nan")
    yield gauge("sweep_heartbeat_age_seconds", "Seconds since the sweep last ran; NaN if never.", age)
    due = Deadline.objects.filter(next_step_at__lte=now, yields=False)
    oldest = due.aggregate(at=Min("next_step_at"))["at"]
    lag = (now - oldest).total_seconds() if oldest else 0
    yield gauge("sweep_lag_seconds", "How long the oldest due step has been waiting to fire.", lag)
    yield gauge("sweep_stopped", "1 while the watchdog takes the sweep for stopped.", bool(watch.stopped))
    yield gauge("clock_skew_seconds", "This node's clock minus the database's.", watch.skew.total_seconds())


def deadlines(now: datetime) -> Iterator[GaugeMetricFamily]:
    owed = Deadline.objects.real().answerable()
    overdue = owed.overdue(now)
    soon = Q(due_at__lte=now + HOUR) & ~Q(pk__in=overdue.values("pk"))
    counts = owed.aggregate(open=Count("pk"), soon=Count("pk", filter=soon))
    yield gauge("deadlines_open", "Debts that are still waited for, the overdue among them.", counts["open"])
    yield gauge(
        "deadlines_overdue", "Debts past their due time, neither met nor written off.", overdue.count()
    )
    yield gauge("deadlines_due_within_hour", "Debts that fall due within the hour.", counts["soon"])


def incidents(now: datetime) -> Iterator[GaugeMetricFamily]:
    counts = dict(
        Incident.objects.filter(status__in=UNDER_WAY).order_by().values_list("level").annotate(Count("pk"))
    )
    family = GaugeMetricFamily("zmd_incidents_open", "Incidents under way, by level.", labels=["level"])
    for level in (*Level, None):
        family.add_metric([level.name if level else "ungraded"], counts.get(level and level.value, 0))
    yield family


def screens(now: datetime) -> Iterator[GaugeMetricFamily]:
    yield gauge("live_screens", "Open live screens of this process.", len(hub.streams))
    yield gauge("live_connected", "1 while this process hears the live feed.", hub.complete_since is not None)


def sending(now: datetime) -> Iterator[GaugeMetricFamily]:
    yield gauge("outbox_depth", "Messages that wait for an outside channel.", outbox.depth())
    failed = outbox.failures_since(now - HOUR)
    yield gauge("send_failures_last_hour", "Attempts to send that failed within the hour.", failed)


def webhooks(now: datetime) -> Iterator[GaugeMetricFamily]:
    health = webhook_sending.health()
    yield gauge("webhook_depth", "Events that wait for a firm's webhook.", health["waiting"])
    failing = "Webhooks that fail, or were switched off for it."
    yield gauge("webhooks_failing", failing, health["failing"])


def backed_up(now: datetime) -> Iterator[GaugeMetricFamily]:
    taken = backups.newest()
    age = (now - taken).total_seconds() if taken else float("nan")
    yield gauge("backup_age_seconds", "How old the newest verified backup is; NaN if there is none.", age)


SOURCES = [sweep, deadlines, incidents, screens, sending, webhooks, backed_up]
"""A part of the product that has figures of its own adds its function here."""
