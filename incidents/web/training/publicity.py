"""宣传教育 (§8.1): what has been done in a year, with totals; the office's own aim; each activity's form."""

from functools import reduce
from operator import or_

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from incidents.models import Organization, Publicity, Role
from incidents.querysets import visible_rosters
from incidents.roles import OFFICE, TABLE, Caller
from incidents.services.training import publicity as service
from incidents.services.training.courses import kept_bodies
from incidents.web import register_count
from incidents.web.caller import require_role, signed_in
from incidents.web.roster.duty_forms import ReasonForm, keepers, serve
from incidents.web.training.training import OF_THE_CITY, READERS, SHOWN, year_asked
from incidents.web.training.training_forms import ChangedPublicityForm, PublicityForm

KEEP = TABLE["publicity.keep"]
GET_OR_POST = ["GET", "POST"]


@signed_in
@require_GET
def page(request):
    caller = require_role(request, *READERS)
    today = timezone.localdate()
    year = year_asked(request, today.year)
    kind, body, words = (request.GET.get(name, "").strip()[:100] for name in ("kind", "body", "q"))
    seen = service.visible(caller.actors)
    rows = service.standing(seen).filter(held_on__year=year)
    if kind in Publicity.Kind.values:
        rows = rows.filter(kind=kind)
    if body:
        rows = rows.filter(body__code=body)
    if words:
        told = (Q(**{f"{name}__icontains": words}) for name in service.TEXTS)
        rows = rows.filter(reduce(or_, told))
    query = request.GET.copy()
    query.pop("page", None)
    kept = {each.pk for each in kept_bodies(caller.actors_for(KEEP.code))}
    context = {
        "activities": Paginator(rows.select_related("body").prefetch_related("experts"), SHOWN).get_page(
            request.GET.get("page")
        ),
        "totals": service.totals(rows),
        "halves": [(office, service.halves(seen, office, year, today)) for office in _offices(caller)],
        "year": year,
        "kinds": Publicity.Kind.choices,
        "bodies": visible_rosters(caller.actors).order_by("kind", "code"),
        "asked": {"kind": kind, "body": body, "q": words},
        "query": query.urlencode(),
        "may_keep": bool(kept),
        "kept": kept,
        "sees_experts": bool(caller.roles & (OFFICE | {Role.COMMANDER})),
        "today": today,
    }
    return render(request, "incidents/training/publicity.html", context)


@signed_in
@require_http_methods(GET_OR_POST)
def new(request):
    caller = require_role(request, *KEEP.roles)
    actors = caller.actors_for(KEEP.code)

    def do(form, actor, now):
        return f"已登记：{service.keep(actor=actor, now=now, **form.said())}。"

    return _serve(
        request, PublicityForm, actors, actors[0].organization, do, "登记宣传教育活动", button="登记"
    )


@signed_in
@require_http_methods(GET_OR_POST)
def change(request, pk: int):
    caller, row = _found(request, pk)

    def do(form, actor, now):
        return f"已保存：{service.keep(actor=actor, activity=pk, now=now, **form.said())}。"

    names = ("held_on", "kind", "topic", "audience", "reached", "place", "materials")
    initial = {name: getattr(row, name) for name in names}
    initial["experts"] = list(row.experts.values_list("pk", flat=True))
    actors = keepers(caller, KEEP.code, row.body)
    return _serve(
        request,
        ChangedPublicityForm,
        actors,
        row.body,
        do,
        "修改宣传教育活动",
        button="保存",
        initial=initial,
        activity=row,
        template="incidents/training/publicity_one.html",
    )


@signed_in
@require_http_methods(GET_OR_POST)
def withdraw(request, pk: int):
    caller, row = _found(request, pk)

    def do(form, actor, now):
        return f"已撤销：{service.withdraw(actor=actor, activity=pk, reason=form.cleaned_data['reason'], now=now)}。"

    actors = keepers(caller, KEEP.code, row.body)
    return _serve(
        request,
        ReasonForm,
        actors,
        row.body,
        do,
        "撤销宣传教育活动",
        about=str(row),
        sure="撤销后不再计入统计，不能恢复；台账记录保留。",
    )


def count(caller: Caller) -> register_count.Count:
    today = timezone.localdate()
    seen = service.visible(caller.actors)
    rows = service.standing(seen).filter(held_on__year=today.year)
    missing = [
        half
        for office in _offices(caller)
        for half in service.halves(seen, office, today.year, today)
        if half.missing and (half.is_over or half.number == (1 if today.month <= 6 else 2))
    ]
    said = "、".join(f"{'上下'[half.number - 1]}半年" for half in missing)
    return register_count.Count(rows.count(), f"应急办{said}尚未开展" if missing else "")


def _offices(caller: Caller) -> list[Organization]:
    """Whose own aim is shown: of the city's office, to whoever sees all of the city."""
    actors = [actor for actor in caller.actors if actor.role in OF_THE_CITY]
    return list(visible_rosters(actors).filter(kind=Organization.Kind.OFFICE)) if actors else []


def _found(request, pk: int) -> tuple[Caller, Publicity]:
    caller = require_role(request, *READERS)
    rows = service.standing(service.visible(caller.actors))
    row = rows.filter(pk=pk).select_related("body").first()
    if row is None:
        raise Http404("没有这项活动。")
    return caller, row


def _serve(request, form_class, actors, body: Organization, do, title: str, **context):
    return serve(
        request,
        code=KEEP.code,
        form_class=form_class,
        actors=actors,
        body=body,
        do=do,
        back=reverse("publicity"),
        title=title,
        **context,
    )
