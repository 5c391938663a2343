"""预警: the list, open first and the next due on top; one warning's page; a bulletin as it is printed in its colour."""

import secrets
from collections import defaultdict
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import CharField, F, Min, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from alerts.models import Bulletin, BulletinReceipt, Deadline, NoticeReceipt, Warning
from alerts.models.warning import OPEN
from incidents.models import LedgerHead, Organization, Role
from incidents.querysets import sees_office_matters
from incidents.roles import OFFICE, Actor, Caller
from incidents.web.caller import caller_of, signed_in
from incidents.web.warning.warning_board import WarningBoard, find, unread_counts
from incidents.web.warning.warning_papers import bulletin_for

PER_PAGE = 30
STRIP, OWN = 6, 8
"""Shown on desk and dashboard; of a firm's own information on its page."""
Status = Warning.Status
SHOWS = {
    "open": ("在办", Q(status__in=OPEN)),
    "in_force": ("生效中", Q(status=Status.ISSUED)),
    "closed": ("已了结", ~Q(status__in=OPEN)),
    "all": ("全部", Q()),
}


@dataclass
class Row:
    """A warning in a list: the next thing due in it, and how many have not acknowledged it."""

    warning: Warning
    next_debt: Deadline | None = None
    others_due: int = 0
    unread: int = 0


def reader(request) -> Caller:
    """Whoever may be concerned by a warning; for the rest there is no such page (404)."""
    caller = caller_of(request)
    if not caller.roles - {Role.ADMINISTRATOR, Role.APPROVER}:
        raise Http404
    return caller


def debts_of(caller: Caller):
    """What of the warnings' debts is this person's to see."""
    debts = Deadline.objects.filter(warning__isnull=False)
    if sees_office_matters(caller.actors):
        return debts
    bodies = [actor.organization for actor in caller.actors]
    return debts.filter(debtor__in=Organization.objects.within(*bodies))


def rows_of(caller: Caller, warnings) -> list[Row]:
    """Read in three queries, whatever their number."""
    rows = {warning.pk: Row(warning) for warning in warnings}
    debts = debts_of(caller).answerable().filter(warning__in=rows)
    for debt in debts.select_related("rule", "debtor", "desk", "creditor").order_by("due_at", "pk"):
        row = rows[debt.warning_id]
        row.others_due += row.next_debt is not None
        row.next_debt = row.next_debt or debt
    if sees_office_matters(caller.actors):
        for pk, waiting in unread_counts(rows).items():
            rows[pk].unread = waiting
    return list(rows.values())


def in_order(warnings, caller: Caller):
    """Open first, among them what falls due next; then the newest."""
    visible = debts_of(caller).answerable().values("pk")
    return warnings.annotate(
        next_due=Min("deadlines__due_at", filter=Q(deadlines__in=visible)),
        is_done=Q(~Q(status__in=OPEN)),
    ).order_by("is_done", F("next_due").asc(nulls_last=True), "-year", "-serial")


def strip_of(caller: Caller, *, in_force: bool = False, at_most: int | None = STRIP) -> list[Row]:
    """What stands on desk and dashboard: the open warnings, or those in force, the next due first."""
    seen = Warning.with_drills.visible_to(caller.actors)
    seen = seen.filter(status=Status.ISSUED) if in_force else seen.filter(status__in=OPEN)
    return rows_of(caller, in_order(seen, caller)[:at_most])


def mark_of(rows: list[Row]) -> str:
    """Changes when the strip does: a warning, its level, its next debt, who has not acknowledged it."""
    return "".join(
        f"-{row.warning.pk}.{row.warning.standing_level}.{row.next_debt and row.next_debt.pk}.{row.unread}"
        for row in rows
    )


@dataclass(frozen=True)
class FirmRow:
    """A warning on a firm's page: its newest bulletin to the firm, whether it waits, and what the firm owed (W1)."""

    warning: Warning
    bulletin: Bulletin | None
    waits: bool
    debts: list[Deadline]
    token: str


