"""A new entry of a firm's register: the page that asks, keeps what was typed, and does it once."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone

from incidents.models import Organization
from incidents.refusals import NotAllowed, NotFound, Refusal
from incidents.register_sight import visible_firms
from incidents.roles import TABLE, Caller
from incidents.web.act_forms import ActForm
from incidents.web.caller import add_refusal_to_form, caller_of
from incidents.web.choosers import focus_first_error
from incidents.web.once import once

SHOWN = 50


class FirmForm(ActForm):
    """An entry of one firm: it is asked which, where the caller has more than one."""

    pointer_fields = {"body": "enterprise"}
    enterprise = forms.ChoiceField(label="企业", error_messages={"required": "请选择企业。"})

    def prepare(self):
        firms = visible_firms(self.able).filter(is_active=True, county__isnull=False).order_by("code")
        self.firms = {firm.code: firm for firm in firms.select_related("county")}
        choices = [(code, firm.short_name) for code, firm in self.firms.items()]
        self.fields["enterprise"].choices = [("", "请选择"), *choices] if len(choices) > 1 else choices
        own = next((a.organization.code for a in self.able if a.organization.code in self.firms), "")
        self.fields["enterprise"].initial = self.query.get("firm") or own

    @property
    def firm(self) -> Organization:
        return self.firms[self.cleaned_data["enterprise"]]


def by_firm(request, found: list, states: tuple[tuple[str, str], ...]) -> dict:
    """What a list of firms shows (`found`: each with its `firm` and `state`): how many stand how, and those asked for."""
    counts = Counter(each.state for each in found)
    state, words = request.GET.get("state", ""), request.GET.get("q", "").strip()[:100]
    if state in dict(states):
        found = [each for each in found if each.state == state]
    if words:
        found = [each for each in found if words in f"{each.firm.name} {each.firm.short_name}"]
    shown, query = paged(request, found)
    return {
        "rows": shown,
        "query": query,
        "counts": [(label, counts[name]) for name, label in states],
        "states": [("", "全部"), *states],
        "said": request.GET,
    }


def serve(
    request,
    code: str,
    form_class: type[ActForm],
    do: Callable[[ActForm, dict, dict], tuple[str, str]],
    *,
    back: str,
    sure: str = "",
):
    """`do` gives where it leads and what is said; who may not do it knows no such page (404)."""
    caller, now = caller_of(request), timezone.now()
    able = caller.actors_for(code)
    if not able:
        raise Http404("没有这个页面，或您的职务看不到它。")
    sent = request.method == "POST"
    form = form_class(
        request.POST if sent else None,
        request.FILES if sent else None,
        subject=None,
        caller=caller,
        code=code,
        able=list(able),
        query=request.GET,
        now=now,
    )
    status = 200
    if sent and form.is_valid():
        try:
            return _done(request, form, do, now)
        except (NotFound, NotAllowed) as refusal:
            raise Http404(refusal.detail) from refusal
        except Refusal as refusal:
            add_refusal_to_form(form, refusal)
    if form.errors:
        focus_first_error(form)
        status = 422
    context = {"form": form, "act": TABLE[code], "back": back, "sure": sure}
    return render(request, "incidents/register/register_form.html", context, status=status)


def _done(request, form: ActForm, do, now: datetime):
    def work() -> str:
        return " ".join(do(form, form.cleaned_data, {"actor": form.actor(), "now": now}))

    with form.file_taken_in():
        answer, done_now = once(request.user, request.path, form.cleaned_data["token"], now, work)
    where, said = answer.split(" ", 1)
    messages.success(request, said if done_now else f"刚才已经提交过，没有重复登记。{said}")
    return redirect(where)


def paged(request, rows: QuerySet | list) -> tuple[Page, str]:
    """The page asked for, and the query that its neighbours keep."""
    query = request.GET.copy()
    query.pop("page", None)
    return Paginator(rows, SHOWN).get_page(request.GET.get("page")), query.urlencode()


def firm_choices(caller: Caller) -> list[Organization]:
    """For a filter; empty where there is nothing to choose."""
    firms = list(visible_firms(caller.actors).order_by("code"))
    return firms if len(firms) > 1 else []
