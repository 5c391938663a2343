"""专家库 (§2.3): the pool as a list, and the card of one expert. The office keeps it, commanders read it."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from incidents.models import Expert, Role
from incidents.refusals import Refusal
from incidents.roles import OFFICE, Caller
from incidents.services.command import expert_pool
from incidents.web.act_forms import phone_said, text_said
from incidents.web.caller import add_refusal_to_form, require_role, signed_in
from incidents.web.choosers import add_post_choice, county_choices, degrees_field, dress
from incidents.web.register_count import Count
from incidents.web.times import PLAIN_WORDS


class CardForm(forms.Form):
    name = text_said("姓名", rows=1, length=40)
    field = text_said("专业领域", rows=1, length=100)
    body = text_said("单位", rows=1, length=100)
    title = text_said("职务职称", rows=1, length=60, required=False)
    phone = phone_said("电话", help_text="只供应急办和指挥部查看")
    reachable = text_said("何时可联系", rows=1, length=100, required=False, help_text="如：工作日；24 小时")
    services = forms.MultipleChoiceField(
        label="其他服务",
        choices=Expert.Service.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    county = forms.ChoiceField(label="单位所在县区", required=False, help_text="填写后标在“准备”的地图上")
    longitude = degrees_field("单位经度", "114.022000")
    latitude = degrees_field("单位纬度", "32.980000")
    is_active = forms.BooleanField(label="在库（可以指定参加专家组）", required=False, initial=True)

    def __init__(self, *args, caller: Caller, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages |= PLAIN_WORDS
        self.fields["county"].choices = [("", "不标注"), *county_choices()]
        add_post_choice(self, caller, "expert.keep")
        dress(self)


@signed_in
@require_GET
def page(request):
    caller = require_role(request, *OFFICE, Role.COMMANDER)
    pool = _pool(caller)
    fields = sorted({expert.field for expert in pool})
    field = request.GET.get("field", "")
    experts = [expert for expert in pool if not field or expert.field == field]
    words = request.GET.get("q", "").strip()[:100]
    if words:
        experts = [e for e in experts if words in f"{e.name} {e.field} {e.body} {e.title} {e.service_names}"]
    context = {"experts": experts, "words": words, "fields": fields, "field": field}
    context |= {"may_keep": bool(caller.roles & OFFICE)}
    return render(request, "incidents/response/experts.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def card(request, pk: int | None = None):
    caller = require_role(request, *OFFICE)
    expert = next((expert for expert in _pool(caller) if expert.pk == pk), None)
    if pk is not None and expert is None:
        raise Http404("专家库里没有这位专家。")
    initial = {name: getattr(expert, name) for name in CardForm.base_fields} if expert else {}
    if expert:
        initial["county"] = expert.county.code if expert.county else ""
    form = CardForm(request.POST or None, caller=caller, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in CardForm.base_fields}
        try:
            actor = caller.actor_for("expert.keep", form.cleaned_data.get("post"))
            kept = expert_pool.keep(actor=actor, now=timezone.now(), expert=pk, **said)
        except Refusal as refusal:
            add_refusal_to_form(form, refusal)
        else:
            messages.success(request, f"已保存专家 {kept.name}。")
            return redirect("experts")
    context = {"form": form, "expert": expert}
    if expert:
        context["courses"] = expert.courses.filter(cancelled_at=None)
        context["publicity"] = expert.publicity.filter(withdrawn_at=None)
    return render(request, "incidents/response/expert.html", context, status=422 if form.errors else 200)


def count(caller: Caller) -> Count:
    return Count(expert_pool.visible(caller.actors).filter(is_active=True).count())


def _pool(caller: Caller) -> list[Expert]:
    return list(expert_pool.visible(caller.actors).select_related("county"))