def firm_rows(actors: list[Actor]) -> tuple[list[FirmRow], list[FirmRow]]:
    """Warnings in force or still to be acknowledged; and the firm's own warning information, newest first."""
    firms = Organization.objects.within(*(actor.organization for actor in actors))
    seen = Warning.with_drills.visible_to(actors)
    mine = {"organization__in": firms, "acknowledged_at": None}
    waiting = set(BulletinReceipt.objects.filter(**mine).values_list("bulletin__warning", flat=True))
    waiting |= set(NoticeReceipt.objects.filter(**mine).values_list("notice__warning", flat=True))
    chain = Concat(Value("warning:"), Cast(OuterRef("pk"), CharField()))
    shown = Subquery(LedgerHead.objects.filter(chain=chain).values("seq"))
    in_hand = seen.filter(Q(status=Status.ISSUED) | Q(pk__in=waiting)).annotate(last_seq=shown)
    told = list(in_hand.order_by("level", "-issued_at"))
    own = list(seen.filter(enterprise__in=firms).select_related("enterprise")[:OWN])
    sent = Bulletin.objects.filter(warning__in=told, receipts__organization__in=firms).order_by("version")
    newest = {bulletin.warning_id: bulletin for bulletin in sent}
    owed = Deadline.objects.filter(warning__in=own, debtor__in=firms, voided_at=None).select_related("rule")
    debts = defaultdict(list)
    for debt in owed.order_by("due_at"):
        debts[debt.warning_id].append(debt)

    def row(warning: Warning) -> FirmRow:
        pk = warning.pk
        return FirmRow(warning, newest.get(pk), pk in waiting, debts[pk], secrets.token_urlsafe(18))

    return [row(warning) for warning in told], [row(warning) for warning in own]


@signed_in
@require_GET
def index(request):
    caller = reader(request)
    show = request.GET.get("show") if request.GET.get("show") in SHOWS else "open"
    words = request.GET.get("q", "").strip()[:60]
    seen = Warning.with_drills.visible_to(caller.actors).filter(SHOWS[show][1])
    for word in words.split():
        seen = seen.filter(
            Q(title__icontains=word)
            | Q(number__icontains=word)
            | Q(place__icontains=word)
            | Q(enterprise__short_name__icontains=word)
        )
    seen = in_order(seen.select_related("enterprise", "event_class"), caller)
    page = Paginator(seen, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": rows_of(caller, page.object_list),
        "show": show,
        "words": words,
        "shows": [(key, label) for key, (label, _) in SHOWS.items()],
        "may_receive": bool(caller.roles & OFFICE),
        "sees_all": sees_office_matters(caller.actors),
    }
    return render(request, "incidents/warning/warnings.html", context)


def board_of(request, number: str) -> WarningBoard:
    caller = caller_of(request)
    warning = find(caller, number)
    if warning is None:
        raise Http404(f"没有编号为 {number} 的预警。")
    return WarningBoard(warning, caller, timezone.now())


@signed_in
@require_GET
def page(request, number: str):
    board = board_of(request, number)
    return render(
        request,
        "incidents/warning/warning.html",
        _context(board) | {"filed": request.GET.get("filed") == number},
    )


@signed_in
@require_GET
def live(request, number: str):
    """The columns again, if anything in them has changed; the poll says which revision it shows."""
    board = board_of(request, number)
    if request.GET.get("rev") == board.revision:
        return HttpResponse(status=204)
    return render(request, "incidents/warning/warning_live.html", _context(board))


def _context(board: WarningBoard) -> dict:
    return {"board": board, "warning": board.warning, "now": board.now}


@signed_in
@require_GET
def bulletin(request, number: str, version: int):
    found = bulletin_for(caller_of(request), number, version)
    context = {"warning": found.warning, "bulletin": found}
    return render(request, "incidents/warning/warning_bulletin.html", context)
