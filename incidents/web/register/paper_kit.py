"""纸质应急包 (domain §7, §5.2.3): one set of A4 pages for the hour without power or network, printed from today's data."""

import re
from dataclasses import dataclass

from django import forms
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from incidents.documents import paper_kit as document
from incidents.models import DeadlineRule, Role
from incidents.refusals import Refusal
from incidents.roles import OFFICE, Caller
from incidents.services.register import paper_kit
from incidents.services.report import contents
from incidents.spans import span
from incidents.web.caller import add_refusal_to_form, require_role, signed_in
from incidents.web.choosers import add_post_choice, dress
from incidents.web.identity.telephone import sections_of
from incidents.web.report.intake_form import SECTIONS, IntakeForm
from incidents.web.taking_away import take_away

NOT_ON_PAPER = {"token", "post", "longitude", "latitude", "title", "rest_unknown", "paper_kind"}
"""What a form on paper has no use for."""
RULES = ("rules", "prepared")
TYPED = re.compile("^[a-z]+ ")
"""Letters by which a native select finds an option: nobody types on paper."""


class PrintForm(forms.Form):
    def __init__(self, *args, caller: Caller, **kwargs):
        super().__init__(*args, **kwargs)
        add_post_choice(self, caller, paper_kit.ACT)
        dress(self)


@never_cache
@signed_in
@require_http_methods(["GET", "POST"])
def page(request):
    """By POST the kit itself: that it was printed is recorded."""
    caller, now = require_role(request, *OFFICE, Role.COMMANDER), timezone.now()
    form = PrintForm(request.POST if request.method == "POST" else None, caller=caller)
    if request.method == "POST" and form.is_valid():
        try:
            actor = caller.actor_for(paper_kit.ACT, form.cleaned_data.get("post"))
            kit = paper_kit.print_kit(actor=actor, now=now)
        except Refusal as refusal:
            add_refusal_to_form(form, refusal)
        else:
            parts = {"sections": sections_of(kit.cards)}
            parts |= {name: [(rule, _limit(rule)) for rule in getattr(kit, name)] for name in RULES}
            parts |= {"intake": _intake(caller, now), "report": _report()}
            if request.POST.get("as") == "word":
                paper = document.paper(kit, **parts, printed_by=str(request.user))
                return take_away(request, paper, f"纸质应急包 {timezone.localdate(now)}")
            context = {"kit": kit, "copies": range(document.COPIES), "log_lines": range(document.LOG_LINES)}
            context |= {"in_the_dark": document.IN_THE_DARK, "afterwards": document.AFTERWARDS}
            return render(request, "incidents/register/paper_kit.html", context | parts)
    last = paper_kit.last_printed(paper_kit.office_of(caller.actors_for(paper_kit.ACT)[0]))
    context = {
        "form": form,
        "last": last,
        "is_stale": paper_kit.is_stale(last, now),
        "good_for": paper_kit.GOOD_FOR,
    }
    return render(
        request, "incidents/register/paper_kit_ask.html", context, status=422 if form.errors else 200
    )


@dataclass(frozen=True)
class Blank:
    """A field to be filled in by hand: what it asks, what to tick, how many lines there are to write on."""

    label: str
    choices: list[str]
    lines: int = 1


def _intake(caller: Caller, now) -> list[tuple[str, list[Blank]]]:
    """The fields of the phone intake, in its order."""
    form = IntakeForm(caller=caller, roles=OFFICE, now=now)
    return [
        (
            title,
            [_blank(form.fields[name]) for name in names if name in form.fields and name not in NOT_ON_PAPER],
        )
        for title, names in SECTIONS
    ]


def _blank(field: forms.Field) -> Blank:
    choices = [TYPED.sub("", str(label)) for value, label in getattr(field, "choices", []) if value]
    return Blank(field.label, choices, int(field.widget.attrs.get("rows", 1)))


def _report() -> list[tuple[str, bool]]:
    """Every content of a written report (§5.2.1), and whether a brief needs it too."""
    return [(contents.NAMES[name], name in contents.BRIEF_CONTENTS) for name in contents.WRITTEN_CONTENTS]


def _limit(rule: DeadlineRule) -> str:
    """As one reads it from the wall: 1 小时；以后每 4 小时."""
    if rule.kind == DeadlineRule.Kind.PREPARED:
        return "登记的期限"
    if rule.recurs in (DeadlineRule.Recurs.DAILY, DeadlineRule.Recurs.SAME_TIME):
        return rule.get_recurs_display()
    if rule.recurs != DeadlineRule.Recurs.INTERVAL:
        return span(rule.limit)
    again = f"每 {span(rule.interval)}"
    return again if rule.limit == rule.interval else f"{span(rule.limit)}；以后{again}"
