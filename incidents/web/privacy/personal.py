"""查看个人信息: a masked value in clear, for a reason; the look is recorded. A fragment within the page that asked, or a
page of its own where there is no script."""

from django import forms
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from incidents.refusals import NotFound, Refusal
from incidents.services.privacy import personal
from incidents.web.act_forms import text_said
from incidents.web.caller import add_refusal_to_form, caller_of, signed_in
from incidents.web.choosers import add_post_choice, dress
from incidents.web.links import subject_url


class LookForm(forms.Form):
    why = forms.ChoiceField(
        label="查看理由",
        choices=[("", "请选择"), *personal.Why.choices],
        widget=forms.Select({"autofocus": True}),
        error_messages={"required": "请选择查看理由。", "invalid_choice": "请选择查看理由。"},
    )
    words = text_said("说明", rows=1, required=False, length=personal.LONGEST, help_text="不要写姓名、电话")

    def __init__(self, *args, caller, pk: int, **kwargs):
        super().__init__(*args, auto_id=f"look-{pk}-%s", **kwargs)
        add_post_choice(self, caller, personal.LOOK)
        dress(self)


@never_cache
@signed_in
@require_http_methods(["GET", "POST"])
def look(request, of: str, pk: int):
    caller, now = caller_of(request), timezone.now()
    able = caller.actors_for(personal.LOOK)
    if not able:
        raise Http404("没有这条记录。")
    form = LookForm(request.POST if request.method == "POST" else None, caller=caller, pk=pk)
    try:
        _, about = personal.find(actor=able[0], of=of, pk=pk)
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            actor = caller.actor_for(personal.LOOK, data.get("post"))
            reason = personal.Reason(data["why"], data["words"])
            shown = personal.look(actor=actor, of=of, pk=pk, reason=reason, now=now)
            return _answer(request, {"shown": shown, "about": about})
    except NotFound as refusal:
        raise Http404(refusal.detail) from refusal
    except Refusal as refusal:
        add_refusal_to_form(form, refusal)
    return _answer(request, {"form": form, "shown": None, "about": about}, 422 if form.errors else 200)


def _answer(request, context: dict, status: int = 200):
    """htmx swaps in no answer of 422, so that a fragment with faults comes as 200."""
    if not getattr(request, "htmx", False):
        back = {"back": subject_url(context["about"])}
        return render(request, "incidents/privacy/look.html", context | back, status=status)
    part = "look_form" if context["shown"] is None else "incident_caller"
    return render(request, f"incidents/privacy/{part}.html", context)
