"""Every act on an incident, a warning and a debt: a dialog where there is script, a page where there is none.

What each act asks and does stands in `act_table.py`, for warnings in `warning_act_table.py`. Refusals come in the
services' order (404, 403, 409, 422) and leave everything typed where it was.
"""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from alerts.models import Deadline
from alerts.services.visibility import visible_debts
from incidents import ledger
from incidents.querysets import sees_office_matters
from incidents.refusals import Invalid, NotAllowed, Refusal, WrongState
from incidents.roles import TABLE, Caller, why_not_now
from incidents.web.act import matters
from incidents.web.act.act_table import DEBT_PAGES, PAGES
from incidents.web.act.matter_kinds import Kind, Matter, kind_of
from incidents.web.act_forms import Subject, able_to, seen_by
from incidents.web.act_page import ActPage
from incidents.web.caller import add_refusal_to_form, caller_of, signed_in
from incidents.web.choosers import firm_options, focus_first_error
from incidents.web.links import subject_url
from incidents.web.once import once
from incidents.web.report.incident_board import find
from incidents.web.response.instruction_acts import FREE_PAGES
from incidents.web.warning.warning_act_table import PAGES as WARNING_PAGES
from incidents.web.warning.warning_board import find as find_warning


@dataclass(frozen=True)
class Task:
    """One act about to be shown or done: on which incident or warning, and by which words the service knows it."""

    code: str
    page: ActPage
    subject: Subject | None
    known_by: dict
    debt: Deadline | None = None
    matter: Matter | None = None

    def able(self, caller: Caller) -> list:
        """The posts that may do this here."""
        if self.matter is None:
            return able_to(caller, self.code, self.subject)
        return [
            actor for actor in caller.actors_for(self.code) if matters.concerns(self.matter, self.code, actor)
        ]

    def why_not(self, caller: Caller) -> str | None:
        if self.matter is not None:
            kind = kind_of(self.matter)
            return kind.why_not(self.matter, self.code) or kind.why_not_for(
                self.matter, self.code, self.able(caller)
            )
        act = TABLE[self.code]
        return why_not_now(act, self.subject) if act.states is not None else None


@signed_in
@require_http_methods(["GET", "POST"])
def act(request, number: str, code: str):
    incident = find(caller_of(request), number)
    if incident is None or code not in PAGES:
        raise Http404("没有这起事件，或没有这项操作。")
    return _serve(request, Task(code, PAGES[code], incident, {"number": number}))


@signed_in
@require_http_methods(["GET", "POST"])
def warning_act(request, number: str, code: str):
    warning = find_warning(caller_of(request), number)
    if warning is None or code not in WARNING_PAGES:
        raise Http404("没有这条预警，或没有这项操作。")
    return _serve(request, Task(code, WARNING_PAGES[code], warning, {"number": number}))


@signed_in
@require_http_methods(["GET", "POST"])
def debt_act(request, deadline: int, code: str):
    debts = visible_debts(caller_of(request).actors).filter(pk=deadline)
    debt = debts.select_related(
        "rule", "debtor__parent", "creditor", "incident__enterprise__parent", "warning", "undertaking__body"
    ).first()
    if debt is None or code not in DEBT_PAGES:
        raise Http404("没有这项时限，或没有这项操作。")
    return _serve(request, Task(code, DEBT_PAGES[code], debt.subject, {"deadline": deadline}, debt))


@signed_in
@require_http_methods(["GET", "POST"])
def matter_act(request, kind: Kind, number: str, code: str):
    matter = kind.find(caller_of(request), number)
    if matter is None or code not in kind.pages:
        raise Http404(f"没有这项{kind.noun}，或没有这项操作。")
    return _serve(
        request, Task(code, kind.pages[code], kind.subject(matter), {kind.known_by: number}, matter=matter)
    )


@signed_in
@require_http_methods(["GET", "POST"])
def free_act(request, code: str):
    """An act on nothing that is there already: an instruction without an incident or a warning."""
    if code not in FREE_PAGES or not caller_of(request).actors_for(code):
        raise Http404("没有这个页面，或您的职务看不到它。")
    return _serve(request, Task(code, FREE_PAGES[code], None, {}))


def _serve(request, task: Task):
    try:
        _refuse_unless_open(request, task)
    except Refusal as refusal:
        if request.method == "GET":
            return _show(request, task, None, refusal)
    if request.method == "GET":
        return _show(request, task, _form(request, task))
    return _do(request, task)


