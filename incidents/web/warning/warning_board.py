"""What a warning's page shows to one person: what is due, the facts, what was sent to whom, and what he may do."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.functional import cached_property

from alerts.models import (
    Bulletin,
    BulletinReceipt,
    Deadline,
    FeedItem,
    NoticeReceipt,
    Warning,
    WarningMeasure,
    WarningNotice,
)
from alerts.models.warning import READ_FACTS
from incidents import ledger
from incidents.models import DeadlineRule, LedgerEntry, Organization, PersonalValue
from incidents.querysets import sees_office_matters, visible_incidents
from incidents.roles import OFFICE, TABLE, Caller
from incidents.web.choosers import firm_options
from incidents.web.report.debt_lines import ActButton, DebtLine, buttons_beside

Act, Status = DeadlineRule.Act, Warning.Status
NEXT_ACTS = {
    Status.CANDIDATE: ("warning.accept", "warning.set_aside"),
    Status.RECEIVED: ("warning.verify", "warning.report_up", "warning.propose"),
    Status.PROPOSED: ("warning.issue",),
    Status.ISSUED: ("warning.daily", "warning.adjust", "warning.lift"),
}
IN_PLACE = {"warning.settle_item", "warning.measure", "warning.document", "warning.acknowledge"}
"""Acts that are offered beside what they settle, not at the head."""
PUBLISHED = ("warning.issued", "warning.adjusted", "warning.lifted", "warning.dismissed")


def find(caller: Caller, number: str) -> Warning | None:
    seen = Warning.with_drills.visible_to(caller.actors).filter(number=number)
    return seen.select_related(
        "enterprise__parent",
        "source_body",
        "event_class",
        "office__parent__parent__parent",
        "plan_version",
        "incident",
    ).first()


def act_url(number: str, code: str, **query) -> str:
    return reverse("warning-act", args=[number, code]) + (f"?{urlencode(query)}" if query else "")


@dataclass
class WarningBoard:
    warning: Warning
    caller: Caller
    now: datetime

    def __post_init__(self):
        self.sees_all = sees_office_matters(self.caller.actors)
        self.is_office = bool(self.caller.roles & OFFICE)
        self.offers = {offer.act.code: offer for offer in self.caller.offers(self.warning)}
        bodies = [actor.organization for actor in self.caller.actors]
        self.own = {body.pk for body in Organization.objects.within(*bodies)} if not self.sees_all else set()
        self.is_reporter = self.warning.enterprise_id in self.own
        self.sees_facts = bool(self.caller.roles & READ_FACTS) or self.is_reporter

    # — what may be done —

    def may(self, code: str) -> bool:
        return code in self.offers and self.offers[code].allowed

    def _button(self, code: str, name: str = "", **query) -> ActButton:
        act = TABLE[code]
        leads = code in NEXT_ACTS.get(self.warning.status, ())
        url = act_url(self.warning.number, code, **query)
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

    @property
    def acknowledging(self) -> ActButton | None:
        """Offered while something addressed to the person's bodies has not been acknowledged."""
        if not self.may("warning.acknowledge"):
            return None
        waits = any(sent.waiting for sent in (*self.bulletins, *self.notices))
        return self._button("warning.acknowledge") if waits else None

    @property
    def instructions(self):
        """领导批示 on this warning, with who has acknowledged."""
        seen = self.warning.instructions.visible_to(self.caller.actors)
        return seen.select_related("commander__organization", "superior")

    @property
    def documenting(self) -> ActButton | None:
        return self._button("warning.document") if self.may("warning.document") else None

    @property
    def settling_item(self) -> ActButton | None:
        return self._button("warning.settle_item", "办结") if self.may("warning.settle_item") else None

    @property
    def revision(self) -> str:
        """Changes whenever something on the page does: a row of the ledger, or a debt run out."""
        overdue = self.warning.deadlines.all().overdue(self.now).count()
        return f"{ledger.last_seq(self.warning.chain)}.{overdue}.{self.warning.incident_id or 0}"

    # — what is due —

    @property
    def debts(self) -> list[DebtLine]:
        rows = self.warning.deadlines.select_related("rule", "debtor", "desk", "creditor", "met_by")
        if not self.sees_all:
            rows = rows.filter(debtor__in=self.own)
        rows = rows.select_related("acknowledged_by__organization", "acknowledged_by__person")
        rows = list(rows.order_by("due_at", "pk"))
        for row in rows:
            row.warning = self.warning
        beside = buttons_beside(rows, self.caller, self.now)
        lines = [self._line(row, beside[row.pk]) for row in rows]
        return sorted(lines, key=lambda line: not line.debt.is_answerable)

    def _line(self, debt: Deadline, beside: list[ActButton]) -> DebtLine:
        settle = self._settling(debt) if debt.is_answerable else []
        return DebtLine(debt, debt.state(self.now), settle, beside)

    def _settling(self, debt: Deadline) -> list[ActButton]:
        answers = debt.rule.answers
        if Act.TRIAGE in answers:
            found = [("warning.accept", "", {}), ("warning.set_aside", "", {})]
        elif Act.REPORT_UP in answers:
            found = [
                ("warning.report_up", f"向{debt.creditor}报告", {"to": debt.creditor.kind}),
                ("warning.draft_brief", "写专报", {}),
            ]
        elif Act.DAILY in answers:
            found = [("warning.daily", "", {"day": debt.day.isoformat()})]
        elif Act.DOCUMENT in answers:
            found = [("warning.document", "", {})]
        else:
            found = []
        return [self._button(code, name, **query) for code, name, query in found if self.may(code)]

    # — what was sent, and who has read it —

    @cached_property
    def bulletins(self) -> list[Bulletin]:
        """The newest first; each with the receipts that the person may see (`shown`)."""
        found = self.warning.bulletins.select_related(
            "event_class", "issued_by__organization", "recorded_by__organization", "document", "cap"
        ).defer("cap__text")
        return self._with_waiting(
            found.prefetch_related(self._receipts(BulletinReceipt)).order_by("-version")
        )

    @cached_property
    def notices(self) -> list[WarningNotice]:
        found = self.warning.notices.select_related("by__organization")
        if not self.sees_all:
            found = found.filter(receipts__organization__in=self.own).distinct()
        return self._with_waiting(found.prefetch_related(self._receipts(NoticeReceipt)).order_by("-at"))

    def _with_waiting(self, sent: QuerySet) -> list:
        """Each with how many of those shown have not acknowledged it."""
        sent = list(sent)
        for each in sent:
            each.waiting = sum(not receipt.acknowledged_at for receipt in each.shown)
        return sent

    def _receipts(self, model) -> Prefetch:
        receipts = model.objects.select_related(
            "organization", "acknowledged_by__organization", "acknowledged_key__enterprise"
        )
        if not self.sees_all:
            receipts = receipts.filter(organization__in=self.own)
        return Prefetch("receipts", receipts.order_by("acknowledged_at", "pk"), to_attr="shown")

    @property
    def unread(self) -> int:
        """Bodies that have not acknowledged the newest bulletin."""
        return sum(bulletin.waiting for bulletin in self.bulletins[:1])

    @property
    def measures(self) -> list[tuple[WarningMeasure, ActButton | None]]:
        may = self.may("warning.measure")
        return [
            (measure, self._button("warning.measure", "落实", item=measure.item) if may else None)
            for measure in self.warning.measures.all()
        ]

    # — the message of a feed that it was made of, and what that updates or is updated by —

    @cached_property
    def item(self) -> FeedItem | None:
        if not (self.sees_all and self.warning.feed_item):
            return None
        return FeedItem.objects.filter(warning=self.warning).select_related("warning").first()

    @property
    def earlier_items(self):
        return self.item.earlier if self.item else []

    @property
    def later_items(self):
        return self.item.later.select_related("item") if self.item else []

    # — what else stands beside it —

    @property
    def timeline(self) -> QuerySet[LedgerEntry]:
        rows = LedgerEntry.objects.filter(chain=self.warning.chain)
        if self.is_office:
            kept = PersonalValue.objects.filter(entry=OuterRef("pk"), erased_at=None)
            rows = rows.annotate(has_personal=Exists(kept))
        if not self.sees_all:
            own = Q(for_firm=True) if self.is_reporter else Q(action__in=PUBLISHED)
            rows = rows.filter(own | Q(action="warning.acknowledged", organization__in=self.own))
        return rows.select_related("post__organization", "person", "key__enterprise").order_by("-seq")

    @property
    def firms(self) -> list[dict]:
        """What the browser completes firms from, where an act may ask for one."""
        return firm_options() if self.may("warning.become_incident") else []

    @property
    def may_open_incident(self) -> bool:
        incident = self.warning.incident_id
        return bool(incident) and visible_incidents(self.caller.actors).filter(pk=incident).exists()


def unread_counts(warnings) -> dict[int, int]:
    """By warning: how many bodies have not acknowledged its newest bulletin."""
    newest = {}
    for bulletin in (
        Bulletin.objects.filter(warning__in=warnings)
        .annotate(waiting=Count("receipts", filter=Q(receipts__acknowledged_at=None)))
        .order_by("version")
    ):
        newest[bulletin.warning_id] = bulletin.waiting
    return newest
