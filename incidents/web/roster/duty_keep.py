"""Drawing up the roster: a shift, its change and end, a pattern over many days, and the trainings it rests on."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods

from alerts.models import Seat, Shift, Training
from incidents.querysets import visible_rosters
from incidents.refusals import Refusal, WrongState
from incidents.roles import TABLE
from incidents.services.roster import duty, duty_plan
from incidents.services.training import duty_training
from incidents.web.caller import add_refusal_to_form, caller_of, signed_in
from incidents.web.once import once
from incidents.web.roster.duty_forms import (
    ChangeForm,
    PatternForm,
    ReasonForm,
    ShiftForm,
    TrainingForm,
    body_of,
    keepers,
    serve,
)

GET_OR_POST = ["GET", "POST"]


def shift_of(request, shift: int) -> Shift:
    seen = Shift.objects.filter(pk=shift, organization__in=visible_rosters(caller_of(request).actors))
    found = seen.select_related("organization", "person", "hand_over").first()
    if found is None:
        raise Http404("没有这个班次。")
    return found


@signed_in
@require_http_methods(GET_OR_POST)
def new_shift(request, code: str):
    body = body_of(request, code)

    def do(form, actor, now):
        data = form.cleaned_data
        names = ("seat", "person", "starts_at", "ends_at")
        shift = duty.draw_up(actor=actor, body=body, now=now, **{name: data[name] for name in names})
        return f"已排班：{shift.person} {shift}。"

    return serve(
        request,
        code="duty.roster",
        form_class=ShiftForm,
        actors=keepers(caller_of(request), "duty.roster", body),
        body=body,
        do=do,
        back=reverse("duty-roster", args=[body.code]),
        initial=_asked(request),
        title="排一个班",
    )


def _asked(request) -> dict:
    """The seat and hours of a gap, from the link in the table."""
    initial = {}
    if request.GET.get("seat") in {str(value) for value in Seat.values}:
        initial["seat"] = request.GET["seat"]
    for name in ("starts_at", "ends_at"):
        try:
            at = parse_datetime(request.GET.get(name, ""))
        except ValueError:
            at = None
        if at:
            initial[name] = timezone.localtime(at) if timezone.is_aware(at) else at
    return initial


def _change(form, actor, now, shift):
    data = form.cleaned_data
    names = ("person", "starts_at", "ends_at", "reason")
    row = duty.change(actor=actor, shift=shift.pk, now=now, **{name: data[name] for name in names})
    return f"已更改：{row.person} {row}。"


def _remove(form, actor, now, shift):
    duty.remove(actor=actor, shift=shift.pk, reason=form.cleaned_data["reason"], now=now)
    return f"已删除班次：{shift}。"


def _end(form, actor, now, shift):
    duty.end_early(actor=actor, shift=shift.pk, reason=form.cleaned_data["reason"], now=now)
    return "班次已提前结束；之后的时间请另排人员，否则为空岗。"


ACTS = {
    "change": (ChangeForm, _change, "更改班次", ""),
    "remove": (ReasonForm, _remove, "删除班次", "删除后这段时间无人值班，须另排。"),
    "end": (ReasonForm, _end, "提前结束班次", "班次到现在为止，不能恢复。"),
}


@signed_in
@require_http_methods(GET_OR_POST)
def keep_shift(request, shift: int, act: str):
    """Change or remove what is to come, or end what runs."""
    row, now = shift_of(request, shift), timezone.now()
    form_class, do, title, sure = ACTS[act]
    why = duty.why_not(row, act, now)
    return serve(
        request,
        code="duty.roster",
        form_class=form_class,
        actors=keepers(caller_of(request), "duty.roster", row.organization),
        body=row.organization,
        do=lambda form, actor, now: do(form, actor, now, row),
        back=reverse("duty-roster", args=[row.organization.code]),
        initial={"person": row.person_id, "starts_at": row.starts_at, "ends_at": row.ends_at},
        why_not=WrongState(why, "wrong_state", duty.CLAUSE) if why else None,
        title=title,
        about=f"{row.person} {row}",
        sure=sure,
    )


@signed_in
@require_http_methods(GET_OR_POST)
def pattern(request, code: str):
    """Asks, shows what would be drawn up, and only then does it."""
    body = body_of(request, code)
    actors = keepers(caller_of(request), "duty.roster", body)
    act, now = TABLE["duty.roster"], timezone.now()
    context = {"body": body, "act": act}
    if not actors:
        return serve(
            request, code="duty.roster", form_class=PatternForm, actors=[], body=body, do=None,
            back=reverse("duty-roster", args=[body.code]), title="按模式排班",
        )  # fmt: skip
    posted = request.POST if request.method == "POST" else None
    today = timezone.localdate(now)
    form = PatternForm(posted, actors=actors, body=body, now=now, initial={"first": today, "last": today})
    context["form"] = form
    if posted is None:
        return render(request, "incidents/roster/duty_pattern.html", context)
    if not form.is_valid():
        return render(request, "incidents/roster/duty_pattern.html", context, status=422)
    data = form.cleaned_data
    span = {name: data[name] for name in ("first", "last")}
    try:
        if "confirm" in posted:
            said, _ = once(
                request.user, request.path, data["token"], now, lambda: _lay(form, body, span, now)
            )
            messages.success(request, said)
            return redirect(f"{reverse('duty-roster', args=[body.code])}?from={data['first']}")
        found, people = duty_plan.checked_plan(body, data["pattern"], form.people(), **span)
        laid = duty_plan.preview(body, found, data["seat"], people, now=now, **span)
    except Refusal as refusal:
        add_refusal_to_form(form, refusal)
        return render(request, "incidents/roster/duty_pattern.html", context, status=refusal.status)
    context |= {
        "laid": laid,
        "new": sum(not why for _, why in laid),
        "pattern": found,
        "seat": Seat(data["seat"]),
    }
    return render(request, "incidents/roster/duty_pattern.html", context)


def _lay(form, body, span, now) -> str:
    data = form.cleaned_data
    drawn, skipped = duty_plan.lay(
        actor=form.actor(), body=body, pattern=data["pattern"], seat=data["seat"], people=form.people(), now=now, **span
    )  # fmt: skip
    words = f"，跳过 {len(skipped)} 班（已有人值班、人员另有班次或已过）" if skipped else ""
    return f"已排 {len(drawn)} 班{words}。"


@signed_in
@require_http_methods(GET_OR_POST)
def training(request, code: str):
    """Who of the body has passed training until when (§8.2), and a form to record one."""
    body = body_of(request, code)
    people = {person.pk: person for person in duty.people_of(body)}
    found = {pk: [] for pk in people}
    for row in Training.objects.filter(person__in=people, withdrawn_at=None):
        found[row.person_id].append(row)
    today = timezone.localdate()

    def do(form, actor, now):
        names = ("person", "topic", "passed_on", "valid_until")
        facts = {name: form.cleaned_data[name] for name in names}
        row = duty_training.record_training(actor=actor, body=body, now=now, **facts)
        return f"已登记：{row.person} {row.topic}，有效至 {row.valid_until}。"

    context = {
        "today": today,
        "people": [
            {
                "person": person,
                "trainings": found[pk],
                "stands": any(t.covers(today, today) for t in found[pk]),
            }
            for pk, person in people.items()
        ],
    }
    actors, template = keepers(caller_of(request), "duty.train", body), "incidents/roster/duty_training.html"
    if request.method == "GET" and not actors:
        return render(request, template, context | {"body": body})
    return serve(
        request,
        code="duty.train",
        form_class=TrainingForm,
        actors=actors,
        body=body,
        do=do,
        back=reverse("duty-training", args=[body.code]),
        template=template,
        **context,
    )


@signed_in
@require_http_methods(GET_OR_POST)
def withdraw_training(request, code: str, training: int):
    body = body_of(request, code)
    row = Training.objects.filter(pk=training, person__in=duty.people_of(body), withdrawn_at=None).first()
    if row is None:
        raise Http404("没有这条培训记录。")

    def do(form, actor, now):
        duty_training.withdraw_training(
            actor=actor, body=body, training=row.pk, reason=form.cleaned_data["reason"], now=now
        )
        return "已撤销这条培训记录。"

    return serve(
        request,
        code="duty.train",
        form_class=ReasonForm,
        actors=keepers(caller_of(request), "duty.train", body),
        body=body,
        do=do,
        back=reverse("duty-training", args=[body.code]),
        title="撤销培训记录",
        about=f"{row}，有效至 {row.valid_until}",
        sure="已排的班次保留，但标为“培训失效”。",
    )