def _refuse_unless_open(request, task: Task):
    """May this person's posts do it (403), does the state allow it (409): said before anything is typed."""
    act = TABLE[task.code]
    if not task.able(caller_of(request)):
        raise NotAllowed(f"“{act.name}”须由{act.role_names}办理。", "role", act.clause)
    if why := task.why_not(caller_of(request)):
        raise WrongState(why, "wrong_state", act.clause)


def _form(request, task: Task, data=None):
    return task.page.form(
        data,
        None if data is None else request.FILES,
        subject=task.subject,
        caller=caller_of(request),
        code=task.code,
        debt=task.debt,
        query=request.GET,
        able=task.able(caller_of(request)),
        matter=task.matter,
        now=timezone.now(),
    )


def _do(request, task: Task):
    if not task.able(caller_of(request)):
        act = TABLE[task.code]
        return _show(
            request, task, None, NotAllowed(f"“{act.name}”须由{act.role_names}办理。", "role", act.clause)
        )
    form = _form(request, task, request.POST)
    if not form.is_valid():
        try:
            _refuse_unless_open(request, task)
        except WrongState as refusal:
            return _show(request, task, _seen_now(request, task), refusal)
        focus_first_error(form)
        return _show(request, task, form, status=422)
    now = timezone.now()

    def work() -> str:
        who = {"actor": form.actor(), "now": now, **task.known_by}
        return task.page.do(form, form.cleaned_data, who)

    try:
        with form.file_taken_in():
            said, done_now = once(request.user, request.path, form.cleaned_data["token"], now, work)
    except Invalid as refusal:
        add_refusal_to_form(form, refusal)
        focus_first_error(form)
        return _show(request, task, form, status=422)
    except Refusal as refusal:
        return _show(request, task, _seen_now(request, task), refusal)
    said = said if done_now else f"刚才已经提交过，没有重复办理。{said}"
    if task.page.stays(form.cleaned_data):
        return _go_on(request, task, said)
    messages.success(request, said)
    return _back(request, task, onward=True)


def _go_on(request, task: Task, said: str):
    """The same form afresh, for the next step of what is done in several: in the dialog, or on its page."""
    if request.htmx:
        return _show(request, task, _form(request, task), said=said)
    messages.success(request, said)
    return redirect(request.get_full_path())


def _seen_now(request, task: Task):
    """The same form with all that was typed, after its reader has been told what happened meanwhile; none to fill
    where a level was to be chosen and no other is left."""
    data = request.POST.copy()
    if task.subject is not None:
        data["seen"] = str(ledger.last_seq(task.subject.chain))
    form = _form(request, task, data)
    level = form.fields.get("level")
    return None if level and not level.widget.choices else form


def _back_to(request, task: Task) -> str:
    """Where the person came from, if the address says so; else the page of what was acted on: for whoever received
    an order, the order's own, which is all that he may see of it."""
    actors = caller_of(request).actors
    onward = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(onward, allowed_hosts={request.get_host()}):
        return onward
    kind = None if task.matter is None else kind_of(task.matter)
    if task.subject is None and not (kind and kind.always_on_its_page):
        return reverse("instructions")
    if kind:
        alone = kind.always_on_its_page or task.subject is task.matter or not sees_office_matters(actors)
        if kind.page and alone:
            return reverse(kind.page, args=[task.matter.number])
    if task.matter is not None and not seen_by(actors, task.subject).filter(pk=task.subject.pk).exists():
        return reverse("home")  # a request that was passed on is no longer with him, nor is its incident
    return subject_url(task.subject) or reverse("deadlines")


def _back(request, task: Task, *, onward: bool = False):
    url = (
        task.page.onward(task.matter or task.subject)
        if onward and task.page.onward
        else _back_to(request, task)
    )
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def _show(request, task: Task, form, refusal: Refusal | None = None, status: int = 200, said: str = ""):
    page, act = task.page, TABLE[task.code]
    context = {
        "subject": task.subject,
        **({task.subject._meta.model_name: task.subject} if task.subject else {}),
        "debt": task.debt,
        "matter": task.matter,
        "back": _back_to(request, task),
        "act": act,
        "page": page,
        "form": form,
        "refusal": refusal,
        "said": said,
        "action": request.get_full_path(),
        "is_report": task.code == "report.file",
        "firms": firm_options() if form is not None and "enterprise" in form.fields else [],
        **page.facts(task.subject, timezone.now()),
    }
    template = "incidents/act/act_form.html" if request.htmx else "incidents/act/act.html"
    return render(request, template, context, status=refusal.status if refusal else status)
