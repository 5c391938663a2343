"""What an incident's page shows to one person: what is due, the facts, the timeline, and what he may do."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property

from alerts.models import Chase, Deadline, Instruction
from incidents.models import (
    DeadlineRule,
    Incident,
    LedgerEntry,
    LedgerHead,
    Organization,
    PersonalValue,
    Role,
    Status,
    TaskOrder,
)
from incidents.querysets import sees_office_matters, visible_incidents, visible_timeline
from incidents.roles import OFFICE, TABLE, Caller
from incidents.services.response.merging import likely_duplicates
from incidents.web.act import matters
from incidents.web.act.matters import Line
from incidents.web.report.debt_lines import ActButton, DebtLine, buttons_beside
from incidents.web.report.timeline import SHOWS, bundled

Kind, Act = DeadlineRule.Kind, DeadlineRule.Act


NEXT_ACTS = {
    Status.REPORTED: ("incident.verify", "incident.grade", "report.file"),
    Status.GRADED: (
        "response.start",
        "response.propose",
        "response.approve",
        "response.start_three",
        "response.start_at_once",
        "report.file",
    ),
    Status.RESPONDING: ("response.end", "response.declare_end", "order.issue", "report.file"),
    Status.ENDED: ("incident.investigate", "incident.evaluate", "incident.close"),
}
IN_PLACE = {"attachment.add", "oral.confirm", "item.settle", "incident.delay_known_at"}
"""Acts that are offered beside what they settle, not at the head."""


def find(caller: Caller, number: str) -> Incident | None:
    seen = visible_incidents(caller.actors).filter(number=number)
    return (
        seen.prefetch_related("responses__body", "orders")
        .select_related(
            "enterprise__parent",
            "county",
            "event_class",
            "office__parent",
            "merged_into__event_class",
            "plan_version",
        )
        .first()
    )


def find_or_404(caller: Caller, number: str) -> Incident:
    incident = find(caller, number)
    if incident is None:
        raise Http404(f"没有编号为 {number} 的事件。")
    return incident


def act_url(number: str, code: str, **query) -> str:
    return reverse("act", args=[number, code]) + (f"?{urlencode(query)}" if query else "")


@dataclass
class Board:
    incident: Incident
    caller: Caller
    now: datetime
    show: str = "all"

    def __post_init__(self):
        self.sees_all = sees_office_matters(self.caller.actors)
        self.is_office = bool(self.caller.roles & OFFICE)
        here = [code for code, act in TABLE.items() if not act.tab]
        self.offers = {offer.act.code: offer for offer in self.caller.offers(self.incident, here)}
        self.family = (
            list(self.incident.merged(manager="with_drills").select_related("enterprise"))
            if self.sees_all
            else []
        )

    # — what may be done —

    def may(self, code: str) -> bool:
        return code in self.offers and self.offers[code].allowed

    @property
    def may_merge(self) -> bool:
        return self.may("incident.merge")

    def _button(self, code: str, name: str = "", **query) -> ActButton:
        act = TABLE[code]
        leads = code in NEXT_ACTS.get(self.incident.status, ())
        url = act_url(self.incident.number, code, **query)
        return ActButton(code, name or act.name, url, act.clause, self.offers[code].why_not or "", leads)

    @property
    def buttons(self) -> dict[str, list[ActButton]]:
        """`now`: may be done; `later`: his post may, the state does not allow it yet; `never`: others' to do."""
        groups = {"now": [], "later": [], "never": []}
        for code, offer in self.offers.items():
            if code in IN_PLACE:
                continue
            button = self._button(code)
            groups["never" if not offer.actors else "later" if button.why_not else "now"].append(button)
        groups["now"].sort(key=lambda button: not button.leads)
        return groups

    # — what is due —

    @property
    def debts(self) -> list[DebtLine]:
        rows = Deadline.objects.filter(Q(incident=self.incident) | Q(incident__in=self.family))
        if not self.sees_all:
            bodies = [actor.organization for actor in self.caller.actors]
            rows = rows.filter(debtor__in=Organization.objects.within(*bodies))
        rows = rows.select_related("rule", "debtor", "desk", "creditor", "incident", "met_by")
        rows = rows.select_related("acknowledged_by__organization", "acknowledged_by__person")
        rows = list(rows.order_by("due_at", "pk"))
        beside = buttons_beside(rows, self.caller, self.now)
        lines = [self._line(row, beside[row.pk]) for row in rows]
        return sorted(lines, key=lambda line: not line.debt.is_answerable)

    def _line(self, debt: Deadline, beside: list[ActButton]) -> DebtLine:
        settle = self._settling(debt) if debt.is_answerable else []
        return DebtLine(debt, debt.state(self.now), settle, beside, self._hint(debt))

    def _settling(self, debt: Deadline) -> list[ActButton]:
        rule, found = debt.rule, []
        if rule.debtor == DeadlineRule.Debtor.ENTERPRISE:
            if rule.kind == Kind.ORAL:
                found = [("report.file", "登记口头汇报", {"kind": "ORAL"})] if self.is_office else []
            else:
                kind = "BRIEF" if Act.BRIEF in rule.answers else "WRITTEN"
                found = [
                    ("report.file", "登记书面报告" if self.is_office else "填写书面报告", {"kind": kind})
                ]
        elif rule.kind == Kind.PROMISE and debt.debtor_id == self.incident.enterprise_id:
            found = [("report.file", "登记报告" if self.is_office else "报送报告", {})]
        elif rule.kind == Kind.GRADING:
            found = [("incident.verify", "核实", {}), ("incident.grade", "定级", {})]
        elif rule.kind in (Kind.UPWARD, Kind.OUTGROWN):
            if Act.REPORT_UP in rule.answers:
                found += self._reporting_up(debt)
            if Act.PROPOSAL in rule.answers:
                found.append(("response.propose", "提出建议", {}))
        elif rule.kind == Kind.FOLLOW_UP:
            body = {} if debt.is_the_firms else {"body": debt.debtor.code}
            found = [
                ("report.file", "登记续报" if self.is_office else "报送续报", {"kind": "FOLLOW_UP"} | body)
            ]
        elif rule.kind == Kind.PROGRESS:
            found = self._reporting_up(debt)
        elif rule.kind == Kind.DOCUMENT:
            found = [("response.record_document", "补录文号", {})]
        elif rule.kind == Kind.AFTERMATH:
            evaluates = Act.EVALUATION in rule.answers
            found = [("incident.evaluate" if evaluates else "incident.investigate", rule.name, {})]
        if debt.incident_id != self.incident.pk:
            url = reverse("incident", args=[debt.incident.number])
            return [ActButton("incident", f"到 {debt.incident.number} 办理", url, "")]
        return [self._button(code, name, **query) for code, name, query in found if self.may(code)]

    @staticmethod
    def _reporting_up(debt: Deadline) -> list[tuple]:
        """By telephone, or in a brief."""
        by_phone = ("report.up", f"电话报告{debt.creditor}", {"to": debt.creditor.kind})
        return [by_phone, ("brief.draft", "写专报", {})]

    def _hint(self, debt: Deadline) -> str:
        by_phone = debt.rule.kind == Kind.ORAL and not self.sees_all and debt.is_answerable
        return f"请拨打 {self.incident.office.phone} 口头汇报" if by_phone else ""

    # — the timeline —

    @property
    def timeline(self) -> list[LedgerEntry]:
        rows = visible_timeline(self.incident, self.caller.actors).filter(SHOWS[self.show][1])
        if self.is_office:
            kept = PersonalValue.objects.filter(entry=OuterRef("pk"), erased_at=None)
            rows = rows.annotate(has_personal=Exists(kept))
        rows = rows.select_related("incident", "post__organization", "person", "key__enterprise")
        return bundled(rows.order_by("-seq"))

    @property
    def shows(self) -> list[tuple[str, str]]:
        return [(key, label) for key, (label, _) in SHOWS.items()]

    @property
    def revision(self) -> str:
        """Changes whenever something on the page does: a ledger row anywhere in the family, or a debt run out."""
        chains = [self.incident.chain, *(merged.chain for merged in self.family)]
        seq = LedgerHead.objects.filter(chain__in=chains).aggregate(total=Sum("seq"))["total"]
        overdue = Deadline.objects.filter(Q(incident=self.incident) | Q(incident__in=self.family)).overdue(
            self.now
        )
        return f"{self.show}.{seq}.{overdue.count()}"

    # — what else stands beside it —

    @property
    def common(self) -> Incident | None:
        """The common incident that this one was merged into."""
        return self.incident.merged_into

    @property
    def may_open_common(self) -> bool:
        return bool(self.common) and visible_incidents(self.caller.actors).filter(pk=self.common.pk).exists()

    @property
    def duplicates(self) -> list[Incident]:
        if not self.sees_all or not self.incident.is_under_way:
            return []
        alike = likely_duplicates(self.incident).filter(pk__in=visible_incidents(self.caller.actors))
        return list(alike.select_related("county"))

    @property
    def open_items(self):
        """The office's list, and what the firm itself still owes its superior unit."""
        items = self.incident.open_items.all()
        if self.sees_all:
            return items
        return items.filter(kind="SUPERIOR_UNIT") if Role.ENTERPRISE in self.caller.roles else items.none()

    @property
    def chases(self):
        return Chase.objects.filter(incident=self.incident).select_related("debtor", "called")

    @property
    def warnings(self):
        """The warnings that became this incident, as far as the person sees them."""
        return self.incident.warnings(manager="with_drills").visible_to(self.caller.actors)

    @cached_property
    def instructions(self) -> list[Instruction]:
        """领导批示 stands on top; for the office with who has acknowledged."""
        seen = Instruction.objects.visible_to(self.caller.actors).filter(incident=self.incident)
        seen = seen.select_related("commander__organization", "superior")
        names = "addressees__organization__short_name"
        acknowledged = Q(addressees__acknowledged_at__isnull=False)
        return list(
            seen.annotate(
                acknowledged=ArrayAgg(names, filter=acknowledged, default=[]),
                waiting=ArrayAgg(names, filter=~acknowledged, default=[]),
                undone=Count("addressees", filter=Q(addressees__done_at=None)),
            )
        )

    @property
    def responses(self):
        return self.incident.responses.all()

    @cached_property
    def orders(self) -> list[Line]:
        rows = matters.by_urgency(matters.orders_of(self.caller, self.incident))
        return matters.lines(rows, self.caller)

    @property
    def open_orders(self) -> list[Line]:
        return [line for line in self.orders if line.matter.status != TaskOrder.Status.OVER]

    @property
    def orders_over(self) -> list[Line]:
        return [line for line in self.orders if line.matter.status == TaskOrder.Status.OVER]

    @property
    def unacknowledged(self) -> int:
        return sum(line.matter.status == TaskOrder.Status.ISSUED for line in self.orders)

    @cached_property
    def requests(self) -> list[Line]:
        return matters.lines(matters.requests_of(self.caller, self.incident), self.caller)
