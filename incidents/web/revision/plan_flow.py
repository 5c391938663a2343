"""What every act on a revision of the plan goes through on its page: ask, confirm, do, say."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from incidents.refusals import Refusal
from incidents.roles import TABLE, Actor, Caller
from incidents.web.caller import add_refusal_to_form
from incidents.web.choosers import add_post_choice, dress
from incidents.web.times import TimedForm


class PlanForm(TimedForm):
    """`code`: the act, for the choice among several posts."""

    def __init__(self, *args, caller: Caller, code: str, **kwargs):
        super().__init__(*args, now=timezone.now(), **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = f"请填写{field.label}。（§{TABLE[code].clause}）"
        self.caller, self.code = caller, code
        self.prepare()
        add_post_choice(self, caller, code)
        dress(self)

    def prepare(self):
        """Choices that depend on what there is, before what was sent is held against them."""


class WhyForm(PlanForm):
    reason = forms.CharField(label="理由", max_length=500, widget=forms.Textarea({"rows": 3}))


class ConfirmForm(PlanForm):
    """Confirms what was seen (its fingerprint); refused, it is shown with what is there now, which is confirmed next."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def show_anew(self):
        self.data = self.data.copy()
        self.data["seen"] = self.initial["seen"]


def carry_out(
    request,
    form: forms.Form,
    *,
    do: Callable[[Actor, dict], str],
    back: str,
    then: Callable[[], str] | None = None,
    template: str = "incidents/revision/plan_act.html",
    **context,
) -> HttpResponse:
    """A filled form is done (`do` answers what to say) and leads to `then`, else `back`; a refused one is shown with its
    faults. The form knows whose act it is: its `caller`, and the act's `code`."""
    if request.method == "POST" and form.is_valid():
        try:
            said = do(form.caller.actor_for(form.code, form.cleaned_data.get("post")), form.cleaned_data)
        except Refusal as refusal:
            add_refusal_to_form(form, refusal)
        else:
            messages.success(request, said)
            return redirect(then() if then else back)
    if form.errors and isinstance(form, ConfirmForm):
        form.show_anew()
    context |= {"form": form, "act": TABLE[form.code], "back": back}
    return render(request, template, context, status=422 if form.errors else 200)
