"""A worked example that is remembered step by step, and then compared with what the replay says of each moment."""

from datetime import datetime

from django.utils import timezone

from incidents import ledger
from incidents.models import Incident
from incidents.services.closure import replaying
from incidents.services.report import figures
from tests.scenarios.runner import Play


class Replayed(Play):
    def __init__(self, scenario, cast):
        super().__init__(scenario, cast)
        self.seen: dict[tuple[int, int], tuple[datetime, dict]] = {}

    def _act(self, step):
        super()._act(step)
        self._look()

    def _pass_time(self, traveller, until):
        super()._pass_time(traveller, until)
        self._look()

    def _look(self):
        """The present, of each incident whose ledger has come further."""
        for each in self.opened.values():
            if isinstance(each, Incident):
                incident = Incident.with_drills.get(pk=each.pk)
                now = timezone.now()
                self.seen[incident.pk, ledger.last_seq(incident.chain)] = (now, live(incident, now))

    def compare(self) -> int:
        """Every moment that was seen, with its replay; how many there were."""
        compared = 0
        for pk in {pk for pk, _ in self.seen}:
            incident = Incident.with_drills.get(pk=pk)
            stops = replaying.stops_of(incident)
            ends = {stop.seq: stop for stop in stops}
            for (of, seq), (at, was) in self.seen.items():
                if of == pk and seq in ends:  # else more was done in the same second
                    then = replaying.stood(incident, ends[seq], at)
                    if not then.unknown:
                        replayed = told(then)
                        differ = {key: (replayed[key], was[key]) for key in was if replayed[key] != was[key]}
                        assert not differ, f"{incident.number} after row {seq}: (replayed, seen) {differ}"
                        compared += 1
        return compared


def live(incident: Incident, now: datetime) -> dict:
    """What its page says now."""
    return {
        "status": incident.status,
        "level": incident.level,
        "proposed": incident.proposed_level,
        "known_at": incident.known_at,
        "debts": {
            row.pk: (str(row), row.state(now), row.due_at, row.is_answerable, row.is_paused(now))
            for row in incident.deadlines.select_related("rule")
        },
        "orders": {order.number: order.status for order in incident.orders.all()},
        "responses": [(row.level, row.status) for row in incident.responses.order_by("created_at", "pk")],
        "items": sorted((item.kind, item.settled_at, item.words) for item in incident.open_items.all()),
        "reports": {report.number for report in incident.reports.all()},
        "figures": set(figures.latest_figures(incident.reports.select_related("reporter"))),
    }


def told(then: replaying.Then) -> dict:
    """The same of a moment replayed."""
    return {
        "status": then.status,
        "level": then.level,
        "proposed": then.proposed_level,
        "known_at": then.known_at,
        "debts": {
            row.pk: (str(row), row.state(then.at), row.due_at, row.is_answerable, row.is_paused(then.at))
            for row in then.debts
        },
        "orders": {order.number: order.status_then for order in then.orders},
        "responses": [(row.level, row.status) for row in then.responses],
        "items": sorted((item.kind, item.settled_at, item.words) for item in then.items),
        "reports": {report.number for report in then.reports},
        "figures": set(then.figures),
    }
