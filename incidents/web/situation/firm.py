"""企业: what the firm owes and by when, first; then its incidents; and the form by which it files one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string

from alerts.models import Deadline, Notification
from alerts.models.deadline import ANSWERABLE
from alerts.models.notification import counted_in
from alerts.web.pulse import render_live
from incidents.models import (
    Contact,
    DeadlineRule,
    Incident,
    Organization,
    PlanVersion,
    Report,
    Role,
    Status,
    TaskOrder,
)
from incidents.querysets import visible_incidents
from incidents.refusals import NotAllowed, Refusal
from incidents.roles import Actor
from incidents.services.identity import keys
from incidents.services.report import intake
from incidents.web.act import matters
from incidents.web.caller import add_refusal_to_form, require_role, signed_in
from incidents.web.choosers import add_post_choice
from incidents.web.drilling import draft_name
from incidents.web.identity.accounts import the_office
from incidents.web.identity.keys import living
from incidents.web.links import subject_url
from incidents.web.notice import words
from incidents.web.once import once
from incidents.web.report import drafts
from incidents.web.report.asked import asked_of
from incidents.web.report.own_plans import to_do_lines
from incidents.web.report.report_form import IncidentReportForm
from incidents.web.situation.board import act_url
from incidents.web.warning.warnings import firm_rows

DRAFT = "firm-report"
OWN_ACTS = ("response.start", "response.end", "support.raise")
UNDER_WAY = (Status.REPORTED, Status.GRADED, Status.RESPONDING)
AHEAD = timedelta(days=31)
"""How far ahead what is to be made ready stands among what is to be done; all of it stands under 时限."""
SHOWN_INCIDENTS = 40
SHOWN_SETTLED = 8


@dataclass(frozen=True)
class Owed:
    """A debt of the firm, and the way to meet it."""

    debt: Deadline
    url: str | None

    @property
    def is_oral(self) -> bool:
        return self.debt.rule.kind == DeadlineRule.Kind.ORAL


@signed_in
def page(request):
    caller = require_role(request, Role.ENTERPRISE)
    return render_live(
        request, "incidents/situation/firm.html", lambda: _page(request, caller) | asked_of(caller)
    )


def _page(request, caller) -> dict:
    actors = _firm_actors(caller)
    firms = _firms(actors)
    debts = Deadline.objects.seen_by(actors[0]).filter(debtor__in=firms, voided_at=None)
    debts = debts.select_related("incident", "warning", "undertaking", "rule", "debtor", "creditor")
    at_hand = Q(undertaking=None) | Q(due_at__lte=timezone.now() + AHEAD)
    owed = debts.answerable().filter(at_hand, order=None, support=None).order_by("due_at", "pk")
    orders = matters.orders_of(caller).exclude(status=TaskOrder.Status.OVER)
    incidents = (
        visible_incidents(actors)
        .prefetch_related("responses")
        .select_related("county", "enterprise", "event_class", "merged_into")
    )
    rows = [
        {"incident": incident, "acts": _own_acts(caller, incident)}
        for incident in incidents.order_by("-received_at")[:SHOWN_INCIDENTS]
    ]
    told, risks = firm_rows(actors)
    return {
        "firms": firms,
        "orders": matters.lines(matters.by_urgency(orders), caller),
        "own_plans": to_do_lines(caller),
        "instructions": words.rows(words.unsettled_for(caller), caller),
        "notices": words.rows(words.unread_by(caller), caller),
        "told": told,
        "risks": risks,
        "owed": [Owed(debt, _way_to_meet(debt)) for debt in owed],
        "settled": debts.filter(~ANSWERABLE | Q(support__isnull=False), order=None).order_by(
            "-due_at", "-pk"
        )[:SHOWN_SETTLED],
        "rows": rows,
        "contacts": Contact.objects.filter(organization__in=firms).select_related("organization", "person"),
        "keys": living(keys.keys_of(actors), timezone.now()),
        "messages_to_me": Notification.objects.filter(
            counted_in(request.drill), person=request.user
        ).select_related("incident")[:5],
        "office": the_office(),
    }


def _way_to_meet(debt: Deadline) -> str:
    """The form by which it is answered; of a warning, or of what is to be made ready, its page."""
    return act_url(debt.incident, "report.file") if debt.incident_id else subject_url(debt.subject)


@signed_in
def open_incident(request):
    caller = require_role(request, Role.ENTERPRISE)
    actors = _firm_actors(caller)
    if number := request.GET.get("receipt"):
        return _receipt(request, actors, number)
    now = timezone.now()
    draft = drafts.load(request.user, draft_name(request, DRAFT)) if request.method == "GET" else None
    form = _form(request, caller, actors, now, drafts.as_initial(draft) if draft else {})
    if request.method == "POST" and form.is_valid():
        try:
            actor = caller.actor_for("incident.open", form.cleaned_data.get("post"))
            if actor.role != Role.ENTERPRISE:
                raise NotAllowed("这张表只由企业报告人填写。", "role", "5.2.1")
            number = _file_once(request, actor, form, now)
        except Refusal as refusal:
            add_refusal_to_form(form, refusal)
        else:
            return redirect(f"{reverse('firm-report')}?receipt={number}")
    context = {
        "form": form,
        "draft": draft,
        "office": the_office(),
        "draft_name": draft_name(request, DRAFT),
        "token": request.POST.get("token") or get_random_string(24),
    }
    return render(
        request, "incidents/situation/firm_report.html", context, status=422 if form.errors else 200
    )


def _file_once(request, actor: Actor, form: IncidentReportForm, now: datetime) -> str:
    def work() -> str:
        _, report = intake.open_incident(
            actor=actor,
            kind=form.cleaned_data["kind"],
            arrival=intake.Arrival(channel=Report.Channel.FORM),
            facts=form.facts(),
            contents=form.contents(),
            now=now,
        )
        drafts.forget(request.user, draft_name(request, DRAFT))
        return report.number

    token = request.POST.get("token", "").replace("\0", "")[:64] or get_random_string(24)
    number, _ = once(request.user, request.path, token, now, work)
    return number


def _form(request, caller, actors: list[Actor], now: datetime, kept: dict) -> IncidentReportForm:
    form = IncidentReportForm(
        request.POST or None,
        now=now,
        plan=PlanVersion.in_force(),
        firms=_firms(actors),
        kinds=(Report.Kind.WRITTEN, Report.Kind.BRIEF),
        initial={"kind": Report.Kind.WRITTEN} | kept,
    )
    add_post_choice(form, caller, "incident.open", roles={Role.ENTERPRISE})
    if "post" in form.fields:
        form.fields["post"].widget.attrs["class"] = "form-select"
    return form


def _receipt(request, actors: list[Actor], number: str):
    report = (
        Report.objects.filter(number=number, incident__in=visible_incidents(actors))
        .select_related("incident__county", "incident__enterprise", "incident__office")
        .first()
    )
    if report is None:
        return redirect("firm")
    debts = Deadline.objects.filter(incident=report.incident, debtor__in=_firms(actors), voided_at=None)
    context = {
        "report": report,
        "incident": report.incident,
        "debts": debts.select_related("rule", "creditor", "incident").order_by("due_at"),
    }
    return render(request, "incidents/situation/firm_receipt.html", context)


def _firm_actors(caller) -> list[Actor]:
    return [actor for actor in caller.actors if actor.role == Role.ENTERPRISE]


def _firms(actors: list[Actor]) -> list[Organization]:
    """The person's own firms first, then their subsidiaries."""
    own = [actor.organization for actor in actors]
    firms = Organization.objects.within(*own).filter(is_active=True).order_by("pk")
    mine = {firm.pk for firm in own}
    return sorted(firms, key=lambda firm: firm.pk not in mine)


def _own_acts(caller, incident: Incident) -> list[dict]:
    """Starting and ending Ⅳ is the firm's (§5.5); what can't be done now says why."""
    if incident.status not in UNDER_WAY:
        return []
    return [
        {"act": offer.act, "url": act_url(incident, offer.act.code), "why_not": offer.why_not}
        for offer in caller.offers(incident, OWN_ACTS)
        if offer.allowed or _is_next(incident, offer.act.code)
    ]


def _is_next(incident: Incident, code: str) -> bool:
    """Of two acts that may not be done now, only the one that would come next is worth showing."""
    if code == "support.raise":
        return False
    return code == ("response.end" if incident.status == Status.RESPONDING else "response.start")
