"""任务看板: an incident's task orders by response; who has not acknowledged stands first (§5.2.2, 5.2.3(1))."""

from dataclasses import dataclass, field

from django.views.decorators.http import require_GET

from alerts.models import Deadline, State
from incidents.models import OrderProgress, Response, TaskOrder
from incidents.web.act.matters import Line, by_urgency, lines, orders_of
from incidents.web.caller import signed_in
from incidents.web.report.incident_tab import TabPage
from incidents.web.response.response_papers import papers_for

Status = TaskOrder.Status


@dataclass(frozen=True)
class Row:
    """One order on the board: its newest progress, and what is overdue about it."""

    line: Line
    progress: list[OrderProgress]
    late: list[Deadline]

    @property
    def order(self) -> TaskOrder:
        return self.line.matter


@dataclass
class Group:
    """The orders of one response, or those given before any."""

    name: str
    response: Response | None = None
    papers: list = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many stand in each state, in the order of the states."""
        counted = ((status.label, sum(row.order.status == status for row in self.rows)) for status in Status)
        return [(label, count) for label, count in counted if count]

    @property
    def overdue(self) -> int:
        return sum(bool(row.late) for row in self.rows)


@signed_in
@require_GET
def page(request, number: str):
    tab = TabPage(request, number, "orders")
    orders = orders_of(tab.caller, tab.incident).prefetch_related("progress_entries")
    groups = _groups(tab, lines(by_urgency(orders), tab.caller))
    waiting = [row.order for group in groups for row in group.rows if row.order.status == Status.ISSUED]
    return tab.render("incidents/response/order_board.html", {"groups": groups, "waiting": waiting})


def _groups(tab: TabPage, found: list[Line]) -> list[Group]:
    """The newest response first."""
    groups = {
        response.pk: Group(str(response), response, papers_for(tab.caller, response))
        for response in reversed(tab.incident.responses.all())
    }
    groups[None] = Group("未启动响应时下达")
    for line in found:
        late = [debt for debt in line.debts if debt.is_answerable and debt.state(tab.now) == State.BREACHED]
        progress = list(line.matter.progress_entries.all())[-2:]
        groups[line.matter.response_id].rows.append(Row(line, progress, late))
    return [group for group in groups.values() if group.rows or group.papers]
